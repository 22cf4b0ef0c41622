import { getReadiness } from "../api/calls";
import { when } from "../money/time";
import { Panel } from "../parts/Panel";
import { usePoll } from "../parts/use_poll";
import { linkStore } from "../state/link";
import { marketStore } from "../state/market";
import { platformHalt, riskStore } from "../state/risk";
import { useStore } from "../state/store";

const EVERY_MS = 3_000;

/** Whether the platform is of use, and what this window is connected to. */
export function Platform() {
  const { value, trouble } = usePoll(getReadiness, EVERY_MS);
  const link = useStore(linkStore);
  const clock = useStore(marketStore, (market) => market.clock);
  const skew = useStore(marketStore, (market) => market.skew);
  const policy = useStore(riskStore, (state) => state.policy?.version);
  const halt = useStore(riskStore, platformHalt);
  const ready = value?.status === "ready" && !trouble;
  return (
    <Panel title="Platform">
      <dl className="facts">
        <div><dt>Gateway</dt><dd className={ready ? "good-word" : "bad-word"}>{trouble || (value ? (ready ? "● ready" : "▲ not ready") : "…")}</dd></div>
        <div><dt>Does not answer</dt><dd>{value?.missing.length ? value.missing.join(", ") : "nothing"}</dd></div>
        <div><dt>Order updates</dt><dd>{link.status}, number <span className="num" data-test="sequence">{link.sequence}</span></dd></div>
        <div><dt>Market</dt><dd>{clock ? (clock.is_open ? `open until ${when(clock.next_close)}` : `closed until ${when(clock.next_open)}`) : "…"}</dd></div>
        <div><dt>Platform's clock against this one</dt><dd className="num">{`${skew >= 0 ? "+" : "−"}${Math.abs(skew).toFixed(0)} ms`}</dd></div>
        <div><dt>Risk policy</dt><dd className="num">{policy ?? "…"}</dd></div>
        <div><dt>Kill switch</dt><dd>{halt ? `halted: ${halt.reason}` : "open"}</dd></div>
      </dl>
    </Panel>
  );
}
