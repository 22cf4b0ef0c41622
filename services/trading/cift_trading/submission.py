"""SubmitOrder: validate, price, risk, one commit, out. What is acknowledged is durable and on its way to the venue."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from cift_common import fair_share, late, logging
from cift_common.allowance import Allowance
from cift_common.errors import (
    AlreadyExists,
    CiftError,
    DeadlineExceeded,
    PermissionDenied,
    ResourceExhausted,
    RiskRefused,
)
from cift_common.ids import Clock, new_uuid7
from cift_common.messaging import token
from cift_common.outbox import Outbox, OutboxMessage
from cift_common.platform import Platform
from cift_common.service import Fatal

from cift_trading import api, metrics, tracing
from cift_trading.adapters import rows
from cift_trading.adapters.breaches import Breaches
from cift_trading.adapters.prices import Prices
from cift_trading.adapters.risk import Risk, refusal
from cift_trading.adapters.store import Store
from cift_trading.adapters.writers import RETRYABLE, OrderWriter
from cift_trading.domain import exits
from cift_trading.domain import terms as rules
from cift_trading.domain.order import Order, OrderTerms, Role
from cift_trading.lane import Lane
from cift_trading.signing import sign
from cift_trading.state import State, Tracked
from cift_trading.tracing import Trace

_log = logging.get(__name__)
_acknowledged = metrics.orders.labels("acknowledged", "")
_duplicate = metrics.orders.labels("duplicate", "")
REFUSALS_PER_SECOND = 50
_REFUSALS_KEPT = 10_000


@dataclass(slots=True)
class Pending:
    """An order that passed risk and waits for its commit. `stored` is False where its client_order_id was used."""

    order: Order
    legs: tuple[Order, ...]
    message: OutboxMessage
    trace: Trace
    stored: asyncio.Future[bool]


class Submission:
    def __init__(
        self,
        *,
        state: State,
        risk: Risk,
        prices: Prices,
        store: Store,
        writer: OrderWriter,
        outbox: Outbox,
        breaches: Breaches,
        platform: Platform,
        decision_key: bytes,
        fatal: Fatal,
        check_venue: Callable[[], None],
        clock: Clock,
        in_flight_max: int,
        group_size_max: int,
    ) -> None:
        self._state, self._risk, self._prices, self._store = state, risk, prices, store
        self._writer, self._outbox, self._breaches = writer, outbox, breaches
        self._platform, self._decision_key, self._fatal, self._clock = platform, decision_key, fatal, clock
        self._in_flight_max, self._check_venue = in_flight_max, check_venue
        self._pending: dict[tuple[str, str], Pending] = {}
        self._claimed: set[tuple[str, str]] = set()
        self._checking = 0
        # Orders of each account from their admission to their commit.
        self._submitting: Counter[str] = Counter()
        self._refusals: dict[str, Allowance] = {}
        self.lane: Lane[Pending] = Lane("orders", self._commit, group_size_max)

    async def submit(self, terms: OrderTerms, *, closing: bool = False) -> tuple[Order, bool]:
        """The order, durable, and whether it was there already.

        A call that is canceled leaves nothing half done: what reached the lane is stored and sent without it.
        """
        started = time.perf_counter()
        account = self._state.account(terms.account_id)
        if terms.client_order_id and (known := await self._known(terms)) is not None:
            return known, True
        if account.suspended:
            raise PermissionDenied(
                "the account's owner has suspended trading", reason="ACCOUNT_SUSPENDED", field="account_id"
            )
        now = self._clock() // 1000 * 1000
        rules.check(terms, self._platform.instrument(terms.symbol), now)
        self._check_venue()
        self._admit(terms.account_id)
        self._submitting[terms.account_id] += 1
        self._checking += 1
        order = None
        try:
            order = await self._decide(terms, now, closing)
        except RiskRefused:
            self._count_refusal(terms.account_id)
            raise
        finally:
            self._checking -= 1
            if order is None:
                self._leave(terms.account_id)
        if order is None:
            earlier = await self._stored_before(terms)
            assert earlier is not None
            return earlier, True
        pending = self._pending[terms.account_id, order.terms.client_order_id]
        if await asyncio.shield(pending.stored):
            took = time.perf_counter() - started
            metrics.order_ack.observe(took, tracing.exemplar(pending.trace))
            if pending.trace is None and late.is_slow(took * 1e9):
                ended = time.time_ns()
                late.record("SubmitOrder", pending.order.order_id, ended - round(took * 1e9), ended)
            return pending.order, False
        earlier = await self._stored_before(terms)
        assert earlier is not None
        return earlier, True

    @asynccontextmanager
    async def claim(self, account_id: str, client_order_id: str) -> AsyncIterator[None]:
        """Keeps a client_order_id for a replacement as long as it is entered; `AlreadyExists` where it was used."""
        key = account_id, client_order_id
        if key in self._claimed or key in self._pending or key in self._state.open_by_client_id:
            raise _in_use(client_order_id)
        self._claimed.add(key)
        try:
            if await self._store.order_by_client_id(account_id, client_order_id) is not None:
                raise _in_use(client_order_id)
            yield
        finally:
            self._claimed.discard(key)

    def _admit(self, account_id: str) -> None:
        """Beyond the bound, or the account's share of it, an order is refused at once rather than queued."""
        refusals = self._refusals.get(account_id)
        if refusals is not None and not refusals.has_room(time.monotonic()):
            metrics.orders.labels("refused", "REFUSAL_RATE").inc()
            raise ResourceExhausted(
                f"risk refused {REFUSALS_PER_SECOND} orders of the account within a second; look at the reasons",
                reason="REFUSAL_RATE",
                limit=f"{REFUSALS_PER_SECOND}/s",
            )
        in_flight = len(self._state.unacknowledged) + len(self._pending) + self._checking
        own = self._state.unacknowledged_of[account_id] + self._submitting[account_id]
        if fair_share.allows(self._in_flight_max, in_flight, own):
            return
        metrics.orders.labels("refused", "ORDER_PATH_SATURATED").inc()
        is_own = in_flight < self._in_flight_max
        what = f"{own} orders of the account are" if is_own else f"{in_flight} orders are"
        raise ResourceExhausted(
            f"{what} on their way to the venue; try again in a moment",
            reason="ORDER_PATH_SATURATED",
            limit=str(own if is_own else self._in_flight_max),
        )

    def _leave(self, account_id: str) -> None:
        self._submitting[account_id] -= 1
        if not self._submitting[account_id]:
            del self._submitting[account_id]

    def _count_refusal(self, account_id: str) -> None:
        """A refusal costs a price, a check and a message, so an account has a rate of them."""
        if account_id not in self._refusals:
            if len(self._refusals) >= _REFUSALS_KEPT:
                self._refusals.clear()
            self._refusals[account_id] = Allowance(REFUSALS_PER_SECOND)
        self._refusals[account_id].take(time.monotonic())

    async def _known(self, terms: OrderTerms) -> Order | None:
        """The order that has this client_order_id, as far as memory tells."""
        key = terms.account_id, terms.client_order_id
        if key in self._claimed:
            raise _in_use(terms.client_order_id)
        if (pending := self._pending.get(key)) is not None:
            return _same(pending.order, terms) if await asyncio.shield(pending.stored) else None
        tracked = self._state.open_by_client_id.get(key)
        return _same(tracked.order, terms) if tracked is not None else None

    async def _stored_before(self, terms: OrderTerms) -> Order | None:
        """The order that has this client_order_id, as PostgreSQL tells."""
        if not terms.client_order_id:
            return None
        order = await self._store.order_by_client_id(terms.account_id, terms.client_order_id)
        if order is None:
            return None
        _duplicate.inc()
        return _same(order, terms)

    async def _decide(self, terms: OrderTerms, now: int, closing: bool) -> Order | None:
        """The order, reserved and in the lane; None where risk refused what an earlier order has already done."""
        order_id = new_uuid7(self._clock)
        trace = tracing.current()
        with tracing.span("cache.get_quote", trace, order_id):
            answered = await self._prices.refresh(terms.symbol)
        key = terms.account_id, terms.client_order_id or order_id
        if key in self._claimed:
            raise _in_use(key[1])
        if (twin := self._pending.get(key)) is not None:
            # It came while we read the price.
            await asyncio.shield(twin.stored)
            return None
        # Again, now that the price is known: on which side of the market exits lie.
        exits.check(terms, self._platform.instrument(terms.symbol), self._risk.touch(terms.symbol))
        order = Order(order_id, terms._replace(client_order_id=key[1]), submitted_at=now, updated_at=now)
        order = exits.parent(order)
        legs = exits.legs(order, new_uuid7(self._clock), new_uuid7(self._clock)) if order.group else ()
        self._risk.check_prices(legs, self._clock())
        with tracing.span("risk.check", trace, order_id):
            checked_at = self._clock()
            is_exit = closing or order.role is Role.TAKE_PROFIT
            decision = self._risk.check(order_id, order, checked_at, closing=is_exit)
        if not decision.accepted:
            if await self._stored_before(terms) is not None:
                return None
            error = refusal(decision, prices_answered=answered, closing=is_exit)
            if isinstance(error, RiskRefused):
                metrics.orders.labels("refused", error.reason).inc()
                self._breaches.tell(terms, error, checked_at)
            else:
                metrics.orders.labels("unavailable", error.reason).inc()
            raise error
        policy = self._state.account(terms.account_id).self_trade_prevention
        touch = self._risk.touch(terms.symbol)
        order, approved = sign(order, decision, touch, checked_at, self._decision_key, policy)
        payload = approved.SerializeToString()
        message = OutboxMessage(order_id, f"order.new.{token(terms.symbol)}", payload, tracing.headers(trace))
        self._pending[key] = pending = Pending(order, legs, message, trace, asyncio.get_running_loop().create_future())
        self.lane.put(pending)
        return order

    async def _commit(self, group: list[Pending]) -> None:
        started = time.time_ns()
        try:
            refused = await self._insert(group)
        except RETRYABLE:
            refused = await self._insert(group)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError):
            # One of them cannot be stored; PostgreSQL has undone them all.
            await self._commit_singly(group)
            return
        except BaseException as error:
            self._fatal.raise_(f"unknown whether orders were stored: {error!r}")
            for pending in group:
                self._settle(pending, DeadlineExceeded("unknown whether the order was stored; ask by client_order_id"))
            raise
        for pending in group:
            tracing.record("postgres.commit_orders", pending.trace, pending.order.order_id, started, group=len(group))
            if pending.order.order_id in refused:
                self._risk.release(pending.order.order_id)
                self._settle(pending, False)
                continue
            for order in (pending.order, *pending.legs):
                self._state.put_order(Tracked(order))
            self._settle(pending, True)
            self._outbox.send(pending.message)
            _acknowledged.inc()

    async def _insert(self, group: list[Pending]) -> set[str]:
        orders = [rows.new_order(pending.order, pending.message) for pending in group]
        legs = [leg for pending in group for leg in pending.legs]
        held = [rows.new_held(leg, api.order_held(leg)) for leg in legs]
        parents = [pending.order for pending in group if pending.order.group]
        return await self._writer.insert(orders, held, [rows.grouped(order) for order in (*parents, *legs)])

    async def _commit_singly(self, group: list[Pending]) -> None:
        if len(group) > 1:
            for pending in group:
                await self._commit([pending])
            return
        (pending,) = group
        _log.error("an order cannot be stored", order_id=pending.order.order_id, exc_info=True)
        self._risk.release(pending.order.order_id)
        self._settle(pending, CiftError("the order cannot be stored; see the service's log"))

    def _settle(self, pending: Pending, outcome: bool | Exception) -> None:
        terms = pending.order.terms
        if self._pending.pop((terms.account_id, terms.client_order_id), None) is not None:
            self._leave(terms.account_id)
        if isinstance(outcome, Exception):
            pending.stored.set_exception(outcome)
            # The caller may be gone.
            pending.stored.exception()
        else:
            pending.stored.set_result(outcome)


def _same(order: Order, terms: OrderTerms) -> Order:
    """The earlier order; `AlreadyExists` where it is another one under the same client_order_id."""
    if order.terms != terms:
        raise _in_use(terms.client_order_id)
    return order


def _in_use(client_order_id: str) -> AlreadyExists:
    return AlreadyExists(
        f"client_order_id {client_order_id} was used for another order",
        reason="CLIENT_ORDER_ID_IN_USE",
        field="client_order_id",
        limit="unique within the account",
    )
