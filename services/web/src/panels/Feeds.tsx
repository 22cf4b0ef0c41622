import { placesOf } from "../money/fixed";
import { price } from "../money/format";
import { age } from "../money/time";
import { Panel } from "../parts/Panel";
import { type Column, Table } from "../parts/Table";
import { useNow } from "../parts/use_now";
import { marketStore, type Tick } from "../state/market";
import { useStore } from "../state/store";

type Line = { symbol: string; tick: Tick; old: number; places: number };

const COLUMNS: Column<Line>[] = [
  { name: "Symbol", cell: (line) => <strong>{line.symbol}</strong>, by: (line) => line.symbol },
  { name: "Age", cell: (line) => age(line.old), by: (line) => line.old, numeric: true },
  { name: "Bid", cell: (line) => price(line.tick.bid, line.places), by: (line) => line.tick.bid, numeric: true },
  { name: "Ask", cell: (line) => price(line.tick.ask, line.places), by: (line) => line.tick.ask, numeric: true },
];

/** How old the newest quote of each followed symbol is. */
export function Feeds() {
  const now = useNow(1_000);
  const { assets, skew } = useStore(marketStore);
  const { ticks } = marketStore.get();
  const rows = Object.entries(ticks).map(([symbol, tick]) => ({
    symbol, tick, old: Math.max(0, now + skew - tick.at), places: placesOf(assets.find((asset) => asset.symbol === symbol)?.price_increment ?? "0.01"),
  }));
  return (
    <Panel title="Feeds">
      <Table label="Feeds" columns={COLUMNS} rows={rows} rowKey={(line) => line.symbol} filter={(line) => line.symbol} empty="No quotes yet." />
    </Panel>
  );
}
