import { type FormEvent, useLayoutEffect, useMemo, useRef } from "react";
import { placesOf, toPlaces } from "../money/fixed";
import { amount, price, quantity } from "../money/format";
import {
  type Draft, fieldOf, hasLimit, hasStop, hasTrail, ORDER_TYPES, problemsOf, takesExits, TIMES_IN_FORCE,
} from "../orders/draft";
import { estimateOf } from "../orders/estimate";
import { typeWord } from "../orders/status";
import { Choice, Field, Segments } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { Refusal } from "../parts/Refusal";
import { useNow } from "../parts/use_now";
import { useWhatIf } from "../parts/use_what_if";
import { bookStore, positionOf } from "../state/book";
import { assetOf, marketStore, useTick } from "../state/market";
import { haltFor, riskStore } from "../state/risk";
import { settingsStore } from "../state/settings";
import { useStore } from "../state/store";
import { edit, send, ticketStore } from "../state/ticket";
import { Review } from "./Review";
import { TicketOutcome } from "./TicketOutcome";
import { Uses } from "./Uses";

export function Ticket() {
  const { draft, reviewing, outcome, focus } = useStore(ticketStore);
  const review = useStore(settingsStore, (settings) => settings.review);
  const asset = useStore(marketStore, assetOf(draft.symbol));
  const tick = useTick(draft.symbol);
  const position = useStore(bookStore, positionOf(draft.symbol));
  const account = useStore(bookStore, (book) => book.account);
  const halt = useStore(riskStore, haltFor(account?.id, draft.symbol));
  const now = useNow(5_000);
  const qty = useRef<HTMLInputElement>(null);

  useLayoutEffect(() => {
    if (focus) qty.current?.select();
  }, [focus]);

  const touch = draft.side === "buy" ? tick?.ask : tick?.bid;
  const places = asset ? placesOf(asset.price_increment) : 2;
  const problems = problemsOf(draft, asset, now);
  const ready = Object.keys(problems).length === 0;
  const refused = outcome.kind === "refused" ? outcome.error : undefined;
  const refusedField = fieldOf(refused?.field);
  const estimate = useMemo(() => estimateOf(draft, touch), [draft, touch]);
  const whatIf = useWhatIf(draft, ready);
  // An empty field is no mistake yet.
  const problemOf = (field: keyof typeof problems, written: string) =>
    (written ? problems[field] : undefined) ?? (refusedField === field ? refused?.message : undefined);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) qty.current?.form?.querySelector<HTMLInputElement>("input[aria-invalid=true], input:placeholder-shown")?.focus();
    else if (review) ticketStore.patch({ reviewing: true });
    else void send();
  };
  const priceField = (field: "limitPrice" | "stopPrice" | "takeProfit" | "stopLoss", label: string, placeholder?: string) => (
    <Field
      label={label} inputMode="decimal" autoComplete="off"
      placeholder={placeholder ?? (touch === undefined ? "0.00" : toPlaces(touch, places))}
      value={draft[field]} onChange={(event) => edit({ [field]: event.target.value })} problem={problemOf(field, draft[field])}
      onFocus={(event) => event.target.select()}
    />
  );
  /** A price that the type needs starts at the touch. */
  const take = (type: Draft["type"]) => {
    const start = touch === undefined ? "" : toPlaces(touch, places);
    edit({ type, ...(hasLimit(type) && !draft.limitPrice ? { limitPrice: start } : {}) });
  };
  const verb = draft.side === "buy" ? "Buy" : "Sell";
  return (
    <Panel title="Order ticket" className="ticket">
      <form onSubmit={submit} className={draft.side} aria-label="Order ticket">
        <Segments label="Side" value={draft.side} options={[["buy", "Buy"], ["sell", "Sell"]]} onChange={(side) => edit({ side })} />
        <div className="touch">
          <strong>{draft.symbol || "–"}</strong>
          <button type="button" className="bare num" title="Bid: take as limit price" onClick={() => edit({ type: "limit", limitPrice: tick ? toPlaces(tick.bid, places) : "" })}>
            <span className="label">Bid</span>{price(tick?.bid, places)}
          </button>
          <button type="button" className="bare num" title="Ask: take as limit price" onClick={() => edit({ type: "limit", limitPrice: tick ? toPlaces(tick.ask, places) : "" })}>
            <span className="label">Ask</span>{price(tick?.ask, places)}
          </button>
        </div>
        <Field
          label="Quantity" inputRef={qty} inputMode="decimal" autoComplete="off" placeholder="0" value={draft.qty}
          onChange={(event) => edit({ qty: event.target.value })} problem={problemOf("qty", draft.qty)}
          hint={position ? <>You hold {quantity(position.qty)} · <button type="button" className="bare link" onClick={() => edit({ qty: position.qty.replace("-", ""), side: position.side === "long" ? "sell" : "buy" })}>all</button></> : undefined}
        />
        <Choice label="Type" value={draft.type} options={ORDER_TYPES} onChange={take} />
        {hasStop(draft.type) && priceField("stopPrice", "Stop price")}
        {hasLimit(draft.type) && priceField("limitPrice", "Limit price")}
        {hasTrail(draft.type) && <Trail draft={draft} problem={problemOf("trail", draft.trail)} />}
        <Choice
          label="Time in force" value={draft.timeInForce} options={TIMES_IN_FORCE} onChange={(timeInForce) => edit({ timeInForce })}
          problem={refusedField === "timeInForce" ? refused?.message : undefined}
        />
        {draft.timeInForce === "gtd" && (
          <Field
            label="Until" type="datetime-local" value={draft.expiresAt} onChange={(event) => edit({ expiresAt: event.target.value })}
            problem={problemOf("expiresAt", draft.expiresAt)}
          />
        )}
        {takesExits(draft) && (
          <div className="pair" role="group" aria-label="Exits after the fill">
            {priceField("takeProfit", "Take profit", "none")}
            {priceField("stopLoss", "Stop loss", "none")}
          </div>
        )}
        <p className="estimate"><span>Estimated value</span><span className="num">{amount(estimate?.notional)}</span></p>
        <Uses whatIf={whatIf} />
        {halt && <p className="why" role="status">Trading is halted: {halt.reason || halt.scope}</p>}
        <button type="submit" className={`primary ${draft.side}`} disabled={!ready || outcome.kind === "sending"}>
          {outcome.kind === "sending" ? "Sending…" : `${review ? "Review: " : ""}${verb} ${ready ? quantity(draft.qty) : ""} ${draft.symbol}`}
          <span className="sub">{typeWord(draft.type)}{hasLimit(draft.type) && draft.limitPrice ? ` ${draft.limitPrice}` : ""}</span>
        </button>
        <p className="keys"><kbd>Enter</kbd> {review ? "review" : "send"} <kbd>Ctrl</kbd>+<kbd>Enter</kbd> send</p>
        {refused && <Refusal error={refused} />}
        <TicketOutcome />
      </form>
      {reviewing && <Review estimate={estimate} whatIf={whatIf} />}
    </Panel>
  );
}

function Trail({ draft, problem }: { draft: Draft; problem: string | undefined }) {
  return (
    <div className="pair">
      <Field
        label="Trail" inputMode="decimal" autoComplete="off" placeholder="0.00" value={draft.trail} problem={problem}
        onChange={(event) => edit({ trail: event.target.value })}
      />
      <Choice
        label="In" value={draft.trailBy} options={[["price", "Price"], ["percent", "Percent"]]} onChange={(trailBy) => edit({ trailBy })}
      />
    </div>
  );
}
