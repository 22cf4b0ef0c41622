import type { Order } from "../api/types";

const WORKING = new Set(["pending_new", "new", "accepted", "partially_filled", "pending_cancel", "pending_replace", "held"]);
const CHANGEABLE = new Set(["new", "accepted", "partially_filled", "held"]);

/** It can still fill, if only after the order that it waits for. */
export const isWorking = (status: string) => WORKING.has(status);

/** It can be replaced or canceled now. */
export const isChangeable = (status: string) => CHANGEABLE.has(status);

const WORDS: Record<string, string> = {
  pending_new: "sending",
  new: "working",
  accepted: "accepted",
  partially_filled: "part filled",
  filled: "filled",
  pending_cancel: "canceling",
  canceled: "canceled",
  pending_replace: "replacing",
  replaced: "replaced",
  rejected: "rejected",
  expired: "expired",
  held: "waiting",
};

export const statusWord = (status: string) => WORDS[status] ?? status.replaceAll("_", " ");

/** The newer of two states of one order. */
export function latest(known: Order | undefined, read: Order): Order {
  return known && known.version > read.version ? known : read;
}

/** An exit that depends on another order; what it closes follows from that order, not from its own quantity. */
export const isLeg = (order: Order) => order.group_id !== null && order.group_id !== order.id;

export const typeWord = (type: string) =>
  ({ market: "market", limit: "limit", stop: "stop", stop_limit: "stop limit", trailing_stop: "trail" })[type] ?? type;
