import { type FormEvent, useState } from "react";
import { replaceOrder } from "../api/calls";
import type { Order, ReplaceOrder } from "../api/types";
import { parse, text, tryParse } from "../money/fixed";
import { hasLimit, hasStop, hasTrail } from "../orders/draft";
import { isLeg, typeWord } from "../orders/status";
import { Dialog } from "../parts/Dialog";
import { Field } from "../parts/Field";
import { Refusal } from "../parts/Refusal";
import { useTask } from "../parts/use_task";
import { mergeOrders } from "../state/book";

/** Changes a working order; only what was changed is sent. */
export function Replace({ order, onClose }: { order: Order; onClose: () => void }) {
  const type = order.type as Parameters<typeof hasLimit>[0];
  const before = {
    qty: order.qty,
    limit_price: order.limit_price ?? "",
    stop_price: order.stop_price ?? "",
    trail: order.trail_price ?? order.trail_percent ?? "",
  };
  const [fields, setFields] = useState(before);
  const { busy, error, run } = useTask();
  const field = (name: keyof typeof before, label: string) => (
    <Field
      label={label} inputMode="decimal" autoComplete="off" value={fields[name]} data-first={name === "qty" ? true : undefined}
      problem={tryParse(fields[name]) === undefined ? "must be a number" : error?.field === name ? error.message : undefined}
      onChange={(event) => setFields({ ...fields, [name]: event.target.value })}
    />
  );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const names = (Object.keys(before) as (keyof typeof before)[]).filter((name) => fields[name] !== before[name]);
    if (!names.length) return onClose();
    const body = Object.fromEntries(names.map((name) => [name, text(parse(fields[name]))])) as ReplaceOrder;
    const done = await run(async () => mergeOrders([await replaceOrder(order.id, { ...body, client_order_id: crypto.randomUUID() })]));
    if (done) onClose();
  };
  return (
    <Dialog title={`Replace ${order.side} ${order.symbol}`} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p className="soft">{typeWord(order.type)} · {order.filled_qty !== "0" ? `${order.filled_qty} filled already` : "nothing filled yet"}</p>
        {!isLeg(order) && field("qty", "Quantity")}
        {hasStop(type) && field("stop_price", "Stop price")}
        {hasLimit(type) && field("limit_price", "Limit price")}
        {hasTrail(type) && field("trail", order.trail_price ? "Trail" : "Trail in percent")}
        {error && <Refusal error={error} />}
        <div className="actions">
          <button type="button" onClick={onClose}>Back <kbd>Esc</kbd></button>
          <button type="submit" className="primary" disabled={busy}>{busy ? "Sending…" : "Replace"}</button>
        </div>
      </form>
    </Dialog>
  );
}
