import { getExposure } from "../api/calls";
import type { Exposure } from "../api/types";
import { amount } from "../money/format";
import { Panel } from "../parts/Panel";
import { type Column, Table } from "../parts/Table";
import { usePoll } from "../parts/use_poll";

const EVERY_MS = 3_000;

const COLUMNS: Column<Exposure["lines"][number]>[] = [
  { name: "Symbol", cell: (line) => <strong>{line.symbol}</strong>, by: (line) => line.symbol },
  { name: "Long", cell: (line) => amount(line.long_notional), numeric: true },
  { name: "Short", cell: (line) => amount(line.short_notional), numeric: true },
];

/** What is at stake by symbol: positions at their latest price. */
export function Exposed() {
  const { value, trouble } = usePoll(getExposure, EVERY_MS);
  return (
    <Panel title="Exposure" actions={<span className="soft num">gross {amount(value?.gross)} · net {amount(value?.net)}</span>}>
      <Table label="Exposure" columns={COLUMNS} rows={value?.lines ?? []} rowKey={(line) => line.symbol} empty={trouble || "No exposure."} />
    </Panel>
  );
}
