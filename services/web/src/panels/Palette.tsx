import { useState } from "react";
import { type Command, COMMANDS, layoutCommands, symbolCommands } from "../keyboard/commands";
import { matching } from "../keyboard/find";
import { Dialog } from "../parts/Dialog";
import { viewStore } from "../state/view";

const SHOWN_MAX = 12;

/** Everything that can be done, and every symbol, by name. */
export function Palette() {
  const [every] = useState(() => [...COMMANDS.filter((command) => !command.hidden), ...layoutCommands(), ...symbolCommands()]);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const found = matching(every, text, SHOWN_MAX);
  const close = () => viewStore.patch({ palette: false });
  const take = (command: Command | undefined) => {
    if (!command) return;
    close();
    // When the dialog is gone, which holds the focus.
    setTimeout(command.run);
  };
  return (
    <Dialog title="Commands" onClose={close}>
      <input
        type="text" role="combobox" placeholder="A command or a symbol" aria-label="Find a command" data-first aria-expanded="true"
        aria-controls="commands-found" aria-autocomplete="list" aria-activedescendant={found[at] ? `command-${at}` : undefined}
        autoComplete="off" spellCheck={false} value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") take(found[at]);
          else if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
          else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
          else return;
          event.preventDefault();
        }}
      />
      <div className="commands" id="commands-found" role="listbox" aria-label="Commands found">
        {found.map((command, i) => (
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the input has the keys
          <div key={command.name} id={`command-${i}`} role="option" tabIndex={-1} aria-selected={i === at} onClick={() => take(command)}>
            {command.name}{command.keys && <kbd>{command.keys}</kbd>}
          </div>
        ))}
      </div>
      {!found.length && <p className="soft">Nothing is called that.</p>}
    </Dialog>
  );
}
