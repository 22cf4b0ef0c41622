import { Panel } from "../parts/Panel";
import { type Column, Table } from "../parts/Table";
import { latencyStore, quantile } from "../state/latency";
import { useStore } from "../state/store";

type Line = [kind: string, timings: readonly number[]];
const ms = (value: number | undefined) => (value === undefined ? "–" : value.toFixed(1));
const share = (line: Line, part: number) => quantile(line[1], part) ?? 0;

const COLUMNS: Column<Line>[] = [
  { name: "Call", cell: ([kind]) => <span className="id">{kind}</span>, by: ([kind]) => kind },
  { name: "Calls", cell: ([, timings]) => timings.length, by: ([, timings]) => timings.length, numeric: true },
  { name: "Median", cell: (line) => ms(share(line, 0.5)), by: (line) => share(line, 0.5), numeric: true },
  { name: "p95", cell: (line) => ms(share(line, 0.95)), by: (line) => share(line, 0.95), numeric: true },
  { name: "Last", cell: ([, timings]) => ms(timings.at(-1)), by: ([, timings]) => timings.at(-1) ?? 0, numeric: true },
];

/** How long the platform took to answer this window, from here to there and back. */
export function Latency() {
  const timings = useStore(latencyStore);
  return (
    <Panel title="Latency" actions={<span className="soft">ms, of this window's last calls</span>}>
      <Table label="Latency" columns={COLUMNS} rows={[...timings]} rowKey={([kind]) => kind} filter={([kind]) => kind} empty="No calls yet." />
    </Panel>
  );
}
