"""A group of changes before its commit: the state as it will be, and the rows that make it so.

Nothing in it is seen by anybody until the commit has succeeded; then `install` puts it in place.
"""

from collections.abc import Callable, Iterable

from cift_common import money
from cift_common.ids import new_uuid7
from cift_common.outbox import OutboxMessage
from cift_proto.trading.v1 import trading_pb2

from cift_trading import api, tracing
from cift_trading.adapters import rows
from cift_trading.adapters.rows import Row
from cift_trading.domain import position_day
from cift_trading.domain.account import Account
from cift_trading.domain.history import trading_day
from cift_trading.domain.ledger import Line
from cift_trading.domain.order import Order
from cift_trading.domain.position import Position
from cift_trading.domain.position_day import PositionDay
from cift_trading.domain.report import Report
from cift_trading.signing import Keys
from cift_trading.state import State, Tracked
from cift_trading.tracing import Trace

Event = trading_pb2.AccountUpdate.Event


class Draft:
    def __init__(self, state: State, now: int, keys: Keys, adopted: Iterable[Tracked] = ()) -> None:
        self.now, self.keys = now, keys
        self._state = state
        self._adopted = {tracked.order.order_id: tracked for tracked in adopted}
        self._orders: dict[str, Order] = {}
        self._executed: dict[str, set[str]] = {}
        self._accounts: dict[str, Account] = {}
        self._positions: dict[tuple[str, str], Position] = {}
        self._days: dict[tuple[str, str], PositionDay] = {}
        self._added: list[Row] = []
        self._held: list[Row] = []
        self._grouped: list[Row] = []
        self._executions: list[Row] = []
        self._lines: list[Line] = []
        self._events: list[Row] = []
        self._messages: list[Row] = []
        self.outgoing: list[OutboxMessage] = []
        self.effects: list[Callable[[], None]] = []

    def order(self, order_id: str) -> Order | None:
        if (changed := self._orders.get(order_id)) is not None:
            return changed
        base = self._base(order_id)
        return base.order if base is not None else None

    def _base(self, order_id: str) -> Tracked | None:
        return self._state.tracked(order_id) or self._adopted.get(order_id)

    def account(self, account_id: str) -> Account:
        return self._accounts.get(account_id) or self._state.account(account_id)

    def position(self, account_id: str, symbol: str) -> Position:
        return self._positions.get((account_id, symbol)) or self._state.position(account_id, symbol)

    def was_executed(self, order_id: str, execution_id: str) -> bool:
        base = self._base(order_id)
        return execution_id in self._executed.get(order_id, ()) or (
            base is not None and execution_id in base.execution_ids
        )

    def group(self, group_id: str) -> list[Order]:
        """Every order of a group; none where nothing of it was open."""
        known = self._state.groups.get(group_id)
        if known is None:
            return []
        added = [order for key, order in self._orders.items() if order.group == group_id and key not in known]
        return [self._orders.get(key, tracked.order) for key, tracked in known.items()] + added

    def add_order(self, order: Order, message: OutboxMessage) -> None:
        self._orders[order.order_id] = order
        self._added.append(rows.new_order(order, message))
        if order.group:
            self._grouped.append(rows.grouped(order))
        self.outgoing.append(message)

    def add_held(self, order: Order) -> None:
        """An order that no venue hears of."""
        self._orders[order.order_id] = order
        self._held.append(rows.new_held(order, api.order_held(order)))
        self._grouped.append(rows.grouped(order))

    def settle(self) -> None:
        """Tells the engine now what it would be told after the commit: the next decision counts on it.

        Where the commit fails the process ends, and the engine with it.
        """
        for effect in self.effects:
            effect()
        self.effects.clear()

    def put_order(self, order: Order) -> None:
        self._orders[order.order_id] = order

    def put_account(self, account: Account) -> None:
        self._accounts[account.account_id] = account

    def put_position(self, position: Position) -> None:
        self._positions[position.account_id, position.symbol] = position

    def trade_day(self, before: Position, signed_quantity: int, price: int, traded_at: int) -> None:
        """Counts a trade in the day of the position as it was before."""
        key = before.account_id, before.symbol
        day = self._days.get(key) or self._state.position_day(before, self.now)
        traded_on = trading_day(traded_at, self._state.calendar)
        self._days[key] = position_day.traded(day, traded_on, signed_quantity, price)

    def put_execution(self, report: Report, order: Order, broker: str) -> None:
        self._executed.setdefault(order.order_id, set()).add(report.execution_id)
        self._executions.append(rows.new_execution(report, order, broker))

    def post(self, lines: Iterable[Line]) -> None:
        self._lines.extend(lines)

    def send(self, message: OutboxMessage) -> None:
        self._messages.append(rows.new_message(message))
        self.outgoing.append(message)

    def tell(
        self,
        order: Order,
        event: int,
        trace: Trace,
        *,
        report: Report | None = None,
    ) -> None:
        """Writes what happened to the audit trail and tells the account, with its next sequence number."""
        account = self.account(order.terms.account_id)
        account = account._replace(sequence=account.sequence + 1)
        self.put_account(account)
        update = trading_pb2.AccountUpdate(
            account_id=account.account_id,
            sequence=account.sequence,
            event=event,  # type: ignore[arg-type]
            order=api.order(order),
            occurred_at_ns=report.time if report is not None else self.now,
        )
        if report is not None:
            update.execution_id = report.execution_id
            if report.quantity:
                update.price_nanos, update.quantity_nanos = report.price, report.quantity
                update.commission_nanos = report.commission
                update.position_quantity_nanos = self.position(account.account_id, order.terms.symbol).quantity
                update.cash = money.text(account.cash)
                decision = trading_pb2.RiskDecision.FromString(order.decision)
                update.decision_bid_price_nanos = decision.bid_price_nanos
                update.decision_ask_price_nanos = decision.ask_price_nanos
        subject, payload = f"account.{account.account_id}.updates", update.SerializeToString()
        headers = tracing.headers(trace) | self.keys.update_headers(subject, payload)
        message = OutboxMessage(new_uuid7(), subject, payload, headers)
        kind = Event.Name(event).removeprefix("EVENT_")
        self._events.append(
            rows.new_event(account.account_id, order.order_id, account.sequence, kind, message.payload, message)
        )
        self.outgoing.append(message)

    def note(self, account_id: str, kind: str, payload: bytes) -> None:
        """Writes to the audit trail alone."""
        self._events.append(rows.new_event(account_id, None, None, kind, payload, None))

    def rows(self) -> tuple[list[Row], ...]:
        """What `ChangeWriter.apply` takes."""
        return (
            self._added,
            [
                rows.changed_order(from_version, order)
                for order in self._orders.values()
                if (from_version := self._version(order.order_id)) != order.version
            ],
            self._executions,
            [rows.changed_position(self._state.position(*key), position) for key, position in self._positions.items()],
            [rows.changed_account(self._state.account(key), account) for key, account in self._bumped()],
            [rows.new_line(line) for line in self._lines],
            self._events,
            self._messages,
            self._held,
            self._grouped,
            [rows.changed_leg(order) for order in self._orders.values() if self._is_changed_leg(order)],
            [rows.changed_leg_terms(order) for order in self._orders.values() if self._is_retimed_leg(order)],
            [rows.account_policy(account) for account in self._accounts.values() if self._has_new_policy(account)],
        )

    def _is_changed_leg(self, order: Order) -> bool:
        base = self._base(order.order_id)
        return bool(order.group) and base is not None and _leg(base.order) != _leg(order)

    def _is_retimed_leg(self, order: Order) -> bool:
        base = self._base(order.order_id)
        return bool(order.group) and base is not None and _duration(base.order) != _duration(order)

    def _has_new_policy(self, account: Account) -> bool:
        before = self._state.account(account.account_id)
        return before.self_trade_prevention is not account.self_trade_prevention

    def _version(self, order_id: str) -> int:
        base = self._base(order_id)
        return base.order.version if base is not None else 1

    def _bumped(self) -> Iterable[tuple[str, Account]]:
        for key, account in self._accounts.items():
            yield key, account._replace(version=self._state.account(key).version + 1, updated_at=self.now)

    @property
    def is_empty(self) -> bool:
        return not (self._orders or self._accounts or self._executions or self._events or self._messages)

    @property
    def touched_accounts(self) -> Iterable[str]:
        return self._accounts

    @property
    def touched_positions(self) -> Iterable[Position]:
        return self._positions.values()

    def install(self) -> None:
        for order_id, order in self._orders.items():
            tracked = self._base(order_id)
            if tracked is None:
                tracked = Tracked(order)
            tracked.order = order
            tracked.execution_ids |= self._executed.get(order_id, set())
            self._state.put_order(tracked)
        for order_id, execution_ids in self._executed.items():
            if order_id not in self._orders and (base := self._base(order_id)) is not None:
                base.execution_ids |= execution_ids
        for _, account in self._bumped():
            self._state.put_account(account)
        for position in self._positions.values():
            self._state.put_position(position)
        self._state.position_days |= self._days
        if any(order.group for order in self._orders.values()):
            self._state.forget_closed_groups()


def _leg(order: Order) -> tuple[int, bytes, int]:
    return order.terms.quantity, order.decision, order.triggered_at


def _duration(order: Order) -> tuple[int, int]:
    return order.terms.time_in_force, order.terms.expires_at
