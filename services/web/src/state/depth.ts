import { type Fixed, fromNumber } from "../money/fixed";
import type { BookMessage } from "../stream/market_stream";
import { Store } from "./store";

/** What rests at the venue, shares by price. */
export interface Depth {
  symbol: string;
  bids: ReadonlyMap<Fixed, number>;
  asks: ReadonlyMap<Fixed, number>;
  /** When it was heard, by this window's own clock. */
  heardAt: number;
}

/** Books are told at least once a second; one that is older is not shown. */
export const DEPTH_OLD_MS = 4_000;

export const depthStore = new Store<Depth | undefined>(undefined);

const side = (levels: BookMessage["b"]): Map<Fixed, number> => new Map(levels.map(({ p, s }) => [fromNumber(p), s]));

/** A book without a time: the venue does not answer, so nothing is known of it. */
export function takeBook(symbol: string, book: BookMessage): void {
  depthStore.set(book.t === null ? undefined : { symbol, bids: side(book.b), asks: side(book.a), heardAt: performance.now() });
}

/** The book of a symbol while it is worth showing. */
export const depthOf = (symbol: string): Depth | undefined => {
  const depth = depthStore.get();
  return depth?.symbol === symbol && performance.now() - depth.heardAt < DEPTH_OLD_MS ? depth : undefined;
};
