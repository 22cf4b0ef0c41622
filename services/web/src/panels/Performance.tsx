import { useCallback, useState } from "react";
import { getPerformance } from "../api/calls";
import type { Performance as Line } from "../api/types";
import { absolute, parse } from "../money/fixed";
import { amount } from "../money/format";
import { Segments } from "../parts/Field";
import { Change } from "../parts/Figure";
import { Panel } from "../parts/Panel";
import { type Column, Table } from "../parts/Table";
import { usePoll } from "../parts/use_poll";

const EVERY_MS = 15_000;
type By = "strategy" | "hour" | "symbol";

const QUESTIONS: readonly [By, string][] = [["strategy", "P&L by strategy"], ["hour", "Win rate by hour"], ["symbol", "Best symbols"]];
const NAMES: Record<By, (line: Line) => string> = {
  strategy: (line) => line.strategy || "none",
  hour: (line) => `${(line.hour ?? "").padStart(2, "0")}:00`,
  symbol: (line) => line.symbol ?? "",
};
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const columns = (by: By): Column<Line>[] => [
  { name: by === "hour" ? "Hour" : by === "symbol" ? "Symbol" : "Strategy", cell: (line) => <strong>{NAMES[by](line)}</strong>, by: NAMES[by] },
  { name: "Round trips", cell: (line) => line.round_trips, by: (line) => line.round_trips, numeric: true },
  { name: "Win rate", cell: (line) => <Share value={line.win_rate} />, by: (line) => line.win_rate, numeric: true },
  { name: "P&L", cell: (line) => <Change value={line.profit} />, by: (line) => parse(line.profit), numeric: true },
  { name: "Best", cell: (line) => amount(line.best), by: (line) => parse(line.best), numeric: true, wide: true },
  { name: "Worst", cell: (line) => amount(line.worst), by: (line) => parse(line.worst), numeric: true, wide: true },
  { name: "Fees", cell: (line) => amount(line.fees), by: (line) => absolute(parse(line.fees)), numeric: true, wide: true },
];

/** What the own round trips of the last year earned: by strategy, by hour of the day, by symbol. */
export function Performance() {
  const [by, setBy] = useState<By>("strategy");
  const read = useCallback(async () => ({ by, rows: (await getPerformance(by, by === "symbol" ? "best" : "group", ZONE)).rows }), [by]);
  const { value, trouble } = usePoll(read, EVERY_MS);
  // What was read for another question is no answer to this one.
  const rows = value?.by === by ? value.rows : undefined;
  return (
    <Panel title="Performance" actions={<Segments label="Question" value={by} options={QUESTIONS} onChange={setBy} />}>
      {trouble && rows && <p className="why" role="status">Not up to date: {trouble}</p>}
      <Table
        label="Performance" columns={columns(by)} rows={rows ?? []} rowKey={NAMES[by]} filter={NAMES[by]}
        empty={trouble || (rows ? "No round trip was closed yet." : "…")}
      />
    </Panel>
  );
}

function Share({ value }: { value: number }) {
  return <span className="num">{(value * 100).toFixed(1)} %</span>;
}
