"""Trading's risk engine and the venue's book in one process: an order goes through both as it does on a platform, with
the messages that the services send, and without the services."""

from decimal import Decimal
from itertools import count
from typing import Any

from cift_common import money
from cift_common.ids import new_uuid7
from cift_common.platform import Fees, Instrument, Platform
from cift_core import Book, Decision, OpenOrder, Report
from cift_execution.adapters.paper import new_order, replace_order
from cift_execution.domain.commission import commission
from cift_execution.domain.request import Replace
from cift_proto.common.v1 import types_pb2
from cift_proto.matcher.v1 import matcher_pb2
from cift_trading import api
from cift_trading.adapters.risk import Risk
from cift_trading.domain import lifecycle
from cift_trading.domain import terms as rules
from cift_trading.domain.account import Account, SelfTradePrevention
from cift_trading.domain.order import Order, OrderTerms, OrderType, Side, Status, TimeInForce
from cift_trading.domain.position import Position
from cift_trading.domain.report import Kind
from cift_trading.domain.report import Report as ExecutionReport
from cift_trading.signing import sign

ACCOUNT = "0190a5a0-0000-7000-8000-000000000001"
SYMBOL = "AAPL"
KEY = b"k" * 32
POLICY = {"version": 1, "defaults": {"price_collar_bp": 2000, "market_protection_bp": 200, "max_price_age_ms": 5000}}
SHARES = 1_000_000


def nanos(value: str | int | Decimal) -> int:
    return money.parse_nanos("value", str(value))


def buy(kind: str, quantity: int, time_in_force: TimeInForce = TimeInForce.GTC, **prices: str) -> OrderTerms:
    """The terms of a buy; prices by their names, `trail_percent` in percent."""
    trail_percent = Decimal(prices.pop("trail_percent", "0"))
    return OrderTerms(
        ACCOUNT,
        "",
        SYMBOL,
        Side.BUY,
        OrderType[kind.upper()],
        time_in_force,
        quantity * money.NANOS,
        trail_percent_bp=int(trail_percent * 100),
        **{name: nanos(price) for name, price in prices.items()},  # type: ignore[arg-type]
    )


