import type { Activity } from "../api/types";
import { multiply, parse } from "../money/fixed";
import { amount, price, quantity } from "../money/format";
import { when } from "../money/time";
import { SideWord } from "../parts/Figure";
import { type Column, Table } from "../parts/Table";
import { bookStore } from "../state/book";
import { choose } from "../state/live";
import { useStore } from "../state/store";

const value = (fill: Activity) => multiply(parse(fill.qty), parse(fill.price));

const COLUMNS: Column<Activity>[] = [
  { name: "Time", cell: (f) => <span className="num soft">{when(f.transaction_time)}</span>, by: (f) => f.sequence },
  { name: "Symbol", cell: (f) => <strong>{f.symbol}</strong>, by: (f) => f.symbol },
  { name: "Side", cell: (f) => <SideWord side={f.side} />, by: (f) => f.side },
  { name: "Quantity", cell: (f) => quantity(f.qty), by: (f) => parse(f.qty), numeric: true },
  { name: "Price", cell: (f) => price(f.price), by: (f) => parse(f.price), numeric: true },
  { name: "Value", cell: (f) => amount(value(f)), by: value, numeric: true, wide: true },
  { name: "Commission", cell: (f) => amount(f.commission), by: (f) => parse(f.commission), numeric: true, wide: true },
  { name: "Order", cell: (f) => <span className="soft id">{f.order_id.slice(-8)}</span>, wide: true },
];

export function Fills() {
  const fills = useStore(bookStore, (book) => book.fills);
  return (
    <Table label="Fills" columns={COLUMNS} rows={fills} rowKey={(fill) => String(fill.sequence)} filter={(fill) => `${fill.symbol} ${fill.side}`} onChoose={(fill) => choose(fill.symbol)} empty="No fills yet." />
  );
}
