import { type FormEvent, useState } from "react";
import { liftHalt, setHalt } from "../api/calls";
import type { Halt, Scope } from "../api/types";
import { when } from "../money/time";
import { Choice, Field } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { Refusal } from "../parts/Refusal";
import { useTask } from "../parts/use_task";
import { refreshRisk } from "../state/live";
import { riskStore } from "../state/risk";
import { hasRole, sessionStore } from "../state/session";
import { useStore } from "../state/store";

const SCOPES: readonly [Scope, string][] = [["platform", "Whole platform"], ["symbol", "One symbol"], ["account", "One account"]];

/** Halts in force; for the risk role also the kill switch. */
export function Halts() {
  const halts = useStore(riskStore, (state) => state.halts);
  const officer = useStore(sessionStore, hasRole("risk"));
  const { busy, error, run } = useTask();
  const lift = (halt: Halt) => run(async () => {
    await liftHalt(halt.scope, halt.key);
    refreshRisk();
  });
  return (
    <Panel title="Kill switch">
      <div className="padded">
        {halts === undefined && <p className="why">Whether trading is halted is not known now.</p>}
        {halts?.length === 0 && <p className="open-word"><span aria-hidden="true">●</span> Trading is open.</p>}
        <ul className="halts">
          {halts?.map((halt) => (
            <li key={`${halt.scope} ${halt.key}`}>
              <strong><span aria-hidden="true">■</span> {halt.scope} {halt.key}</strong>
              <span>{halt.reason || "no reason given"}</span>
              <span className="soft">{halt.actor} · {when(halt.since)}</span>
              {officer && <button type="button" className="small" disabled={busy} onClick={() => void lift(halt)}>Lift</button>}
            </li>
          ))}
        </ul>
        {officer ? <SetHalt /> : <p className="soft">The role risk is needed to halt trading.</p>}
        {error && <Refusal error={error} />}
      </div>
    </Panel>
  );
}

function SetHalt() {
  const [scope, setScope] = useState<Scope>("platform");
  const [key, setKey] = useState("");
  const [reason, setReason] = useState("");
  const [sure, setSure] = useState(false);
  const { busy, error, run } = useTask();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!sure) return setSure(true);
    setSure(false);
    await run(async () => {
      await setHalt(scope, scope === "platform" ? "" : scope === "symbol" ? key.trim().toUpperCase() : key.trim(), reason);
      refreshRisk();
      setReason("");
    });
  };
  return (
    <form className="halt-form" onSubmit={(event) => void submit(event)} aria-label="Halt trading">
      <Choice label="What to halt" value={scope} options={SCOPES} onChange={(value) => (setScope(value), setSure(false))} />
      {scope !== "platform" && <Field label={scope === "symbol" ? "Symbol" : "Account id"} value={key} required onChange={(event) => setKey(event.target.value)} />}
      <Field label="Reason" value={reason} required maxLength={200} onChange={(event) => setReason(event.target.value)} />
      <button type="submit" className="primary stop" disabled={busy}>{sure ? "Press again to halt" : "Halt trading"}</button>
      {error && <Refusal error={error} />}
    </form>
  );
}
