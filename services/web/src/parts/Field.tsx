import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from "react";

interface Common {
  label: string;
  problem?: string | undefined;
  hint?: ReactNode;
}

export function Field({
  label, problem, hint, inputRef, ...input
}: Common & { inputRef?: Ref<HTMLInputElement> } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const note = problem ?? hint;
  return (
    <div className={problem ? "field bad" : "field"}>
      <label htmlFor={id}>{label}</label>
      <input id={id} ref={inputRef} aria-invalid={Boolean(problem)} aria-describedby={note ? `${id}-note` : undefined} {...input} />
      {note && <p className="note" id={`${id}-note`}>{note}</p>}
    </div>
  );
}

export function Choice<T extends string>({
  label, value, options, onChange, problem,
}: Common & { value: T; options: readonly (readonly [T, string])[]; onChange: (value: T) => void }) {
  const id = useId();
  return (
    <div className={problem ? "field bad" : "field"}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value as T)}>
        {options.map(([word, text]) => <option key={word} value={word}>{text}</option>)}
      </select>
      {problem && <p className="note">{problem}</p>}
    </div>
  );
}

/** A few choices side by side, as radio buttons. */
export function Segments<T extends string>({
  label, value, options, onChange,
}: { label: string; value: T; options: readonly (readonly [T, string])[]; onChange: (value: T) => void }) {
  const name = useId();
  return (
    <fieldset className="segments">
      <legend className="unseen">{label}</legend>
      {options.map(([word, text]) => (
        <label key={word} data-word={word}>
          <input type="radio" name={name} value={word} checked={word === value} onChange={() => onChange(word)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
