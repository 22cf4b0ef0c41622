import { useEffect, useState } from "react";
import { getExposure, listBreaches } from "../api/calls";
import { messageOf } from "../api/error";
import type { Breach, Exposure } from "../api/types";
import { amount } from "../money/format";
import { when } from "../money/time";
import { Panel } from "../parts/Panel";
import { type Column, Table } from "../parts/Table";
import { Poll } from "../state/polling";
import { Halts } from "./Halts";
import { LimitsPanel } from "./LimitsPanel";

const EVERY_MS = 3_000;

const BREACHES: Column<Breach>[] = [
  { name: "Time", cell: (b) => <span className="num soft">{when(b.occurred_at)}</span>, by: (b) => b.occurred_at },
  { name: "Symbol", cell: (b) => <strong>{b.symbol}</strong>, by: (b) => b.symbol },
  { name: "Reason", cell: (b) => b.reason, by: (b) => b.reason },
  { name: "What happened", cell: (b) => b.message, wide: true },
];
const EXPOSURE: Column<Exposure["lines"][number]>[] = [
  { name: "Symbol", cell: (line) => <strong>{line.symbol}</strong>, by: (line) => line.symbol },
  { name: "Long", cell: (line) => amount(line.long_notional), numeric: true },
  { name: "Short", cell: (line) => amount(line.short_notional), numeric: true },
];

export function RiskView() {
  const [breaches, setBreaches] = useState<Breach[]>([]);
  const [exposure, setExposure] = useState<Exposure>();
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    const poll = new Poll(async () => {
      try {
        const [refused, exposed] = await Promise.all([listBreaches(), getExposure()]);
        setBreaches(refused);
        setExposure(exposed);
        setTrouble("");
      } catch (error) {
        setTrouble(messageOf(error));
      }
    }, EVERY_MS);
    poll.start();
    return () => poll.stop();
  }, []);
  return (
    <main className="view risk-view">
      <Halts />
      <LimitsPanel />
      <Panel title="Exposure" actions={<span className="soft num">gross {amount(exposure?.gross)} · net {amount(exposure?.net)}</span>}>
        <Table label="Exposure" columns={EXPOSURE} rows={exposure?.lines ?? []} rowKey={(line) => line.symbol} empty={trouble || "No exposure."} />
      </Panel>
      <Panel title="Refused orders">
        <Table label="Refused orders" columns={BREACHES} rows={breaches} rowKey={(b) => `${b.occurred_at} ${b.account_id} ${b.reason}`} empty={trouble || "Nothing was refused."} />
      </Panel>
    </main>
  );
}
