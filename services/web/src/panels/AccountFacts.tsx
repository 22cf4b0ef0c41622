import { parse } from "../money/fixed";
import { amount, quantity } from "../money/format";
import { Change } from "../parts/Figure";
import { Panel } from "../parts/Panel";
import { bookStore } from "../state/book";
import { useStore } from "../state/store";

export function AccountFacts() {
  const account = useStore(bookStore, (book) => book.account);
  return (
    <Panel title="Account">
      {account ? (
        <dl className="facts">
          <div><dt>Equity</dt><dd className="num">{amount(account.equity)}</dd></div>
          <div><dt>Day P&amp;L</dt><dd><Change value={parse(account.equity) - parse(account.last_equity)} /></dd></div>
          <div><dt>Cash</dt><dd className="num" data-test="cash">{amount(account.cash)}</dd></div>
          <div><dt>Held by open orders</dt><dd className="num">{amount(account.reserved)}</dd></div>
          <div><dt>Buying power</dt><dd className="num">{amount(account.buying_power)}</dd></div>
          <div><dt>Long value</dt><dd className="num">{amount(account.long_market_value)}</dd></div>
          <div><dt>Short value</dt><dd className="num">{amount(account.short_market_value)}</dd></div>
          <div><dt>Multiplier</dt><dd className="num">{quantity(account.multiplier)}×</dd></div>
          <div><dt>Short selling</dt><dd>{account.shorting_enabled ? "allowed" : "not allowed"}</dd></div>
          <div><dt>Account</dt><dd className="num">{account.account_number}</dd></div>
        </dl>
      ) : <p className="empty">…</p>}
    </Panel>
  );
}
