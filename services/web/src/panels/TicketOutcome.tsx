import { statusWord } from "../orders/status";
import { bookStore } from "../state/book";
import { useStore } from "../state/store";
import { ticketStore } from "../state/ticket";

/** What became of the last order that was sent from here, and how long it took. */
export function TicketOutcome() {
  const outcome = useStore(ticketStore, (ticket) => ticket.outcome);
  const id = outcome.kind === "acked" ? outcome.order.id : "";
  const order = useStore(bookStore, (book) => book.orders.get(id));
  if (outcome.kind === "unknown") {
    return <p className="outcome wait" role="status">The answer did not come ({outcome.message}). Asking the platform whether it has the order; do not send it again.</p>;
  }
  if (outcome.kind !== "acked") return null;
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  return (
    <p className="outcome good" role="status" data-test="outcome">
      <span className="num">Submit → ack {ms(outcome.ackMs)}</span>
      {outcome.fillMs !== undefined && <span className="num"> · fill {ms(outcome.fillMs)}</span>}
      <span> · {statusWord(order?.status ?? outcome.order.status)}</span>
    </p>
  );
}
