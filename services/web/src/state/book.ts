import type { Account, Activity, Order, Position } from "../api/types";
import { isWorking, latest } from "../orders/status";
import type { TradeUpdate } from "../stream/protocol";
import { Store } from "./store";

/** The caller's account as the platform last told it. */
export interface Book {
  account: Account | undefined;
  positions: readonly Position[];
  orders: ReadonlyMap<string, Order>;
  fills: readonly Activity[];
}

const EMPTY: Book = { account: undefined, positions: [], orders: new Map(), fills: [] };
const FILLS_MAX = 500;

export const bookStore = new Store<Book>(EMPTY);

export function clearBook(): void {
  bookStore.set(EMPTY);
}

/** Orders that were read; what the stream told later about one of them stands. */
export function mergeOrders(read: Iterable<Order>): void {
  const orders = new Map(bookStore.get().orders);
  for (const order of read) {
    for (const one of [order, ...(order.legs ?? [])]) orders.set(one.id, latest(orders.get(one.id), one));
  }
  bookStore.patch({ orders });
}

export function mergeFills(read: readonly Activity[]): void {
  const known = new Map([...bookStore.get().fills, ...read].map((fill) => [fill.sequence, fill]));
  const fills = [...known.values()].sort((a, b) => b.sequence - a.sequence).slice(0, FILLS_MAX);
  bookStore.patch({ fills });
}

export function applyUpdate(update: TradeUpdate, accountId: string): void {
  mergeOrders([update.order]);
  if (update.qty && update.price) mergeFills([fillOf(update, accountId)]);
}

function fillOf(update: TradeUpdate, accountId: string): Activity {
  const { order } = update;
  return {
    id: `${update.sequence}`,
    account_id: accountId,
    activity_type: "FILL",
    transaction_time: update.timestamp,
    type: update.event === "partial_fill" ? "partial_fill" : "fill",
    price: update.price ?? "0",
    qty: update.qty ?? "0",
    side: order.side,
    symbol: order.symbol,
    leaves_qty: "0",
    order_id: order.id,
    cum_qty: order.filled_qty,
    order_status: order.status,
    commission: update.commission ?? "0",
    sequence: update.sequence,
  };
}

export const workingOrders = (book: Book): Order[] =>
  [...book.orders.values()].filter((order) => isWorking(order.status)).sort(newestFirst);

export const allOrders = (book: Book): Order[] => [...book.orders.values()].sort(newestFirst);

function newestFirst(a: Order, b: Order): number {
  return b.submitted_at.localeCompare(a.submitted_at);
}

export const positionOf = (symbol: string) => (book: Book) => book.positions.find((held) => held.symbol === symbol);
