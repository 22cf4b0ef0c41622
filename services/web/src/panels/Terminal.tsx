import { type CSSProperties, lazy, Suspense, useEffect } from "react";
import { listenForKeys } from "../keyboard/shortcuts";
import { Notices } from "../parts/Notices";
import { Splitter } from "../parts/Splitter";
import { change, settingsStore } from "../state/settings";
import { useStore } from "../state/store";
import { type Part, viewStore } from "../state/view";
import { AccountView } from "./AccountView";
import { Book } from "./Book";
import { Help } from "./Help";
import { RiskView } from "./RiskView";
import { SettingsView } from "./SettingsView";
import { Ticket } from "./Ticket";
import { TopBar } from "./TopBar";
import { Watchlist } from "./Watchlist";

const Chart = lazy(() => import("./Chart"));

export function Terminal() {
  const { view, help } = useStore(viewStore);
  useEffect(listenForKeys, []);
  return (
    <div className="terminal">
      <TopBar />
      {view === "trade" && <TradeView />}
      {view === "account" && <AccountView />}
      {view === "risk" && <RiskView />}
      {view === "settings" && <SettingsView />}
      <Notices />
      {help && <Help />}
    </div>
  );
}

const PARTS: readonly (readonly [Part, string])[] = [["watch", "Watch"], ["chart", "Chart"], ["ticket", "Order"], ["book", "Book"]];

function TradeView() {
  const sizes = useStore(settingsStore, (settings) => settings.sizes);
  const part = useStore(viewStore, (state) => state.part);
  const set = (size: Partial<typeof sizes>) => change({ sizes: { ...sizes, ...size } });
  const style = { "--left": `${sizes.left}px`, "--right": `${sizes.right}px`, "--bottom": `${sizes.bottom}px` } as CSSProperties;
  return (
    <>
      <main className="trade" style={style} data-part={part}>
        <Watchlist />
        <Splitter label="Width of the watchlist" way="columns" size={sizes.left} least={220} most={480} onSize={(left) => set({ left })} />
        <div className="middle">
          <Suspense fallback={<section className="panel chart" aria-label="Chart"><p className="empty">…</p></section>}><Chart /></Suspense>
          <Splitter label="Height of the account book" way="rows" after size={sizes.bottom} least={120} most={640} onSize={(bottom) => set({ bottom })} />
          <Book />
        </div>
        <Splitter label="Width of the order ticket" way="columns" after size={sizes.right} least={260} most={480} onSize={(right) => set({ right })} />
        <Ticket />
      </main>
      <nav className="parts" aria-label="Parts of the trade view">
        {PARTS.map(([name, text]) => (
          <button type="button" key={name} aria-current={name === part ? "page" : undefined} onClick={() => viewStore.patch({ part: name })}>{text}</button>
        ))}
      </nav>
    </>
  );
}
