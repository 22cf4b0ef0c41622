import { type ReactNode, useEffect, useRef } from "react";

/** The browser's own modal: it keeps the focus and Esc closes it. */
export function Dialog(props: { title: string; onClose: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // The browser takes the first button, which is the one that closes.
    shown?.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-label={props.title} onCancel={(event) => (event.preventDefault(), props.onClose())}>
      <header className="panel-head">
        <h2>{props.title}</h2>
        <button type="button" className="bare" onClick={props.onClose} aria-label="Close">✕</button>
      </header>
      <div className="dialog-body">{props.children}</div>
    </dialog>
  );
}
