import { type Command, COMMANDS } from "./commands";

const isWriting = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) &&
  !/^(radio|checkbox)$/.test((target as HTMLInputElement).type);

function commandFor(event: KeyboardEvent): Command | undefined {
  const ctrl = event.ctrlKey || event.metaKey;
  const keys = ctrl ? `Ctrl+${event.key}` : event.key;
  const command = COMMANDS.find((each) => each.keys === keys);
  if (!command || event.altKey) return undefined;
  // Sending is also possible from the review.
  if (ctrl) return document.querySelector("dialog[open]") && event.key !== "Enter" ? undefined : command;
  return isWriting(event.target) || document.querySelector("dialog[open]") ? undefined : command;
}

export function listenForKeys(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    if (event.key === "Escape" && isWriting(event.target)) {
      (event.target as HTMLElement).blur();
      return;
    }
    const command = commandFor(event);
    if (!command) return;
    event.preventDefault();
    // A held key repeats: only the first press sends.
    if (!(event.repeat && event.ctrlKey)) command.run();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}
