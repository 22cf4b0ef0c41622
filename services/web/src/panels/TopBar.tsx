import { session } from "../api/session";
import { parse } from "../money/fixed";
import { amount } from "../money/format";
import { age } from "../money/time";
import { Change } from "../parts/Figure";
import { bookStore } from "../state/book";
import { linkStore } from "../state/link";
import { marketStore } from "../state/market";
import { platformStore } from "../state/platform";
import { haltFor, riskStore } from "../state/risk";
import { hasRole, sessionStore } from "../state/session";
import { settingsStore } from "../state/settings";
import { useStore } from "../state/store";
import { go, VIEWS, type View, viewStore } from "../state/view";
import { useDataAge } from "../parts/use_data_age";

const NAMES: Record<View, string> = { trade: "Trade", risk: "Risk", research: "Research", operations: "Operations", settings: "Settings" };
const STALE_MS = 5_000;

export function TopBar() {
  const view = useStore(viewStore, (state) => state.view);
  const email = useStore(sessionStore, (state) => state.user?.email ?? "");
  return (
    <header className="top">
      <h1 className="brand"><img src="/mark.svg" alt="" width="20" height="20" /><span>CIFT</span></h1>
      <Mode />
      <nav aria-label="Views">
        {VIEWS.map((name) => (
          <button type="button" key={name} aria-current={view === name ? "page" : undefined} onClick={() => go(name)}>
            {NAMES[name]}
          </button>
        ))}
      </nav>
      <Connection />
      <KillSwitch />
      <Money />
      <div className="who">
        <button type="button" className="bare" title="Commands" onClick={() => viewStore.patch({ palette: true })}>
          <kbd>Ctrl k</kbd><span className="unseen"> Commands</span>
        </button>
        <button type="button" className="bare" title="Keyboard shortcuts" onClick={() => viewStore.patch({ help: true })}>
          <kbd>?</kbd><span className="unseen"> Keyboard shortcuts</span>
        </button>
        <span className="email" title={email}>{email}</span>
        <button type="button" className="bare" onClick={() => void session.logOut()}>Log out</button>
      </div>
    </header>
  );
}

/** Whose money it is. */
function Mode() {
  const platform = useStore(platformStore);
  if (!platform) return <strong className="badge" data-test="mode">…</strong>;
  const paper = platform.mode === "paper";
  return (
    <strong className={paper ? "badge" : "badge live"} data-test="mode" title={paper ? "Simulated money, simulated venue" : `Real money, broker ${platform.broker}`}>
      {paper ? "PAPER" : "LIVE"}
    </strong>
  );
}

function Connection() {
  const link = useStore(linkStore);
  const trouble = useStore(marketStore, (market) => market.trouble);
  const skew = useStore(marketStore, (market) => market.skew);
  const old = useDataAge();
  const stale = old !== undefined && old > STALE_MS;
  const good = link.status === "live" && !stale && !trouble;
  const word = link.status === "live" ? (trouble ? "No prices" : stale ? "Stale" : "Live") : capital(link.status);
  const title = [
    `Order updates: ${link.status}, number ${link.sequence}`, link.why, trouble,
    Math.abs(skew) > 2000 ? `this clock differs by ${age(Math.abs(skew))}` : "",
  ].filter(Boolean).join(" · ");
  return (
    <div className={`stat link ${good ? "good" : link.status === "down" || trouble || stale ? "bad" : "wait"}`} title={title}>
      <span className="label">Data</span>
      <span className="value"><span className="dot" aria-hidden="true">{good ? "●" : "▲"}</span> {word}
        <span className="num soft"> {old === undefined ? "" : age(old)}</span></span>
    </div>
  );
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function KillSwitch() {
  const symbol = useStore(settingsStore, (settings) => settings.symbol);
  const account = useStore(bookStore, (book) => book.account);
  const known = useStore(riskStore, (state) => state.halts !== undefined);
  const halt = useStore(riskStore, haltFor(account?.id, symbol));
  const officer = useStore(sessionStore, hasRole("risk"));
  const blocked = account?.trading_blocked || account?.trade_suspended_by_user;
  const halted = halt !== undefined || blocked;
  const scope = halt ? (halt.scope === "platform" ? "" : ` ${halt.scope === "symbol" ? halt.key : "account"}`) : "";
  const word = !known ? "Unknown" : halt ? `Halted${scope}` : blocked ? "Blocked" : "Open";
  return (
    <button
      type="button" className={`stat halt ${halted ? "bad" : known ? "good" : "wait"}`} onClick={() => go("risk")}
      title={halt ? `${halt.reason || "no reason given"} (${halt.actor})` : (account?.blocked_reason ?? (officer ? "Kill switch" : "Trading is open"))}
    >
      <span className="label">Trading</span>
      <span className="value"><span aria-hidden="true">{halted ? "■" : known ? "●" : "▲"}</span> {word}</span>
    </button>
  );
}

function Money() {
  const account = useStore(bookStore, (book) => book.account);
  const today = account && parse(account.equity) - parse(account.last_equity);
  return (
    <>
      <div className="stat"><span className="label">Buying power</span><span className="value num" data-test="buying-power">{amount(account?.buying_power)}</span></div>
      <div className="stat equity"><span className="label">Equity</span><span className="value num">{amount(account?.equity)}</span></div>
      <div className="stat"><span className="label">Day P&amp;L</span><span className="value"><Change value={today} /></span></div>
    </>
  );
}
