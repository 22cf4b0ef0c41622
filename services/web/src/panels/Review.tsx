import { amount, price, quantity } from "../money/format";
import { hasLimit, hasStop, hasTrail, TIMES_IN_FORCE } from "../orders/draft";
import type { Preview, Use } from "../orders/preview";
import { typeWord } from "../orders/status";
import { Dialog } from "../parts/Dialog";
import { useStore } from "../state/store";
import { send, ticketStore } from "../state/ticket";

/** The order once more in words, and what it uses of the limits, before it goes out. */
export function Review({ estimate }: { estimate: Preview | undefined }) {
  const draft = useStore(ticketStore, (ticket) => ticket.draft);
  const close = () => ticketStore.patch({ reviewing: false });
  const verb = draft.side === "buy" ? "Buy" : "Sell";
  const exceeded = estimate?.uses.filter((use) => use.exceeded) ?? [];
  return (
    <Dialog title="Review the order" onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <p className={`review-line ${draft.side === "buy" ? "up" : "down"}`}>
          {verb} {quantity(draft.qty)} {draft.symbol} <span className="soft">{typeWord(draft.type)}</span>
        </p>
        <p className="soft">
          {hasStop(draft.type) && `Stop ${draft.stopPrice} · `}
          {hasLimit(draft.type) && `Limit ${draft.limitPrice} · `}
          {hasTrail(draft.type) && `Trail ${draft.trail}${draft.trailBy === "percent" ? " %" : ""} · `}
          {TIMES_IN_FORCE.find(([word]) => word === draft.timeInForce)?.[1]}
          {estimate && ` · about ${amount(estimate.notional)} at ${price(estimate.price)}`}
        </p>
        {estimate && (
          <table className="uses">
            <thead><tr><th scope="col">Risk</th><th scope="col" className="num">Before</th><th scope="col" className="num">After</th><th scope="col" className="num">Limit</th></tr></thead>
            <tbody>{estimate.uses.map((use) => <UseRow key={use.name} use={use} />)}</tbody>
          </table>
        )}
        {exceeded.length > 0 && <p className="why" role="status">Likely refused: {exceeded.map((use) => use.name.toLowerCase()).join(", ")} over the limit.</p>}
        <div className="actions">
          <button type="button" onClick={close}>Back <kbd>Esc</kbd></button>
          <button type="submit" className={`primary ${draft.side}`} data-first>Send <kbd>Enter</kbd></button>
        </div>
      </form>
    </Dialog>
  );
}

function UseRow({ use }: { use: Use }) {
  const show = use.unit === "money" ? (value: bigint | undefined) => amount(value) : (value: bigint | undefined) => quantity(value);
  return (
    <tr className={use.exceeded ? "exceeded" : undefined}>
      <th scope="row">{use.exceeded && <span aria-label="over the limit">▲ </span>}{use.name}</th>
      <td className="num">{show(use.before)}</td>
      <td className="num">{show(use.after)}</td>
      <td className="num">{show(use.limit)}</td>
    </tr>
  );
}
