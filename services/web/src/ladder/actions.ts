import { cancelOrder, replaceOrder } from "../api/calls";
import { messageOf } from "../api/error";
import type { Order, Side } from "../api/types";
import { type Fixed, parse, text, tryParse } from "../money/fixed";
import { isChangeable } from "../orders/status";
import { bookStore, mergeOrders } from "../state/book";
import { notify } from "../state/notices";
import { edit, send, ticketStore } from "../state/ticket";
import { resting } from "./rows";

/** An order at a price: sent at once where the ladder is armed, else laid into the ticket for review. */
export function place(symbol: string, side: Side, price: Fixed, qty: string, armed: boolean): void {
  const size = tryParse(qty);
  if (size === undefined || size <= 0n) return notify("bad", "The ladder has no size", "Write how many shares a press is for.");
  const { kind } = ticketStore.get().outcome;
  // One at a time: the fate of the last one has to be known first.
  if (kind === "sending" || kind === "unknown") return notify("bad", "The last order is still on its way", "Nothing was sent.");
  edit({ symbol, side, type: "limit", limitPrice: text(price), qty: text(size), timeInForce: "day" });
  if (armed) void send();
  else ticketStore.patch({ reviewing: true });
}

export const ownAt = (symbol: string, price: Fixed, side?: Side): Order[] =>
  resting(bookStore.get().orders.values(), symbol).filter(
    (order) => parse(order.limit_price ?? "0") === price && (!side || order.side === side),
  );

export function cancelAt(symbol: string, price: Fixed, side?: Side): void {
  for (const order of ownAt(symbol, price, side)) {
    cancelOrder(order.id).catch((error: unknown) => notify("bad", "The order was not canceled", messageOf(error)));
  }
}

/** Moves own orders of one side from a price to another; each keeps its quantity. */
export function amend(orders: readonly Order[], price: Fixed): void {
  for (const order of orders.filter((each) => isChangeable(each.status))) {
    replaceOrder(order.id, { limit_price: text(price), client_order_id: crypto.randomUUID() })
      .then((replaced) => mergeOrders([replaced]))
      .catch((error: unknown) => notify("bad", "The order was not amended", messageOf(error)));
  }
}
