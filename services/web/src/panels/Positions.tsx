import { useState } from "react";
import { closePosition } from "../api/calls";
import { messageOf } from "../api/error";
import type { Position } from "../api/types";
import { parse } from "../money/fixed";
import { amount, price, quantity } from "../money/format";
import { Change } from "../parts/Figure";
import { type Column, Table } from "../parts/Table";
import { bookStore, mergeOrders } from "../state/book";
import { choose } from "../state/live";
import { notify } from "../state/notices";
import { useStore } from "../state/store";

const COLUMNS: Column<Position>[] = [
  { name: "Symbol", cell: (p) => <strong>{p.symbol}</strong>, by: (p) => p.symbol },
  { name: "Quantity", cell: (p) => <span data-test="position-qty">{quantity(p.qty)}</span>, by: (p) => parse(p.qty), numeric: true },
  { name: "Entry", cell: (p) => price(p.avg_entry_price), by: (p) => parse(p.avg_entry_price), numeric: true, wide: true },
  { name: "Price", cell: (p) => price(p.current_price), numeric: true },
  { name: "Value", cell: (p) => amount(p.market_value), by: (p) => parse(p.market_value ?? "0"), numeric: true, wide: true },
  { name: "Today", cell: (p) => <Change value={p.unrealized_intraday_pl} shape={false} />, by: (p) => parse(p.unrealized_intraday_pl), numeric: true, wide: true },
  { name: "Unrealized", cell: (p) => <Change value={p.unrealized_pl} ratio={p.unrealized_plpc} />, by: (p) => parse(p.unrealized_pl), numeric: true },
  { name: "Realized", cell: (p) => <Change value={p.realized_pl} shape={false} />, by: (p) => parse(p.realized_pl), numeric: true, wide: true },
  { name: "", cell: (p) => <Close position={p} /> },
];

export function Positions() {
  const positions = useStore(bookStore, (book) => book.positions);
  return (
    <Table
      label="Positions" columns={COLUMNS} rows={positions} rowKey={(position) => position.symbol}
      filter={(position) => position.symbol} onChoose={(position) => choose(position.symbol)} empty="No positions."
    />
  );
}

/** Two presses: closing sends a market order at once. */
function Close({ position }: { position: Position }) {
  const [state, setState] = useState<"idle" | "sure" | "busy">("idle");
  const close = async () => {
    if (state === "idle") return setState("sure");
    setState("busy");
    try {
      mergeOrders([await closePosition(position.symbol)]);
    } catch (error) {
      notify("bad", `${position.symbol} was not closed`, messageOf(error));
    }
    setState("idle");
  };
  return (
    <button
      type="button" className={state === "sure" ? "small bad" : "small"} disabled={state === "busy"} aria-label={`${state === "sure" ? "Confirm: close" : "Close"} ${position.symbol}`}
      onClick={(event) => (event.stopPropagation(), void close())} onBlur={() => state === "sure" && setState("idle")}
    >
      {state === "sure" ? "Sell at market?".replace("Sell", position.side === "long" ? "Sell" : "Buy") : "Close"}
    </button>
  );
}
