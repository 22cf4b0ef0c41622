import { listPredictions } from "../api/calls";
import type { Prediction } from "../api/types";
import { when } from "../money/time";
import { Panel } from "../parts/Panel";
import { type Column, Table } from "../parts/Table";
import { usePoll } from "../parts/use_poll";
import { choose } from "../state/live";

const EVERY_MS = 3_000;

const likely = (signal: Prediction["champion"]) => (
  <span className={`num ${signal.probability_up > 0.5 ? "up" : signal.probability_up < 0.5 ? "down" : "flat"}`}>
    {signal.probability_up > 0.5 ? "▲" : signal.probability_up < 0.5 ? "▼" : "•"} {(signal.probability_up * 100).toFixed(1)} %
  </span>
);
const minutes = (seconds: number) => (seconds >= 60 ? `${seconds / 60} min` : `${seconds} s`);
const version = (signal: Prediction["champion"]) => `${signal.model} v${signal.version}`;

const COLUMNS: Column<Prediction>[] = [
  { name: "Symbol", cell: (p) => <strong>{p.symbol}</strong>, by: (p) => p.symbol },
  { name: "Up", cell: (p) => likely(p.champion), by: (p) => p.champion.probability_up, numeric: true },
  { name: "Within", cell: (p) => minutes(p.champion.horizon_seconds), numeric: true },
  { name: "Of", cell: (p) => <span className="num soft">{when(p.champion.at)}</span>, by: (p) => p.champion.at },
  { name: "Model", cell: (p) => <span className="id" title={p.champion.kind}>{version(p.champion)}</span>, by: (p) => version(p.champion) },
  { name: "Challenger", cell: (p) => (p.challenger ? <span title={version(p.challenger)}>{likely(p.challenger)}</span> : "–"), numeric: true, wide: true },
];

/** What the served models say of each symbol's next minutes, and which version says it. */
export function Predictions() {
  const { value, trouble } = usePoll(listPredictions, EVERY_MS);
  return (
    <Panel title="Predictions" actions={value && !value.registry_reachable && <span className="soft">the registry is away: models as loaded before</span>}>
      {trouble && value && <p className="why" role="status">Not up to date: {trouble}</p>}
      <Table
        label="Predictions" columns={COLUMNS} rows={value?.predictions ?? []} rowKey={(p) => p.symbol} filter={(p) => p.symbol}
        onChoose={(p) => choose(p.symbol)} empty={trouble || (value ? "No model is served for any symbol." : "…")}
      />
    </Panel>
  );
}
