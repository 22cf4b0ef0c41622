"""Everything that decides, in memory: accounts, positions, open orders. The lanes write it, after each commit."""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field

from cift_common.errors import NotFound

from cift_trading import metrics
from cift_trading.domain import history, position_day
from cift_trading.domain.account import Account
from cift_trading.domain.order import Order, Side, Status
from cift_trading.domain.position import Position
from cift_trading.domain.position_day import PositionDay

CLOSED_KEPT = 10_000


@dataclass(slots=True)
class Tracked:
    """An order with the ids of the executions that it has had."""

    order: Order
    execution_ids: set[str] = field(default_factory=set)


class State:
    """Open orders, and the last closed ones, for what comes late."""

    def __init__(self, calendar: str = "24/7") -> None:
        self.calendar = calendar
        # Of positions that were traded; only those of the present day count.
        self.position_days: dict[tuple[str, str], PositionDay] = {}
        self.accounts: dict[str, Account] = {}
        self.positions: dict[str, dict[str, Position]] = {}
        self.orders: dict[str, Tracked] = {}
        self.open_by_account: dict[str, dict[str, Tracked]] = {}
        self.open_by_client_id: dict[tuple[str, str], Tracked] = {}
        self.unacknowledged: set[str] = set()
        self.unacknowledged_of: Counter[str] = Counter()
        self._grouped: dict[str, Tracked] = {}
        # Every order of a group, as long as one of them is open.
        self.groups: dict[str, dict[str, Tracked]] = {}
        self._closed: OrderedDict[str, Tracked] = OrderedDict()

    def account(self, account_id: str) -> Account:
        """`NotFound` names the account."""
        account = self.accounts.get(account_id)
        if account is None:
            raise NotFound(f"account {account_id} is not known", reason="UNKNOWN_ACCOUNT", field="account_id")
        return account

    def position(self, account_id: str, symbol: str) -> Position:
        """The position, an empty one where there is none."""
        found = self.positions.get(account_id, {}).get(symbol)
        return Position(account_id, symbol) if found is None else found

    def position_day(self, position: Position, now: int) -> PositionDay:
        """The day of a position; one that was not traded today is held overnight as it is."""
        today = history.trading_day(now, self.calendar)
        known = self.position_days.get((position.account_id, position.symbol))
        if known is None or known.day < today:
            return position_day.begin(today, position.quantity)
        return known

    def held(self, account_id: str) -> list[Position]:
        return [position for position in self.positions.get(account_id, {}).values() if position.quantity]

    def tracked(self, order_id: str) -> Tracked | None:
        return self.orders.get(order_id) or self._closed.get(order_id) or self._grouped.get(order_id)

    def held_symbols(self) -> list[str]:
        """Of all accounts."""
        return sorted(
            {
                position.symbol
                for positions in self.positions.values()
                for position in positions.values()
                if position.quantity
            }
        )

    def symbols(self) -> list[str]:
        """Of everything that is held or open."""
        return sorted({*self.held_symbols(), *(tracked.order.terms.symbol for tracked in self.orders.values())})

    def open_orders(self, account_id: str) -> list[Order]:
        return [tracked.order for tracked in self.open_by_account.get(account_id, {}).values()]

    def available(self, position: Position) -> int:
        """The part of a position, without sign, that no open order is about to close."""
        closing = Side.SELL if position.quantity > 0 else Side.BUY
        taken = sum(
            order.leaves_quantity
            for order in self.open_orders(position.account_id)
            if order.terms.symbol == position.symbol and order.terms.side is closing
        )
        return max(abs(position.quantity) - taken, 0)

    def put_account(self, account: Account) -> None:
        self.accounts[account.account_id] = account

    def put_position(self, position: Position) -> None:
        self.positions.setdefault(position.account_id, {})[position.symbol] = position

    def put_order(self, tracked: Tracked) -> None:
        order = tracked.order
        order_id, terms = order.order_id, order.terms
        if order.status.is_open:
            self.orders[order_id] = tracked
            self.open_by_account.setdefault(terms.account_id, {})[order_id] = tracked
            self.open_by_client_id[terms.account_id, terms.client_order_id] = tracked
            self._await(order_id, terms.account_id, not order.acknowledged and order.status is not Status.HELD)
        else:
            self.orders.pop(order_id, None)
            self.open_by_account.get(terms.account_id, {}).pop(order_id, None)
            self.open_by_client_id.pop((terms.account_id, terms.client_order_id), None)
            self._await(order_id, terms.account_id, False)
            self._closed[order_id] = tracked
            self._closed.move_to_end(order_id)
            if len(self._closed) > CLOSED_KEPT:
                self._closed.popitem(last=False)
        if order.group:
            self._put_grouped(tracked)
        metrics.open_orders.set(len(self.orders))
        metrics.in_flight_orders.set(len(self.unacknowledged))

    def _await(self, order_id: str, account_id: str, awaited: bool) -> None:
        """Notes whether the venue has yet to answer for an order."""
        if awaited == (order_id in self.unacknowledged):
            return
        if awaited:
            self.unacknowledged.add(order_id)
            self.unacknowledged_of[account_id] += 1
        else:
            self.unacknowledged.discard(order_id)
            self.unacknowledged_of[account_id] -= 1
            if not self.unacknowledged_of[account_id]:
                del self.unacknowledged_of[account_id]

    def _put_grouped(self, tracked: Tracked) -> None:
        order = tracked.order
        members = self.groups.setdefault(order.group, {})
        members[order.order_id] = self._grouped[order.order_id] = tracked

    def forget_closed_groups(self) -> None:
        """Once nothing of a group is open nothing is due in it any more."""
        for group_id in [
            group_id
            for group_id, members in self.groups.items()
            if not any(tracked.order.status.is_open for tracked in members.values())
        ]:
            for order_id in self.groups.pop(group_id):
                del self._grouped[order_id]
