import { SHORTCUTS } from "../keyboard/shortcuts";
import { Dialog } from "../parts/Dialog";
import { viewStore } from "../state/view";

export function Help() {
  return (
    <Dialog title="Keyboard" onClose={() => viewStore.patch({ help: false })}>
      <dl className="shortcuts">
        {SHORTCUTS.map(({ keys, what }) => (
          <div key={keys}>
            <dt>{keys.split("+").map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="small soft">Charts by TradingView Lightweight Charts™, © TradingView, Inc. <a href="https://www.tradingview.com/" rel="noreferrer">www.tradingview.com</a></p>
    </Dialog>
  );
}
