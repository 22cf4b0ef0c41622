import type { Snapshot } from "../api/types";
import { Store } from "./store";

export type Trade = NonNullable<Snapshot["latestTrade"]>;

const KEPT_MAX = 300;

/** The newest trades of each followed symbol, newest first. */
export const tapeStore = new Store<ReadonlyMap<string, readonly Trade[]>>(new Map());

/** Trades in any order; one that is known already is not taken twice. */
export function takeTrades(taken: Iterable<readonly [string, readonly Trade[]]>): void {
  const tape = new Map(tapeStore.get());
  let changed = false;
  for (const [symbol, trades] of taken) {
    if (!trades.length) continue;
    tape.set(symbol, joined(tape.get(symbol) ?? [], trades));
    changed = true;
  }
  if (changed) tapeStore.set(tape);
}

const newestFirst = (a: Trade, b: Trade) => (a.t < b.t ? 1 : a.t > b.t ? -1 : b.i - a.i);

export function joined(known: readonly Trade[], trades: readonly Trade[]): Trade[] {
  // Nearly always they are newer than all that is known, one after the other: nothing has to be sorted then.
  const fresh = trades.length === 1 ? trades : [...trades].sort(newestFirst);
  const isNew = fresh.every((trade, i) => {
    const older = fresh[i + 1] ?? known[0];
    return !older || newestFirst(trade, older) < 0;
  });
  if (isNew) return [...fresh, ...known.slice(0, Math.max(KEPT_MAX - fresh.length, 0))].slice(0, KEPT_MAX);
  const byId = new Map([...known, ...trades].map((trade) => [`${trade.t} ${trade.i}`, trade]));
  return [...byId.values()].sort(newestFirst).slice(0, KEPT_MAX);
}

/** Which way each trade went against the one before it; the same price keeps the way. */
export function ways(trades: readonly Trade[]): ("up" | "down" | "flat")[] {
  const found: ("up" | "down" | "flat")[] = [];
  let way: "up" | "down" | "flat" = "flat";
  for (let i = trades.length - 1; i >= 0; i -= 1) {
    const [now, before] = [trades[i]?.p ?? 0, trades[i + 1]?.p];
    if (before !== undefined && now !== before) way = now > before ? "up" : "down";
    found[i] = way;
  }
  return found;
}
