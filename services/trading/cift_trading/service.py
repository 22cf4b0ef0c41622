"""The use cases beside SubmitOrder: wishes about orders, accounts, and what readers ask."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from cift_common import money
from cift_common.errors import InvalidArgument, NotFound, RiskRefused
from cift_common.ids import Clock, new_uuid7
from cift_common.platform import Platform
from cift_proto.trading.v1 import trading_pb2

from cift_trading.adapters.cache import AccountCache
from cift_trading.adapters.prices import Prices
from cift_trading.adapters.risk import Risk
from cift_trading.adapters.store import Store
from cift_trading.change_lane import ChangeLane
from cift_trading.changes import AccountWish, CancelWish, ReplaceWish
from cift_trading.domain import group, history, ledger
from cift_trading.domain.account import Account, SelfTradePrevention
from cift_trading.domain.history import Point
from cift_trading.domain.order import WORKING, Order, OrderTerms, OrderType, Side, TimeInForce
from cift_trading.preview import OrderPreview, Previews
from cift_trading.state import State
from cift_trading.submission import Submission
from cift_trading.views import AccountView, PositionView, Views

ORDERS_DEFAULT, ORDERS_MAX = 50, 500
UPDATES_MAX = 1000
SEQUENCES_MAX = 10_000
BOOKED_MAX = 5_000


class Trading:
    def __init__(
        self,
        *,
        state: State,
        store: Store,
        risk: Risk,
        prices: Prices,
        views: Views,
        submission: Submission,
        previews: Previews,
        changes: ChangeLane,
        cache: AccountCache,
        platform: Platform,
        decision_key: bytes,
        clock: Clock,
        account_multiplier: int,
        account_shorting: bool,
    ) -> None:
        self._state, self._store, self._risk, self._prices, self._views = state, store, risk, prices, views
        self._submission, self._changes, self._cache, self._platform = submission, changes, cache, platform
        self._previews = previews
        self._decision_key, self._clock = decision_key, clock
        self._account_multiplier, self._account_shorting = account_multiplier, account_shorting
        self._opening = asyncio.Lock()

    # --- orders ---

    async def submit(self, terms: OrderTerms) -> tuple[Order, bool]:
        return await self._submission.submit(terms)

    async def preview(self, terms: OrderTerms) -> OrderPreview:
        return await self._previews.preview(terms)

    async def cancel(self, account_id: str, order_id: str) -> Order:
        """The order with the wish noted; `FailedPrecondition` where it is closed."""
        await self._seen(account_id, order_id)
        wish = CancelWish(account_id, order_id)
        self._changes.put(wish)
        return await wish.answer()

    async def cancel_all(self, account_id: str, symbol: str) -> list[Order]:
        self._state.account(account_id)
        wishes = [
            CancelWish(account_id, order.order_id)
            for order in self._state.open_orders(account_id)
            if symbol in ("", order.terms.symbol)
        ]
        for wish in wishes:
            self._changes.put(wish)
        answers = await asyncio.gather(*(wish.answer() for wish in wishes), return_exceptions=True)
        return [answer for answer in answers if isinstance(answer, Order)]

    async def replace(
        self, account_id: str, order_id: str, client_order_id: str, change: Callable[[OrderTerms], OrderTerms]
    ) -> Order:
        """The order that shall take the place, durable and on its way to the venue."""
        original = await self._seen(account_id, order_id)
        await self._prices.refresh(original.terms.symbol)
        wish = ReplaceWish(
            account_id, order_id, new_uuid7(self._clock), change, self._risk, self._platform, self._decision_key
        )
        if not client_order_id:
            self._changes.put(wish)
            return await wish.answer()
        async with self._submission.claim(account_id, client_order_id):
            self._changes.put(wish)
            return await wish.answer()

    async def _seen(self, account_id: str, order_id: str) -> Order:
        """The order of this account; also makes sure that closed ones are told from unknown ones."""
        self._state.account(account_id)
        order = await self.order(account_id, order_id)
        if self._state.tracked(order_id) is None:
            for tracked in await self._store.tracked((order_id,)):
                self._state.put_order(tracked)
        return order

    async def order(self, account_id: str, order_id: str) -> Order:
        tracked = self._state.orders.get(order_id)
        if tracked is not None and tracked.order.terms.account_id == account_id:
            return tracked.order
        order = await self._store.order(account_id, _uuid("order_id", order_id))
        if order is None:
            raise NotFound(f"order not found for {order_id}", reason="UNKNOWN_ORDER", field="order_id")
        return order

    async def order_by_client_id(self, account_id: str, client_order_id: str) -> Order:
        tracked = self._state.open_by_client_id.get((account_id, client_order_id))
        if tracked is not None:
            return tracked.order
        order = await self._store.order_by_client_id(_uuid("account_id", account_id), client_order_id)
        if order is None:
            raise NotFound(f"order not found for {client_order_id}", reason="UNKNOWN_ORDER", field="client_order_id")
        return order

    async def orders(
        self,
        account_id: str,
        *,
        is_open: bool | None,
        limit: int,
        after: int,
        until: int,
        ascending: bool,
        symbols: Sequence[str],
        side: Side | None,
        nested: bool,
    ) -> list[tuple[Order, tuple[Order, ...]]]:
        """Each with its legs, where they are to be `nested`; otherwise legs are orders like all others."""
        self._state.account(account_id)
        if limit > ORDERS_MAX:
            raise InvalidArgument(f"limit must be at most {ORDERS_MAX}", field="limit", limit=str(ORDERS_MAX))
        found = await self._store.orders(
            account_id,
            nested=nested,
            is_open=is_open,
            after=after,
            until=until,
            ascending=ascending,
            symbols=symbols,
            side=side,
            limit=limit or ORDERS_DEFAULT,
        )
        legs = await self._store.of_groups({order.group for order in found if order.group}) if nested else []
        return group.nest(found, legs)

    async def legs(self, order: Order) -> tuple[Order, ...]:
        """The orders that depend on this one, as they stand."""
        if not order.is_parent:
            return ()
        known = self._state.groups.get(order.group)
        if known is not None:
            members = [tracked.order for tracked in known.values()]
        else:
            members = await self._store.of_groups((order.group,))
        return group.nest((order,), members)[0][1]

    def open_orders(self, changed_before: int) -> list[Order]:
        """Of all accounts, for whoever compares them with the venue; what is held here is none of its business."""
        return [
            tracked.order
            for tracked in self._state.orders.values()
            if tracked.order.status in WORKING and (not changed_before or tracked.order.updated_at < changed_before)
        ]

    # --- positions ---

    async def positions(self, account_id: str, symbol: str) -> list[PositionView]:
        await self._prices.refresh_all(position.symbol for position in self._state.held(account_id))
        return self._views.positions(account_id, symbol)

    async def all_positions(self, symbol: str) -> list[PositionView]:
        """Of every account, for exposure over all of them."""
        await self._prices.refresh_all(self._state.held_symbols())
        return [view for account_id in self._state.accounts for view in self._views.positions(account_id, symbol)]

    async def close_position(self, account_id: str, symbol: str, quantity: int) -> Order:
        """Sends the market order that closes a position, or `quantity` of it."""
        self._state.account(account_id)
        position = self._state.position(account_id, symbol)
        if not position.quantity:
            raise NotFound(f"position does not exist: {symbol}", reason="UNKNOWN_POSITION", field="symbol")
        wanted, available = quantity or abs(position.quantity), self._state.available(position)
        if wanted > available:
            raise RiskRefused(
                f"insufficient qty available for order (requested: {money.text(wanted)}, available: "
                f"{money.text(available)})",
                reason="INSUFFICIENT_POSITION",
                field="qty",
                limit=money.text(available),
            )
        terms = OrderTerms(
            account_id=account_id,
            client_order_id="",
            symbol=symbol,
            side=Side.SELL if position.quantity > 0 else Side.BUY,
            type=OrderType.MARKET,
            time_in_force=TimeInForce.DAY,
            quantity=wanted,
        )
        order, _ = await self._submission.submit(terms, closing=True)
        return order

    # --- accounts ---

    async def open_account(self, account_id: str, deposit: str) -> AccountView:
        """A new account with its first deposit; the one that is there, where it is there."""
        cash = money.parse_nanos("deposit", deposit)
        if cash <= 0:
            raise InvalidArgument(f"deposit must be > 0, not {deposit}", field="deposit", limit="> 0")
        _uuid("account_id", account_id)
        async with self._opening:
            if account_id not in self._state.accounts:
                await self._open(account_id, cash)
        return self._views.account(account_id)

    async def _open(self, account_id: str, cash: int) -> None:
        now = self._clock() // 1000 * 1000
        account = Account(
            account_id,
            number="",
            cash=cash,
            created_at=now,
            updated_at=now,
            day=history.trading_day(now, self._platform.calendar),
            multiplier=self._account_multiplier,
            shorting_enabled=self._account_shorting,
            last_equity=cash,
        )
        lines = ledger.deposit(f"deposit:{account_id}", account_id, account.currency, cash)
        noted = trading_pb2.Account(
            account_id=account_id,
            currency=account.currency,
            cash=money.text(cash),
            multiplier=account.multiplier,
            shorting_enabled=account.shorting_enabled,
            created_at_ns=now,
        )
        stored = await self._store.open_account(account, lines, ("ACCOUNT_OPENED", noted.SerializeToString()))
        stored = stored or await self._store.account(account_id)
        assert stored is not None
        self._state.put_account(stored)
        self._risk.put_account(stored)
        self._risk.start_day(stored, now)
        self._cache.account(account_id)

    async def account(self, account_id: str) -> AccountView:
        await self._prices.refresh_all(position.symbol for position in self._state.held(account_id))
        return self._views.account(account_id)

    async def configure(
        self,
        account_id: str,
        *,
        suspended: bool | None,
        shorting: bool | None,
        self_trade_prevention: SelfTradePrevention | None,
    ) -> AccountView:
        def change(account: Account) -> Account:
            return account._replace(
                suspended=account.suspended if suspended is None else suspended,
                shorting_enabled=account.shorting_enabled if shorting is None else shorting,
                self_trade_prevention=self_trade_prevention or account.self_trade_prevention,
            )

        self._state.account(account_id)
        wish = AccountWish(account_id, "ACCOUNT_CONFIGURED", change, self._risk)
        self._changes.put(wish)
        await wish.finished()
        return self._views.account(account_id)

    async def portfolio_history(
        self, account_id: str, start: int, end: int, interval: int
    ) -> tuple[list[Point], Point]:
        """Points on multiples of the interval, the last one now; and the one that profit is counted from."""
        account = self._state.account(account_id)
        now = self._clock()
        end = min(end or now, now)
        start = max(start, account.created_at)
        interval = interval or history.MINUTE_NS
        recorded = await self._store.equity(account_id, start, end)
        points = list(history.sample(recorded, history.grid(start, max(end, start), interval)))
        view = await self.account(account_id)
        if now - end < interval:
            points.append(Point(now, view.valuation.equity))
        base = recorded[0] if recorded else Point(start, view.valuation.equity)
        return points, base

    # --- what an account was told ---

    def account_sequences(self, after_account_id: str, limit: int) -> list[tuple[str, int]]:
        """(account, number of its last update), by account."""
        later = sorted(key for key in self._state.accounts if key > after_account_id)
        return [
            (key, self._state.accounts[key].sequence) for key in later[: min(limit or SEQUENCES_MAX, SEQUENCES_MAX)]
        ]

    async def updates(self, account_id: str, after_sequence: int, limit: int) -> list[bytes]:
        self._state.account(account_id)
        return await self._store.updates(account_id, after_sequence, min(limit or UPDATES_MAX, UPDATES_MAX))

    async def fills(
        self, account_id: str, *, limit: int, after: int, until: int, ascending: bool, page: int
    ) -> list[bytes]:
        self._state.account(account_id)
        return await self._store.fills(
            account_id, after=after, until=until, ascending=ascending, limit=min(limit or 100, ORDERS_MAX), page=page
        )

    # --- proof ---

    async def booked_trades(self, broker: str, after_sequence: int, limit: int) -> tuple[list[dict[str, Any]], bool]:
        """A page by the venue's sequence, and whether more follow; a sequence is never split."""
        limit = min(limit or BOOKED_MAX, BOOKED_MAX)
        after_sequence = min(after_sequence, 2**63 - 1)
        found = await self._store.booked_trades(broker, after_sequence, limit)
        if len(found) < limit:
            return found, False
        last = found[-1]["sequence"]
        whole = [trade for trade in found if trade["sequence"] != last]
        return whole or found, True

    async def check_ledger(self) -> tuple[int, int, list[str]]:
        """Lines, transactions, and what does not add up."""
        lines, transactions = await self._store.ledger_totals()
        return lines, transactions, [difference async for difference in self._store.ledger_differences()]


def _uuid(field: str, text: str) -> str:
    import uuid

    try:
        if str(uuid.UUID(text)) == text:
            return text
    except ValueError:
        pass
    raise InvalidArgument(f"{field} must be a UUID, not {text!r}", field=field, limit="UUID")
