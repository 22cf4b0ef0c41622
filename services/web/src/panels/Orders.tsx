import { useState } from "react";
import { cancelAllOrders, cancelOrder } from "../api/calls";
import { messageOf } from "../api/error";
import type { Order } from "../api/types";
import { parse } from "../money/fixed";
import { price, quantity } from "../money/format";
import { when } from "../money/time";
import { isChangeable, isLeg, isWorking, statusWord, typeWord } from "../orders/status";
import { SideWord } from "../parts/Figure";
import { type Column, Table } from "../parts/Table";
import { allOrders, bookStore, workingOrders } from "../state/book";
import { choose } from "../state/live";
import { notify } from "../state/notices";
import { useStore } from "../state/store";
import { Replace } from "./Replace";

export async function cancel(order: Order): Promise<void> {
  try {
    await cancelOrder(order.id);
  } catch (error) {
    notify("bad", `The order was not canceled`, messageOf(error));
  }
}

export function Orders({ all }: { all: boolean }) {
  const orders = useStore(bookStore, all ? allOrders : workingOrders);
  const [changing, setChanging] = useState<Order>();
  const columns: Column<Order>[] = [
    { name: "Time", cell: (o) => <span className="num soft">{when(o.submitted_at)}</span>, by: (o) => o.submitted_at, wide: true },
    { name: "Symbol", cell: (o) => <strong>{o.symbol}</strong>, by: (o) => o.symbol },
    { name: "Side", cell: (o) => <SideWord side={o.side} />, by: (o) => o.side },
    { name: "Quantity", cell: (o) => quantity(o.qty), by: (o) => parse(o.qty), numeric: true },
    { name: "Filled", cell: (o) => quantity(o.filled_qty), by: (o) => parse(o.filled_qty), numeric: true },
    { name: "Type", cell: (o) => <>{typeWord(o.type)}{o.order_class !== "simple" && <span className="soft" title={isLeg(o) ? "Depends on another order" : "Has exits that depend on it"}> · {isLeg(o) ? (o.type === "limit" ? "take profit" : "stop loss") : o.order_class}</span>}</>, by: (o) => o.type, wide: true },
    { name: "Price", cell: priceOf, numeric: true },
    { name: "Average", cell: (o) => price(o.filled_avg_price), numeric: true, wide: true },
    { name: "TIF", cell: (o) => o.time_in_force.toUpperCase(), by: (o) => o.time_in_force, wide: true },
    { name: "Status", cell: (o) => <span className={`status ${o.status}`} title={o.reason ?? ""}>{statusWord(o.status)}</span>, by: (o) => o.status },
    { name: "", cell: (o) => <Actions order={o} onChange={() => setChanging(o)} /> },
  ];
  return (
    <>
      <Table
        label={all ? "All orders" : "Open orders"} columns={columns} rows={orders} rowKey={(order) => order.id}
        onChoose={(order) => choose(order.symbol)} filter={(o) => `${o.symbol} ${o.side} ${typeWord(o.type)} ${statusWord(o.status)}`} empty={all ? "No orders yet." : "No open orders. Press b to buy, s to sell."}
      />
      {changing && <Replace order={changing} onClose={() => setChanging(undefined)} />}
    </>
  );
}

export const OpenOrders = () => (
  <>
    <Orders all={false} />
    <CancelAll />
  </>
);

function priceOf(order: Order): string {
  const parts = [order.stop_price && `stop ${price(order.stop_price)}`, order.limit_price && price(order.limit_price)];
  if (order.trail_price) parts.push(`trail ${price(order.trail_price)}`);
  if (order.trail_percent) parts.push(`trail ${order.trail_percent}%`);
  return parts.filter(Boolean).join(" · ") || "market";
}

function Actions({ order, onChange }: { order: Order; onChange: () => void }) {
  if (!isWorking(order.status)) return null;
  const what = `${order.side} ${quantity(order.qty)} ${order.symbol}`;
  const able = isChangeable(order.status);
  return (
    <span className="row-actions">
      {order.type !== "market" && (
        <button type="button" className="small" disabled={!able} aria-label={`Replace ${what}`} onClick={(e) => (e.stopPropagation(), onChange())}>Replace</button>
      )}
      <button type="button" className="small" disabled={order.status === "pending_cancel"} aria-label={`Cancel ${what}`} onClick={(e) => (e.stopPropagation(), void cancel(order))}>Cancel</button>
    </span>
  );
}

export function CancelAll() {
  const count = useStore(bookStore, (book) => workingOrders(book).length);
  const [sure, setSure] = useState(false);
  if (!count) return null;
  const go = async () => {
    if (!sure) return setSure(true);
    setSure(false);
    await cancelAllOrders().catch((error: unknown) => notify("bad", "Not everything was canceled", messageOf(error)));
  };
  return <button type="button" className="small" onClick={() => void go()} onBlur={() => setSure(false)}>{sure ? `Really cancel ${count}?` : "Cancel all"}</button>;
}
