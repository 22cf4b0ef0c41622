import type { Order } from "../api/types";
import { type Fixed, parse, ZERO } from "../money/fixed";
import { isWorking } from "../orders/status";

/** The best bid and ask that the feed tells, with their sizes in shares. */
export interface Touch {
  bid: Fixed;
  ask: Fixed;
  bidSize: number;
  askSize: number;
}

export interface Row {
  price: Fixed;
  /** Shares; undefined where nothing rests, and away from the touch where the venue's book is not known. */
  bidSize: number | undefined;
  askSize: number | undefined;
  /** What of the own orders still can fill here. */
  buying: Fixed;
  selling: Fixed;
}

/** Own orders that rest at a price. */
export const resting = (orders: Iterable<Order>, symbol: string): Order[] =>
  [...orders].filter((order) => order.symbol === symbol && order.type === "limit" && order.limit_price && isWorking(order.status) && order.status !== "held");

const open = (order: Order): Fixed => parse(order.qty) - parse(order.filled_qty);

/** What rests by price. */
export interface Levels {
  bids: ReadonlyMap<Fixed, number>;
  asks: ReadonlyMap<Fixed, number>;
}

/** The touch comes with every quote and the book behind it more rarely: of the book counts only what the touch allows. */
export function bidAt(price: Fixed, touch: Touch | undefined, book: Levels | undefined): number | undefined {
  if (touch && price > touch.bid) return undefined;
  return book?.bids.get(price) ?? (touch?.bid === price ? touch.bidSize : undefined);
}

export function askAt(price: Fixed, touch: Touch | undefined, book: Levels | undefined): number | undefined {
  if (touch && price < touch.ask) return undefined;
  return book?.asks.get(price) ?? (touch?.ask === price ? touch.askSize : undefined);
}

/** The rows from the highest price `top` downwards, one price step each. */
export function rowsFrom(top: Fixed, count: number, step: Fixed, touch: Touch | undefined, own: readonly Order[], book?: Levels): Row[] {
  const at = (price: Fixed, side: string) =>
    own.reduce((sum, order) => (order.side === side && parse(order.limit_price ?? "0") === price ? sum + open(order) : sum), ZERO);
  return Array.from({ length: count }, (_, i) => {
    const price = top - step * BigInt(i);
    return {
      price,
      bidSize: bidAt(price, touch, book),
      askSize: askAt(price, touch, book),
      buying: at(price, "buy"),
      selling: at(price, "sell"),
    };
  });
}

/** The top price that puts the middle of the touch in the middle row. */
export function centred(touch: Touch, count: number, step: Fixed): Fixed {
  const middle = ((touch.bid + touch.ask) / 2n / step) * step;
  return middle + step * BigInt(Math.floor(count / 2));
}

/** Whether the touch is so far inside the rows that they can stay where they are. */
export function inSight(touch: Touch, top: Fixed, count: number, step: Fixed): boolean {
  const margin = step * BigInt(Math.min(3, Math.floor(count / 4)));
  const bottom = top - step * BigInt(count - 1);
  return touch.ask <= top - margin && touch.bid >= bottom + margin;
}

/** Of the three columns: a press left of the price buys, right of it sells. */
export const sideAt = (x: number, width: number): "buy" | "sell" => (x < width / 2 ? "buy" : "sell");

/** The price of the row at a height in the ladder, both in pixels. */
export const priceAt = (y: number, rowHeight: number, top: Fixed, step: Fixed): Fixed => top - step * BigInt(Math.max(0, Math.floor(y / rowHeight)));
