import { listAlerts } from "../api/calls";
import type { Alert } from "../api/types";
import { when } from "../money/time";
import { Panel } from "../parts/Panel";
import { type Column, Table } from "../parts/Table";
import { usePoll } from "../parts/use_poll";
import { hasRole, sessionStore } from "../state/session";
import { useStore } from "../state/store";

const EVERY_MS = 5_000;
const of = (alert: Alert) => ["job", "component", "symbol", "instance"].map((name) => alert.labels[name]).filter(Boolean).join(" ");

const COLUMNS: Column<Alert>[] = [
  { name: "Since", cell: (a) => <span className="num soft">{when(a.since)}</span>, by: (a) => a.since },
  { name: "Severity", cell: (a) => <span className={a.silenced ? "soft" : a.severity === "page" ? "bad-word" : ""}>{a.silenced ? `${a.severity}, silenced` : a.severity}</span>, by: (a) => a.severity },
  { name: "Alert", cell: (a) => <strong>{a.name}</strong>, by: (a) => a.name },
  { name: "Of", cell: of, by: of },
  { name: "What it means", cell: (a) => <span title={a.description}>{a.summary}</span>, wide: true },
  { name: "Runbook", cell: (a) => (/^https?:/.test(a.runbook_url) ? <a href={a.runbook_url} target="_blank" rel="noreferrer">open</a> : <span className="id soft">{a.runbook_url}</span>), wide: true },
];

/** What fires now, for those who run the platform. */
export function Alerts() {
  const operator = useStore(sessionStore, (state) => hasRole("operations")(state) || hasRole("admin")(state));
  return <Panel title="Alerts">{operator ? <Firing /> : <p className="empty">Alerts need the role operations.</p>}</Panel>;
}

/** Fires always: where it is missing, nobody knows whether the others would come. */
const ALWAYS = "Watchdog";

function Firing() {
  const { value, trouble } = usePoll(listAlerts, EVERY_MS);
  const heard = value?.some((alert) => alert.name === ALWAYS);
  return (
    <>
      {value && !heard && <p className="why" role="status">The watchdog is not heard: alerts may not reach Alertmanager.</p>}
      {trouble && value && <p className="why" role="status">Not up to date: {trouble}</p>}
      <Table
        label="Alerts" columns={COLUMNS} rows={value?.filter((alert) => alert.name !== ALWAYS) ?? []} rowKey={(a) => JSON.stringify([a.name, a.labels])} filter={(a) => `${a.name} ${a.severity} ${of(a)}`}
        empty={trouble || (value ? "Nothing fires." : "…")}
      />
    </>
  );
}
