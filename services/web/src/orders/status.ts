import type { Order } from "../api/types";

const WORKING = new Set(["pending_new", "new", "accepted", "partially_filled", "pending_cancel", "pending_replace"]);
const CHANGEABLE = new Set(["new", "accepted", "partially_filled"]);

/** It can still fill. */
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
};

export const statusWord = (status: string) => WORDS[status] ?? status.replaceAll("_", " ");

/** The newer of two states of one order. */
export function latest(known: Order | undefined, read: Order): Order {
  return known && known.version > read.version ? known : read;
}

export const typeWord = (type: string) =>
  ({ market: "market", limit: "limit", stop: "stop", stop_limit: "stop limit", trailing_stop: "trail" })[type] ?? type;