class Engines:
    """One account with cash, and one symbol."""

    def __init__(self, cash: int = 100_000, fees: Fees | None = None) -> None:
        self.fees = fees or Fees()
        self.instrument = Instrument(symbol=SYMBOL)
        self.risk = Risk(Platform(name="test", instruments=(self.instrument,), fees=self.fees))
        self.risk.engine.set_policy(POLICY)
        self.risk.engine.set_lease(2**62)
        self.account = Account(ACCOUNT, "", cash * money.NANOS, 0, 0, day=None)  # type: ignore[arg-type]
        self.risk.put_account(self.account)
        self.book = Book(SYMBOL, "0.01")
        self.orders: dict[str, Order] = {}
        self.decisions: dict[str, Decision] = {}
        self.ends: dict[str, str] = {}
        self._times, self._charged = count(1_700_000_000 * 10**9, 10**6), set[str]()

    def quote(self, bid: str | Decimal, ask: str | Decimal, size: int = SHARES) -> None:
        now = next(self._times)
        quote = types_pb2.Quote(
            symbol=SYMBOL, bid_price_nanos=nanos(bid), ask_price_nanos=nanos(ask), received_time_ns=now
        )
        self.risk.on_quote(quote)
        self._take_in(self.book.quote(bid, size, ask, size, time_ns=now))

    def submit(self, terms: OrderTerms, policy: SelfTradePrevention = SelfTradePrevention.CANCEL_NEWEST) -> Decision:
        """What risk says; an order that passes is at the venue then."""
        now = next(self._times)
        rules.check(terms, self.instrument, now)
        order = Order(new_uuid7(), terms, now, now, status=Status.NEW, acknowledged=True)
        decision: Decision = self.risk.check(order.order_id, order, now, closing=False)
        if decision.accepted:
            order, approved = sign(order, decision, (0, 0), now, KEY, policy)
            self._keep(order, decision)
            self._take_in(self.book.submit(**_submission(new_order(approved.order, approved.decision)), time_ns=now))
        return decision

    def replace(self, order_id: str, terms: OrderTerms) -> Decision:
        """What risk says of the final terms; where they pass, the venue has changed the order."""
        now = next(self._times)
        original = self.orders[order_id]
        rules.check_replacement(original.terms, terms)
        rules.check(terms, self.instrument, now)
        order = Order(new_uuid7(), terms, now, now, status=Status.NEW, acknowledged=True, replaces=order_id)
        decision: Decision = self.risk.check_replace(original, order, now)
        if decision.accepted:
            order, approved = sign(order, decision, (0, 0), now, KEY, SelfTradePrevention.CANCEL_NEWEST)
            self._keep(lifecycle.carry(order, original.filled_quantity, original.filled_value, now), decision)
            request = replace_order(Replace(order_id, approved.order, approved.decision))
            self._take_in(self.book.replace(**_replacement(request), time_ns=now))
        return decision

    def cancel(self, order_id: str) -> None:
        self._take_in(self.book.cancel(order_id, time_ns=next(self._times)))

    def close_session(self) -> None:
        self._take_in(self.book.expire(session_close=True, time_ns=next(self._times)))

    def now(self) -> int:
        """The time of the next thing that happens."""
        return next(self._times)

    @property
    def last(self) -> str:
        """The id of the order that came last."""
        return next(reversed(self.orders))

    @property
    def cash(self) -> int:
        return int(self.risk.exposure(ACCOUNT)["cash"])

    @property
    def reserved(self) -> int:
        return int(self.risk.exposure(ACCOUNT)["reserved"])

    def resting(self, order_id: str) -> OpenOrder | None:
        return next((order for order in self.book.orders() if order.order_id == order_id), None)

    def _keep(self, order: Order, decision: Decision) -> None:
        self.orders[order.order_id], self.decisions[order.order_id] = order, decision

    def _take_in(self, events: list[Any]) -> None:
        for event in events:
            if isinstance(event, Report) and event.account_id == ACCOUNT:
                self._report(event)

    def _report(self, report: Report) -> None:
        order = self.orders[report.order_id]
        if report.kind == "TRADE":
            self._fill(order, report)
        elif report.kind == "REPLACED":
            self.ends[report.original_order_id or ""] = "REPLACED"
            self.risk.end_replace(self.orders[order.replaces], order, changed=True)
        elif report.kind in ("CANCELED", "EXPIRED", "REJECTED"):
            self.ends[report.order_id] = report.reason
            self.risk.release(report.order_id)

    def _fill(self, order: Order, report: Report) -> None:
        price, quantity = nanos(report.last_price), nanos(report.last_quantity)
        first = not order.filled_quantity
        charge = commission(
            self.fees,
            matcher_pb2.ExecutionReport(
                type=types_pb2.EXECUTION_TYPE_TRADE,
                last_price_nanos=price,
                last_quantity_nanos=quantity,
                cumulative_quantity_nanos=nanos(report.cumulative_quantity),
                maker=report.maker,
            ),
        )
        assert first or not self.fees.per_order or charge < nanos(self.fees.per_order)
        fill = ExecutionReport(
            str(report.sequence), report.sequence, Kind.TRADE, order.order_id, ACCOUNT, SYMBOL, price, quantity,
            commission=charge,
        )  # fmt: skip
        self.risk.on_fill(order, fill, self.account, Position(ACCOUNT, SYMBOL))
        self.orders[order.order_id] = order._replace(
            filled_quantity=order.filled_quantity + quantity, filled_value=order.filled_value + quantity * price
        )


def _submission(message: matcher_pb2.NewOrder) -> dict[str, Any]:
    prevention = api.self_trade_prevention_or_none(message.self_trade_prevention) or SelfTradePrevention.NONE
    return {
        "side": Side(message.side).name.lower(),
        "quantity": _decimal(message.quantity_nanos),
        "price": _decimal_or_none(message.limit_price_nanos),
        "type": OrderType(message.type).name.lower(),
        "time_in_force": TimeInForce(message.time_in_force).name.lower(),
        "order_id": message.order_id,
        "account_id": message.account_id,
        "stop_price": _decimal_or_none(message.stop_price_nanos),
        "trail_price": _decimal_or_none(message.trail_price_nanos),
        "trail_percent_bp": message.trail_percent_bp,
        "self_trade": "allow" if prevention is SelfTradePrevention.NONE else prevention.name.lower(),
        "expires_at_ns": message.expires_at_ns,
    }


def _replacement(message: matcher_pb2.ReplaceOrder) -> dict[str, Any]:
    return {
        "order_id": message.order_id,
        "new_order_id": message.new_order_id,
        "quantity": _decimal(message.quantity_nanos),
        "price": _decimal_or_none(message.limit_price_nanos),
        "stop_price": _decimal_or_none(message.stop_price_nanos),
        "trail_price": _decimal_or_none(message.trail_price_nanos),
        "trail_percent_bp": message.trail_percent_bp,
        "time_in_force": TimeInForce(message.time_in_force).name.lower() if message.time_in_force else None,
        "expires_at_ns": message.expires_at_ns,
    }


def _decimal(value: int) -> Decimal:
    return Decimal(value).scaleb(-money.PLACES)


def _decimal_or_none(value: int) -> Decimal | None:
    return _decimal(value) if value else None
