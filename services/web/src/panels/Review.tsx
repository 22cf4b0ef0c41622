import { amount, price, quantity } from "../money/format";
import { hasLimit, hasStop, hasTrail, takesExits, TIMES_IN_FORCE } from "../orders/draft";
import type { Estimate } from "../orders/estimate";
import { typeWord } from "../orders/status";
import { Dialog } from "../parts/Dialog";
import type { WhatIf } from "../parts/use_what_if";
import { useStore } from "../state/store";
import { send, ticketStore } from "../state/ticket";
import { Uses } from "./Uses";

/** The order once more in words, and what it uses of the limits, before it goes out. */
export function Review({ estimate, whatIf }: { estimate: Estimate | undefined; whatIf: WhatIf }) {
  const draft = useStore(ticketStore, (ticket) => ticket.draft);
  const close = () => ticketStore.patch({ reviewing: false });
  const verb = draft.side === "buy" ? "Buy" : "Sell";
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
        {takesExits(draft) && (draft.takeProfit || draft.stopLoss) && (
          <p className="soft" data-test="exits">
            {[draft.takeProfit && `Take profit ${draft.takeProfit}`, draft.stopLoss && `Stop loss ${draft.stopLoss}`].filter(Boolean).join(" · ")}, once it has filled
          </p>
        )}
        <Uses whatIf={whatIf} />
        <div className="actions">
          <button type="button" onClick={close}>Back <kbd>Esc</kbd></button>
          <button type="submit" className={`primary ${draft.side}`} data-first>Send <kbd>Enter</kbd></button>
        </div>
      </form>
    </Dialog>
  );
}
