import { findOrder, submitOrder } from "../api/calls";
import { ApiError, messageOf } from "../api/error";
import type { Order, Side } from "../api/types";
import { type Draft, emptyDraft, requestOf } from "../orders/draft";
import { mergeOrders } from "./book";
import { Store } from "./store";

export type Outcome =
  | { kind: "none" }
  | { kind: "sending" }
  | { kind: "acked"; order: Order; ackMs: number; fillMs: number | undefined }
  | { kind: "refused"; error: ApiError }
  | { kind: "unknown"; message: string };

export interface Ticket {
  draft: Draft;
  reviewing: boolean;
  /** One order, however often it is sent: a new one only after this one's fate is known. */
  clientOrderId: string;
  outcome: Outcome;
  /** Counts wishes to have the focus. */
  focus: number;
}

const sentAt = new Map<string, number>();

export const ticketStore = new Store<Ticket>({
  draft: emptyDraft(""), reviewing: false, clientOrderId: crypto.randomUUID(), outcome: { kind: "none" }, focus: 0,
});

export function edit(change: Partial<Draft>): void {
  const { draft, outcome } = ticketStore.get();
  if (outcome.kind === "sending") return;
  const next = { ...draft, ...change };
  // Other words are another order; one whose fate is unknown has to be cleared up first.
  const clientOrderId = outcome.kind === "unknown" ? ticketStore.get().clientOrderId : crypto.randomUUID();
  const kept = outcome.kind === "unknown" ? outcome : ({ kind: "none" } as const);
  ticketStore.patch({ draft: outcome.kind === "unknown" ? draft : next, reviewing: false, clientOrderId, outcome: kept });
}

export function begin(side: Side): void {
  edit({ side });
  ticketStore.patch({ focus: ticketStore.get().focus + 1 });
}

export async function send(): Promise<void> {
  const { draft, clientOrderId, outcome } = ticketStore.get();
  if (outcome.kind === "sending") return;
  if (outcome.kind === "unknown") return resolve();
  ticketStore.patch({ outcome: { kind: "sending" }, reviewing: false });
  const started = performance.now();
  sentAt.set(clientOrderId, started);
  try {
    const order = await submitOrder(requestOf(draft, clientOrderId));
    accepted(order, performance.now() - started);
  } catch (error) {
    const known = error instanceof ApiError ? error : new ApiError(messageOf(error), 0, "FAILED");
    if (known.isFateUnknown) {
      ticketStore.patch({ outcome: { kind: "unknown", message: known.message } });
      void resolve();
    } else {
      // The refused request made no order: the next one is another.
      ticketStore.patch({ outcome: { kind: "refused", error: known }, clientOrderId: crypto.randomUUID() });
    }
  }
}

function accepted(order: Order, ackMs: number): void {
  mergeOrders([order]);
  const outcome: Outcome = { kind: "acked", order, ackMs, fillMs: filledAfter.get(order.client_order_id) };
  ticketStore.patch({ outcome, clientOrderId: crypto.randomUUID(), draft: { ...ticketStore.get().draft } });
}

/** Asks whether the order of unknown fate is there. */
async function resolve(): Promise<void> {
  const { clientOrderId } = ticketStore.get();
  try {
    const order = await findOrder(clientOrderId);
    accepted(order, performance.now() - (sentAt.get(clientOrderId) ?? performance.now()));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      const gone = new ApiError("The order did not reach the platform. Nothing was sent.", 404, "NOT_RECEIVED");
      ticketStore.patch({ outcome: { kind: "refused", error: gone }, clientOrderId: crypto.randomUUID() });
    } else {
      ticketStore.patch({ outcome: { kind: "unknown", message: messageOf(error) } });
      setTimeout(() => ticketStore.get().outcome.kind === "unknown" && void resolve(), 2_000);
    }
  }
}

const filledAfter = new Map<string, number>();

/** The stream told of an order: when it was sent here, its way can be timed. */
export function timeFill(order: Order): void {
  const started = sentAt.get(order.client_order_id);
  if (started === undefined || order.status !== "filled") return;
  const fillMs = performance.now() - started;
  filledAfter.set(order.client_order_id, fillMs);
  const { outcome } = ticketStore.get();
  if (outcome.kind === "acked" && outcome.order.id === order.id) {
    ticketStore.patch({ outcome: { ...outcome, order, fillMs } });
  }
}
