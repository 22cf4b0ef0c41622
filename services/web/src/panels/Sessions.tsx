import { useEffect, useState } from "react";
import { endSession, listSessions } from "../api/calls";
import type { LogInSession } from "../api/types";
import { when } from "../money/time";
import { Panel } from "../parts/Panel";
import { Refusal } from "../parts/Refusal";
import { type Column, Table } from "../parts/Table";
import { useTask } from "../parts/use_task";

/** Where the user is logged in; each session can be ended. */
export function Sessions() {
  const [sessions, setSessions] = useState<LogInSession[]>([]);
  const { busy, error, run } = useTask();
  useEffect(() => void listSessions().then(setSessions, () => undefined), []);

  const end = (session: LogInSession) => run(async () => {
    await endSession(session.id);
    setSessions(await listSessions());
  });
  const columns: Column<LogInSession>[] = [
    { name: "Address", cell: (session) => <strong>{session.address}</strong>, by: (session) => session.address },
    { name: "Program", cell: (session) => session.user_agent, wide: true },
    { name: "Logged in", cell: (session) => <span className="num soft">{when(session.created_at)}</span>, by: (session) => session.created_at },
    { name: "Last used", cell: (session) => <span className="num soft">{session.last_used_at ? when(session.last_used_at) : "never"}</span>, by: (session) => session.last_used_at ?? "", wide: true },
    { name: "Ends", cell: (session) => <span className="num soft">{when(session.expires_at)}</span>, by: (session) => session.expires_at, wide: true },
    {
      name: "",
      cell: (session) => session.current
        ? <span className="soft">this one</span>
        : <button type="button" className="small" disabled={busy} aria-label={`End the session of ${session.address}`} onClick={() => void end(session)}>End</button>,
    },
  ];
  return (
    <Panel title="Sessions">
      {error && <Refusal error={error} />}
      <Table label="Sessions" columns={columns} rows={sessions} rowKey={(session) => session.id} empty="No sessions." />
    </Panel>
  );
}
