import { flushSync } from "react-dom";
import { cancelAllOrders } from "../api/calls";
import { messageOf } from "../api/error";
import { session } from "../api/session";
import { problemsOf } from "../orders/draft";
import { choose } from "../state/live";
import { assetOf, marketStore } from "../state/market";
import { notify } from "../state/notices";
import { change, settingsStore } from "../state/settings";
import { begin, send, ticketStore } from "../state/ticket";
import { go, type Part, VIEWS, viewStore } from "../state/view";
import { watch, watchlistStore } from "../state/watchlist";
import { close, isPreset, maximize, moveTo, resetLayout, show } from "../workspace/dock";
import { take } from "../workspace/named";
import { type PanelName, PANELS } from "../workspace/names";

/** Something that can be done, by key or by name. */
export interface Command {
  name: string;
  run: () => void;
  /** The key that does it where nothing is written, or `Ctrl+…` that does it everywhere. */
  keys?: string;
  /** Only found by its key and in the help. */
  hidden?: boolean;
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** At once, so that the key pressed next finds the field that this one asked for. */
function bring(panel: PanelName, part: Part): void {
  flushSync(() => {
    if (!isPreset(viewStore.get().view)) go("trade");
    viewStore.patch({ part });
  });
  flushSync(() => show(panel));
}

/** Focuses an element now, or when it has been drawn. */
function focus(find: () => HTMLElement | null | undefined, frames = 30): void {
  const found = find();
  if (found) found.focus();
  else if (frames) requestAnimationFrame(() => focus(find, frames - 1));
}

function search(): void {
  bring("watchlist", "watch");
  focus(() => document.getElementById("symbol-search"));
}

function trade(side: "buy" | "sell"): void {
  bring("ticket", "ticket");
  flushSync(() => begin(side));
}

function open(panel: PanelName): void {
  bring(panel, panel === "chart" ? "chart" : panel === "watchlist" ? "watch" : panel === "ticket" ? "ticket" : "book");
  const inside = `.dock-panel[data-name="${panel}"]`;
  focus(() => document.querySelector<HTMLElement>(`${inside} [tabindex="0"], ${inside} input, ${inside} button`));
}

function step(by: number): void {
  const { symbols } = watchlistStore.get();
  const at = symbols.indexOf(settingsStore.get().symbol);
  const next = symbols[(at + by + symbols.length) % symbols.length];
  if (next) choose(next);
}

function sendNow(): void {
  const { draft } = ticketStore.get();
  const asset = assetOf(draft.symbol)(marketStore.get());
  const seen = document.querySelector(".ticket") !== null;
  if (seen && Object.keys(problemsOf(draft, asset, Date.now())).length === 0) void send();
}

function cancelEverything(): void {
  cancelAllOrders().catch((error: unknown) => notify("bad", "Not everything was canceled", messageOf(error)));
}

const PANEL_KEYS: Partial<Record<PanelName, string>> = {
  chart: "c", ladder: "d", tape: "t", positions: "p", open: "o", fills: "f",
};

export const COMMANDS: readonly Command[] = [
  { keys: "/", name: "Find a symbol", run: search },
  { keys: "b", name: "Buy: ticket, quantity", run: () => trade("buy") },
  { keys: "s", name: "Sell: ticket, quantity", run: () => trade("sell") },
  { keys: "Ctrl+Enter", name: "Send the order in the ticket", run: sendNow, hidden: true },
  { keys: "Ctrl+k", name: "Find a command", run: () => viewStore.patch({ palette: true }), hidden: true },
  { keys: "j", name: "Next symbol of the watchlist", run: () => step(1) },
  { keys: "k", name: "Previous symbol of the watchlist", run: () => step(-1) },
  ...VIEWS.map((view, i) => ({ keys: String(i + 1), name: `Go to ${capital(view)}`, run: () => go(view) })),
  ...(Object.keys(PANELS) as PanelName[]).map((panel) => ({
    name: `Show ${PANELS[panel]}`, run: () => open(panel), ...(PANEL_KEYS[panel] ? { keys: PANEL_KEYS[panel] } : {}),
  })),
  { keys: "m", name: "Panel: make it large, or as it was", run: maximize },
  { keys: "x", name: "Panel: close it", run: () => close() },
  ...(["left", "right", "top", "bottom"] as const).map((edge) => ({ name: `Panel: move it to the ${edge}`, run: () => moveTo(edge) })),
  { name: "Workspace: as it came", run: resetLayout },
  { name: "Cancel all orders", run: cancelEverything },
  ...(["dark", "light", "system"] as const).map((theme) => ({ name: `Theme: ${theme}`, run: () => change({ theme }) })),
  { name: "Up and down: blue and orange, safe for the colour-blind", run: () => change({ palette: "safe" }) },
  { name: "Up and down: green and red", run: () => change({ palette: "classic" }) },
  ...(["compact", "comfortable"] as const).map((density) => ({ name: `Density: ${density}`, run: () => change({ density }) })),
  { name: "Orders: review before they go out", run: () => change({ review: true }) },
  { name: "Orders: send at once", run: () => change({ review: false }) },
  { name: "Log out", run: () => void session.logOut() },
  { keys: "?", name: "Keyboard", run: () => viewStore.patch({ help: true }) },
];

/** Each layout with a name is something to take up. */
export function layoutCommands(): Command[] {
  return settingsStore.get().named.map((kept) => ({ name: `Layout: ${kept.name}`, run: () => take(kept) }));
}

/** Each listed symbol is something to go to. */
export function symbolCommands(): Command[] {
  return marketStore.get().assets.map((asset) => ({
    name: `${asset.symbol} ${asset.name}`,
    run: () => {
      watch(asset.symbol);
      choose(asset.symbol);
    },
  }));
}
