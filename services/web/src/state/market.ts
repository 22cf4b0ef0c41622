import type { Asset, Clock, Snapshot } from "../api/types";
import { type Fixed, divide, fromNumber } from "../money/fixed";
import type { News } from "../stream/market_stream";
import { takeBook } from "./depth";
import { Store, paced, useStore } from "./store";
import { takeTrades } from "./tape";

/** What is known of a symbol's price now. */
export interface Tick {
  bid: Fixed;
  ask: Fixed;
  bidSize: number;
  askSize: number;
  last: Fixed | undefined;
  /** Against the last close, or the day's open where there is no close yet. */
  change: Fixed | undefined;
  changeRatio: Fixed | undefined;
  volume: number;
  /** Of the quote, in milliseconds of the platform's clock. */
  at: number;
  /** Which way the middle went when it last moved. */
  moved: "up" | "down" | "flat";
  snapshot: Snapshot;
}

export interface Market {
  assets: readonly Asset[];
  ticks: Readonly<Record<string, Tick>>;
  /** Platform's clock minus ours, milliseconds. */
  skew: number;
  clock: Clock | undefined;
  /** Why prices do not come, while they do not. */
  trouble: string;
}

export const marketStore = new Store<Market>({ assets: [], ticks: {}, skew: 0, clock: undefined, trouble: "" });

export const tickOf = (symbol: string) => (market: Market) => market.ticks[symbol];

/** Nobody reads figures faster; canvases follow `marketStore` itself. */
const READ_MS = 125;
const readable = paced(marketStore, READ_MS);

/** The latest prices of a symbol, as often as one can read them. */
export const useTick = (symbol: string) => useStore(readable, tickOf(symbol));
export const assetOf = (symbol: string) => (market: Market) => market.assets.find((asset) => asset.symbol === symbol);

/** Takes in what the stream told; a symbol that was never read has to wait for its reading. */
export function takeNews(news: News): void {
  const { ticks } = marketStore.get();
  for (const [symbol, { book }] of news) if (book) takeBook(symbol, book);
  takeTrades([...news].map(([symbol, { trades }]) => [symbol, trades ?? []] as const));
  const known = [...news].flatMap(([symbol, { latestQuote, latestTrade }]) => {
    const tick = ticks[symbol];
    if (!tick) return [];
    return [[symbol, { ...tick.snapshot, ...(latestQuote && { latestQuote }), ...(latestTrade && { latestTrade }) }] as const];
  });
  takeSnapshots(Object.fromEntries(known));
}

/** Takes a reading in; a symbol whose quote did not change keeps its tick, so that nothing renders again for it. */
export function takeSnapshots(snapshots: Record<string, Snapshot>): void {
  const { ticks } = marketStore.get();
  const next: Record<string, Tick> = { ...ticks };
  let changed = false;
  for (const [symbol, snapshot] of Object.entries(snapshots)) {
    const tick = tickFrom(newest(ticks[symbol]?.snapshot, snapshot), ticks[symbol]);
    if (tick && tick !== ticks[symbol]) {
      next[symbol] = tick;
      changed = true;
    }
  }
  if (changed) marketStore.patch({ ticks: next });
}

/** A reading can be older than what the stream told meanwhile. */
function newest(known: Snapshot | undefined, read: Snapshot): Snapshot {
  const later = <Part extends { t: string }>(a: Part | null | undefined, b: Part | null) => (a && b && a.t > b.t ? a : b);
  return {
    ...read,
    latestQuote: later(known?.latestQuote, read.latestQuote),
    latestTrade: later(known?.latestTrade, read.latestTrade),
  };
}

function tickFrom(snapshot: Snapshot, before: Tick | undefined): Tick | undefined {
  const { latestQuote: quote, latestTrade: trade, dailyBar, prevDailyBar } = snapshot;
  if (!quote) return undefined;
  const known = before?.snapshot;
  if (known?.latestQuote?.t === quote.t && known.latestTrade?.t === trade?.t && known.minuteBar?.n === snapshot.minuteBar?.n) {
    return before;
  }
  const bid = fromNumber(quote.bp);
  const ask = fromNumber(quote.ap);
  const last = trade ? fromNumber(trade.p) : undefined;
  const reference = prevDailyBar ? fromNumber(prevDailyBar.c) : dailyBar ? fromNumber(dailyBar.o) : undefined;
  const change = last !== undefined && reference !== undefined ? last - reference : undefined;
  return {
    bid,
    ask,
    bidSize: quote.bs,
    askSize: quote.as,
    last,
    change,
    changeRatio: change !== undefined && reference !== undefined ? divide(change, reference) : undefined,
    volume: dailyBar?.v ?? 0,
    at: Date.parse(quote.t),
    moved: before ? direction(before.bid + before.ask, bid + ask) : "flat",
    snapshot,
  };
}

function direction(before: Fixed, now: Fixed): Tick["moved"] {
  return now > before ? "up" : now < before ? "down" : "flat";
}
