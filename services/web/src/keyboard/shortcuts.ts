import { flushSync } from "react-dom";
import { go, type Part, viewStore } from "../state/view";
import { choose } from "../state/live";
import { settingsStore } from "../state/settings";
import { begin, send, ticketStore } from "../state/ticket";
import { watchlistStore } from "../state/watchlist";
import { problemsOf } from "../orders/draft";
import { assetOf, marketStore } from "../state/market";

/** What each key does; the help lists exactly these. */
export const SHORTCUTS: readonly { keys: string; what: string; run?: () => void }[] = [
  { keys: "/", what: "Find a symbol", run: search },
  { keys: "b", what: "Buy: ticket, quantity", run: () => trade("buy") },
  { keys: "s", what: "Sell: ticket, quantity", run: () => trade("sell") },
  { keys: "Enter", what: "In the ticket: review, then send" },
  { keys: "Ctrl+Enter", what: "Send the order in the ticket" },
  { keys: "j", what: "Next symbol of the watchlist", run: () => step(1) },
  { keys: "k", what: "Previous symbol", run: () => step(-1) },
  { keys: "1", what: "Trade", run: () => go("trade") },
  { keys: "2", what: "Account", run: () => go("account") },
  { keys: "3", what: "Risk", run: () => go("risk") },
  { keys: "4", what: "Settings", run: () => go("settings") },
  { keys: "?", what: "This list", run: () => viewStore.patch({ help: true }) },
  { keys: "Esc", what: "Close, or leave a field" },
];

/** At once, so that the key pressed next finds the field that this one asked for. */
function show(part: Part): void {
  flushSync(() => {
    go("trade");
    viewStore.patch({ part });
  });
}

function search(): void {
  show("watch");
  document.getElementById("symbol-search")?.focus();
}

function trade(side: "buy" | "sell"): void {
  show("ticket");
  flushSync(() => begin(side));
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
  if (viewStore.get().view === "trade" && Object.keys(problemsOf(draft, asset, Date.now())).length === 0) void send();
}

const isWriting = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) &&
  (target as HTMLInputElement).type !== "radio";

export function listenForKeys(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      // A held key repeats: only the first press sends.
      if (!event.repeat) sendNow();
      return;
    }
    if (event.key === "Escape" && isWriting(event.target)) {
      (event.target as HTMLElement).blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || document.querySelector("dialog[open]")) return;
    const shortcut = SHORTCUTS.find(({ keys, run }) => keys === event.key && run);
    if (!shortcut) return;
    event.preventDefault();
    shortcut.run?.();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}
