import { type KeyboardEvent, lazy, Suspense, useState } from "react";
import { bookStore, workingOrders } from "../state/book";
import { useStore } from "../state/store";
import { Fills } from "./Fills";
import { CancelAll, Orders } from "./Orders";
import { Positions } from "./Positions";

const Equity = lazy(() => import("./Equity"));
const TABS = ["positions", "open", "orders", "fills", "equity"] as const;
type Tab = (typeof TABS)[number];

/** What the account has and had: positions, orders, fills, equity. */
export function Book() {
  const [tab, setTab] = useState<Tab>("positions");
  const open = useStore(bookStore, (book) => workingOrders(book).length);
  const held = useStore(bookStore, (book) => book.positions.length);
  const names: Record<Tab, string> = {
    positions: `Positions ${held || ""}`, open: `Open orders ${open || ""}`, orders: "All orders", fills: "Fills", equity: "Equity",
  };
  const turn = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length] ?? tab;
    setTab(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <section className="panel book" aria-label="Account book">
      <div className="panel-head">
        <div role="tablist" aria-label="Account book" className="tabs" tabIndex={-1} onKeyDown={turn}>
          {TABS.map((name) => (
            <button
              type="button" role="tab" key={name} id={`tab-${name}`} aria-selected={name === tab} aria-controls="book-body"
              tabIndex={name === tab ? 0 : -1} onClick={() => setTab(name)}
            >{names[name].trim()}</button>
          ))}
        </div>
        {(tab === "open" || tab === "orders") && <CancelAll />}
      </div>
      <div className="panel-body" id="book-body" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === "positions" && <Positions />}
        {tab === "open" && <Orders all={false} />}
        {tab === "orders" && <Orders all />}
        {tab === "fills" && <Fills />}
        {tab === "equity" && <Suspense fallback={<p className="empty">…</p>}><Equity /></Suspense>}
      </div>
    </section>
  );
}
