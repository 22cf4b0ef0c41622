import { type FormEvent, useState } from "react";
import { setLimits } from "../api/calls";
import type { Limits, SetLimits } from "../api/types";
import { parse, text, tryParse } from "../money/fixed";
import { quantity } from "../money/format";
import { Field } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { Refusal } from "../parts/Refusal";
import { useTask } from "../parts/use_task";
import { refreshRisk } from "../state/live";
import { riskStore } from "../state/risk";
import { hasRole, sessionStore } from "../state/session";
import { useStore } from "../state/store";

type Name = keyof Limits;
const NAMES: readonly (readonly [Name, string])[] = [
  ["max_order_quantity", "Order quantity"],
  ["max_order_notional", "Order value"],
  ["price_collar_percent", "Price collar, %"],
  ["market_protection_percent", "Market protection, %"],
  ["max_position_quantity", "Position quantity"],
  ["max_position_notional", "Position value"],
  ["max_gross_exposure", "Gross exposure"],
  ["max_net_exposure", "Net exposure"],
  ["max_daily_loss", "Daily loss"],
  ["max_open_orders", "Open orders"],
  ["max_order_rate_per_second", "Orders a second"],
  ["order_rate_burst", "Burst of orders"],
  ["duplicate_window_ms", "Duplicate window, ms"],
  ["max_price_age_ms", "Price age, ms"],
];
const COUNTS = new Set<Name>(["max_open_orders", "max_order_rate_per_second", "order_rate_burst", "duplicate_window_ms", "max_price_age_ms"]);
const shown = (value: string | number | null) => (value === null ? "none" : quantity(String(value)));

/** The limits that hold, and for the risk role how to change them. */
export function LimitsPanel() {
  const policy = useStore(riskStore, (state) => state.policy);
  const officer = useStore(sessionStore, hasRole("risk"));
  const [changing, setChanging] = useState(false);
  if (!policy) return <Panel title="Limits"><p className="empty">…</p></Panel>;
  const overrides = policy.overrides.flatMap((override) =>
    NAMES.filter(([name]) => override.limits[name] !== null).map(([name, label]) => ({ override, name, label })),
  );
  return (
    <Panel
      title="Limits"
      actions={<>
        <span className="soft">policy {policy.version}</span>
        {officer && <button type="button" className="small" onClick={() => setChanging(!changing)}>{changing ? "Done" : "Change"}</button>}
      </>}
    >
      {changing ? <Change limits={policy.defaults} /> : (
        <dl className="facts">
          {NAMES.map(([name, label]) => <div key={name}><dt>{label}</dt><dd className="num">{shown(policy.defaults[name])}</dd></div>)}
          {overrides.map(({ override, name, label }) => (
            <div key={`${override.account_id} ${override.symbol} ${name}`}>
              <dt>{label} <span className="tag">{[override.symbol, override.account_id && `account ${override.account_id.slice(-6)}`].filter(Boolean).join(" ")}</span></dt>
              <dd className="num">{shown(override.limits[name])}</dd>
            </div>
          ))}
          {policy.restrictions.map((restriction) => (
            <div key={`${restriction.symbol} ${restriction.account_id}`}>
              <dt>{restriction.symbol} is restricted</dt><dd>{restriction.close_only ? "close only" : "no orders"} {restriction.reason}</dd>
            </div>
          ))}
        </dl>
      )}
    </Panel>
  );
}

function Change({ limits }: { limits: Limits }) {
  const before = Object.fromEntries(NAMES.map(([name]) => [name, limits[name] === null ? "" : String(limits[name])])) as Record<Name, string>;
  const [fields, setFields] = useState(before);
  const [symbol, setSymbol] = useState("");
  const { busy, error, run } = useTask();
  const changed = NAMES.filter(([name]) => fields[name].trim() !== before[name]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const value = (name: Name) => {
      const written = fields[name].trim();
      return written === "" ? null : COUNTS.has(name) ? Number(written) : text(parse(written));
    };
    const body: SetLimits = {
      account_id: "", symbol: symbol.trim().toUpperCase(),
      limits: Object.fromEntries(changed.map(([name]) => [name, value(name)])) as SetLimits["limits"],
    };
    void run(async () => {
      await setLimits(body);
      refreshRisk();
    });
  };
  const wrong = changed.some(([name]) => fields[name].trim() !== "" && tryParse(fields[name]) === undefined);
  return (
    <form className="limits-form" onSubmit={submit} aria-label="Change limits">
      <Field label="Only for symbol (empty: for all)" value={symbol} onChange={(event) => setSymbol(event.target.value)} />
      {NAMES.map(([name, label]) => (
        <Field
          key={name} label={label} inputMode="decimal" value={fields[name]} placeholder="none"
          onChange={(event) => setFields({ ...fields, [name]: event.target.value })}
          problem={error?.field?.endsWith(name) ? error.message : fields[name] && tryParse(fields[name]) === undefined ? "must be a number" : undefined}
        />
      ))}
      {error && <Refusal error={error} />}
      <button type="submit" className="primary" disabled={busy || wrong || !changed.length}>
        {changed.length ? `Set ${changed.length} ${changed.length === 1 ? "limit" : "limits"}` : "Nothing changed"}
      </button>
    </form>
  );
}
