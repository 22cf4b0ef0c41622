import { listBreaches } from "../api/calls";
import type { Breach } from "../api/types";
import { when } from "../money/time";
import { Panel } from "../parts/Panel";
import { type Column, Table } from "../parts/Table";
import { usePoll } from "../parts/use_poll";

const EVERY_MS = 3_000;

const COLUMNS: Column<Breach>[] = [
  { name: "Time", cell: (b) => <span className="num soft">{when(b.occurred_at)}</span>, by: (b) => b.occurred_at },
  { name: "Symbol", cell: (b) => <strong>{b.symbol}</strong>, by: (b) => b.symbol },
  { name: "Reason", cell: (b) => b.reason, by: (b) => b.reason },
  { name: "What happened", cell: (b) => b.message, wide: true },
];

/** Orders that the risk engine refused. */
export function Refused() {
  const { value, trouble } = usePoll(listBreaches, EVERY_MS);
  return (
    <Panel title="Refused orders">
      <Table
        label="Refused orders" columns={COLUMNS} rows={value ?? []} rowKey={(b) => `${b.occurred_at} ${b.account_id} ${b.reason}`}
        filter={(b) => `${b.symbol} ${b.reason} ${b.message}`} empty={trouble || "Nothing was refused."}
      />
    </Panel>
  );
}
