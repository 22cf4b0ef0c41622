import { listBars } from "../api/calls";
import type { Bar } from "../api/types";

export const INTERVALS = [
  { word: "1Min", text: "1m", seconds: 60 },
  { word: "5Min", text: "5m", seconds: 300 },
  { word: "15Min", text: "15m", seconds: 900 },
  { word: "1Hour", text: "1h", seconds: 3600 },
  { word: "1Day", text: "1D", seconds: 86_400 },
] as const;

export type Interval = (typeof INTERVALS)[number];
export const intervalOf = (word: string): Interval => INTERVALS.find((interval) => interval.word === word) ?? INTERVALS[0];

const PAGE = 500;
// A page of trading hours can span many days of the calendar.
const SPAN_PAGES = 8;

export interface Candle {
  /** Start, seconds since 1970. */
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

export function candleOf(bar: Bar): Candle {
  return { time: Math.floor(Date.parse(bar.t) / 1000), open: bar.o, high: bar.h, low: bar.l, close: bar.c, volume: bar.v };
}

/** Up to a page of candles before `end` (exclusive; seconds), oldest first. */
export async function readCandles(symbol: string, interval: Interval, end?: number, limit: number = PAGE): Promise<Candle[]> {
  const until = end ?? Math.floor(Date.now() / 1000) + interval.seconds;
  const start = new Date((until - interval.seconds * PAGE * SPAN_PAGES) * 1000).toISOString();
  const range = end === undefined ? { start, limit } : { start, end: new Date(end * 1000 - 1).toISOString(), limit };
  const { bars } = await listBars(symbol, interval.word, range);
  return bars.map(candleOf).toReversed();
}

/** Candles with others taken in: the same start is replaced, all in order. */
export function joined(candles: readonly Candle[], others: readonly Candle[]): Candle[] {
  const byTime = new Map([...candles, ...others].map((candle) => [candle.time, candle]));
  return [...byTime.values()].sort((a, b) => a.time - b.time);
}

/** The last candle after a trade at `price`; a new one where the trade is in the next interval. */
export function traded(last: Candle, price: number, seconds: number, interval: Interval): Candle {
  const time = Math.floor(seconds / interval.seconds) * interval.seconds;
  if (time > last.time) return { time, open: price, high: price, low: price, close: price, volume: 0 };
  return { ...last, high: Math.max(last.high, price), low: Math.min(last.low, price), close: price };
}
