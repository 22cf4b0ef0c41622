import { lazy, Suspense } from "react";
import { useStore } from "../state/store";
import { type Part, viewStore } from "../state/view";
import { PanelContent } from "../workspace/panels";
import type { PanelName } from "../workspace/names";
import type { Preset } from "../workspace/presets";
import { Book } from "./Book";
import { Ticket } from "./Ticket";
import { Watchlist } from "./Watchlist";

const Chart = lazy(() => import("./Chart"));
const PARTS: readonly (readonly [Part, string])[] = [["watch", "Watch"], ["chart", "Chart"], ["ticket", "Order"], ["book", "Book"]];

const STACKS: Record<Exclude<Preset, "trade">, readonly PanelName[]> = {
  risk: ["halts", "limits", "exposure", "refused"],
  research: ["chart", "equity", "account", "fills"],
  operations: ["platform", "feeds", "latency", "refused"],
};

/** Without room for a workspace: one part at a time, or panels below each other. */
export default function Narrow({ preset }: { preset: Preset }) {
  const part = useStore(viewStore, (state) => state.part);
  if (preset !== "trade") {
    return <main className="view stack">{STACKS[preset].map((name) => <div className="stacked" key={name}><PanelContent name={name} /></div>)}</main>;
  }
  return (
    <>
      <main className="trade" data-part={part}>
        <Watchlist />
        <div className="middle">
          <Suspense fallback={<section className="panel chart" aria-label="Chart"><p className="empty">…</p></section>}><Chart /></Suspense>
          <Book />
        </div>
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
