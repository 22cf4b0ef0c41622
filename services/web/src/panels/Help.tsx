import { COMMANDS } from "../keyboard/commands";
import { Dialog } from "../parts/Dialog";
import { viewStore } from "../state/view";

const ELSEWHERE: readonly { keys: string; name: string }[] = [
  { keys: "Enter", name: "In the ticket: review, then send" },
  { keys: "Esc", name: "Close, or leave a field" },
  { keys: "← →", name: "On tabs: the next; on lines between panels: move" },
  { keys: "Enter Del", name: "On the ladder: take up and let go own orders; cancel them" },
  { keys: "Del", name: "On a tab: close its panel" },
];

/** Lists exactly what the keyboard does. */
export function Help() {
  const keyed = COMMANDS.flatMap(({ keys, name }) => (keys ? [{ keys, name }] : []));
  return (
    <Dialog title="Keyboard" onClose={() => viewStore.patch({ help: false })}>
      <dl className="shortcuts">
        {[...keyed, ...ELSEWHERE].map(({ keys, name }) => (
          <div key={keys + name}>
            <dt>{keys.split(/[+ ]/).map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{name}</dd>
          </div>
        ))}
      </dl>
      <p className="small soft">Everything else, by name: <kbd>Ctrl</kbd> <kbd>k</kbd></p>
      <p className="small soft">Charts by TradingView Lightweight Charts™, © TradingView, Inc. <a href="https://www.tradingview.com/" rel="noreferrer">www.tradingview.com</a></p>
    </Dialog>
  );
}
