"""The Rust risk engine in this process, and the lease on the policy that it enforces."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING

import grpc
from cift_common import logging, money
from cift_common.errors import RiskRefused, Unavailable
from cift_common.ids import Clock
from cift_common.platform import Fees, Platform
from cift_core import Decision, Preview, RiskEngine
from cift_proto.common.v1.types_pb2 import Quote
from cift_proto.risk.v1 import risk_pb2, risk_pb2_grpc
from cift_proto.trading.v1 import trading_pb2
from google.protobuf.json_format import MessageToDict
from nats.aio.msg import Msg

from cift_trading import metrics
from cift_trading.domain.account import Account
from cift_trading.domain.order import EXITS, Order, OrderTerms, Role
from cift_trading.domain.position import Position
from cift_trading.domain.quarantine import LocalHalt
from cift_trading.domain.report import Report
from cift_trading.state import State

_log = logging.get(__name__)
# A halt is in force well within a second; however many wake-ups come, there are no more calls than this.
WAKE_PAUSE_SECONDS = 0.1
OWN_REASON = "an execution report was quarantined; an operator has to look at it"
_passed = metrics.risk_decisions.labels("passed", "")


if TYPE_CHECKING:
    from cift_core._native import AccountExposure


class Risk:
    """What the engine holds is what PostgreSQL holds: open orders, positions, cash; rebuilt at every start."""

    def __init__(self, platform: Platform) -> None:
        self.engine = RiskEngine()
        for instrument in platform.instruments:
            self.engine.put_instrument(instrument.symbol, instrument.tick_size_nanos, instrument.lot_size_nanos)
        self._symbols = platform.by_symbol
        self.engine.set_fees(*_charges(platform.fees))
        self._touches: dict[str, tuple[int, int]] = {}

    def restore(self, state: State, now: int) -> None:
        for account in state.accounts.values():
            self.put_account(account)
            for position in state.held(account.account_id):
                self._put_position(position)
                self._value_at_cost(position)
            self.start_day(account, now)
        replacements = {tracked.order.replacement for tracked in state.orders.values()}
        for tracked in state.orders.values():
            order = tracked.order
            # A replacement that the venue has not decided about is part of its original.
            if order.replaces and order.order_id in replacements:
                continue
            self.restore_order(order)
        for tracked in state.orders.values():
            if (pending := state.orders.get(tracked.order.replacement)) is not None:
                self._restore_replacement(tracked.order, pending.order)

    def restore_order(self, order: Order) -> None:
        terms = order.terms
        if terms.symbol not in self._symbols or not order.leaves_quantity:
            return
        decision = trading_pb2.RiskDecision.FromString(order.decision)
        self.engine.restore_order(
            terms.account_id,
            order.order_id,
            terms.symbol,
            terms.side,
            terms.type,
            order.leaves_quantity,
            *_prices(terms),
            decision.protection_price_nanos,
            bool(order.filled_quantity),
        )

    def _restore_replacement(self, original: Order, pending: Order) -> None:
        decision = trading_pb2.RiskDecision.FromString(pending.decision)
        with suppress(KeyError):
            self.engine.restore_replace(
                original.order_id,
                pending.order_id,
                pending.terms.quantity - original.filled_quantity,
                *_prices(pending.terms),
                decision.protection_price_nanos,
            )

    def put_account(self, account: Account) -> None:
        self.engine.put_account(account.account_id, account.cash, account.multiplier, account.shorting_enabled)

    def _put_position(self, position: Position) -> None:
        if position.symbol in self._symbols:
            self.engine.set_position(position.account_id, position.symbol, position.quantity, position.cost_basis)

    def _value_at_cost(self, position: Position) -> None:
        """Until a price is read; too old to trade on, and no day's loss just because nobody knows a price yet."""
        if position.symbol in self._symbols:
            price = position.average_price
            self.engine.update_price(position.symbol, price, price, 0, 1)

    def start_day(self, account: Account, now: int) -> None:
        self.engine.start_day(account.account_id, now, account.last_equity)

    def touch(self, symbol: str) -> tuple[int, int]:
        """The best bid and ask that decisions are made on; 0 where there is none."""
        return self._touches.get(symbol, (0, 0))

    def on_quote(self, quote: Quote) -> None:
        self._touches[quote.symbol] = quote.bid_price_nanos, quote.ask_price_nanos
        with suppress(KeyError, ValueError):
            self.engine.update_price(
                quote.symbol, quote.bid_price_nanos, quote.ask_price_nanos, 0, quote.received_time_ns
            )

    def check(self, order_id: str, order: Order, now: int, *, closing: bool) -> Decision:
        """Every rule, and the reservation, in one step. The caller turns a refusal into `refusal(decision)`."""
        return self._counted(self.engine.check(*_request(order_id, order), now, closing))

    def preview(self, order_id: str, order: Order, now: int, *, closing: bool) -> Preview:
        """As `check`; reserves nothing and counts nowhere."""
        return self.engine.preview(*_request(order_id, order), now, closing)

    def check_prices(self, legs: Iterable[Order], now: int) -> None:
        """Refuses exits whose prices risk would not let through once they are due."""
        for leg in legs:
            decision = self.preview(leg.order_id, leg, now, closing=True).decision
            if decision.reason == "PRICE_COLLAR":
                error = refusal(decision)
                word = "take_profit" if leg.role is Role.TAKE_PROFIT else "stop_loss"
                error.field = f"{word}.{error.field}"
                raise error

    def check_replace(self, original: Order, replacement: Order, now: int) -> Decision:
        """As `check` of a new order with the final terms; reserves the worse of both until the venue has decided."""
        terms = replacement.terms
        return self._counted(
            self.engine.check_replace(
                original.order_id,
                replacement.order_id,
                terms.quantity - original.filled_quantity,
                *_prices(terms),
                now,
                replacement.role in EXITS,
            )
        )

    def _counted(self, decision: Decision) -> Decision:
        metrics.risk_duration.observe(decision.duration_ns / 1e9)
        if decision.accepted:
            _passed.inc()
        else:
            metrics.risk_decisions.labels("unavailable" if decision.unavailable else "refused", decision.reason).inc()
        return decision

    def on_fill(self, order: Order, report: Report, account: Account, position: Position) -> None:
        """A fill that is durable; `account` and `position` are what they are after it."""
        try:
            self.engine.on_fill(order.order_id, report.quantity, report.price, report.commission)
        except (KeyError, ValueError):
            # It came after the end of its order, whose reservation is gone.
            self.put_account(account)
            self._put_position(position)

    def release(self, order_id: str) -> None:
        self.engine.release(order_id)

    def end_replace(self, original: Order, replacement: Order, *, changed: bool) -> None:
        # Both may have ended before the venue's answer about the change came.
        with suppress(KeyError):
            if changed:
                self.engine.confirm_replace(original.order_id, replacement.order_id)
            else:
                self.engine.reject_replace(original.order_id, replacement.order_id)

    def exposure(self, account_id: str) -> "AccountExposure":
        return self.engine.exposure(account_id)


def _request(order_id: str, order: Order) -> tuple[str, str, str, int, int, int, int, int, int, int]:
    """What the engine is asked about, in the order of its parameters up to the time."""
    terms = order.terms
    return (
        terms.account_id,
        order_id,
        terms.symbol,
        terms.side,
        terms.type,
        terms.quantity,
        *_prices(terms),
    )


def _prices(terms: OrderTerms) -> tuple[int, int, int, int]:
    """In the order of the engine's parameters."""
    return terms.limit_price, terms.stop_price, terms.trail_price, terms.trail_percent_bp


def _charges(fees: Fees) -> tuple[int, int, int]:
    """What the engine reserves for commissions: once an order, for each share, and of the value (a rebate is none)."""
    rate = max(fees.maker_bp, fees.taker_bp, Decimal(0))
    return money.to_nanos(fees.per_order), money.to_nanos(fees.per_share), money.to_nanos(rate)


def refusal(decision: Decision, *, prices_answered: bool = True, closing: bool = False) -> RiskRefused | Unavailable:
    """The error of a decision that is not a yes. What only a missing answer of others caused is no refusal."""
    if decision.unavailable:
        return Unavailable(
            "the risk policy is not confirmed at the moment; the order was not decided about",
            reason=decision.reason or "LEASE_EXPIRED",
        )
    if decision.reason == "STALE_PRICE" and not prices_answered:
        return Unavailable(
            "no source of prices answers at the moment; the order was not decided about", reason="PRICES_UNAVAILABLE"
        )
    field = "qty" if decision.field == "quantity" else decision.field
    message = f"order refused by risk: {decision.message}"
    if decision.reason == "INSUFFICIENT_POSITION" and not closing:
        message += "; to sell short, set no_shorting to false (PATCH /v2/account/configurations)"
    return RiskRefused(message, reason=decision.reason, field=field, limit=decision.limit)


class PolicyLease:
    """Keeps the engine's policy and its lease fresh: every few seconds from the risk service, at once when NATS says
    that it changed. What NATS says is a wake-up and no more; its content is not read. Halts of trading's own, for
    reports that were not booked, are enforced with every policy.
    """

    def __init__(
        self,
        engine: RiskEngine,
        risk: "risk_pb2_grpc.RiskServiceAsyncStub",
        clock: Clock,
        refresh_seconds: float,
        on_lease: Callable[[], None],
    ) -> None:
        self._engine, self._risk, self._clock = engine, risk, clock
        self._refresh_seconds, self._on_lease = refresh_seconds, on_lease
        self._version = 0
        self._policy: risk_pb2.Policy | None = None
        self._own: frozenset[LocalHalt] = frozenset()
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Ends only by cancellation; without an answer the lease runs out and the engine refuses as unavailable."""
        while True:
            wait = self._refresh_seconds
            self._wake.clear()
            try:
                await self._renew()
            except grpc.aio.AioRpcError as error:
                _log.warning("the risk service does not answer", error=error.details())
                wait = min(wait, 0.5)
            # However many wake-ups come meanwhile, they are one call.
            await asyncio.sleep(min(WAKE_PAUSE_SECONDS, wait))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), wait)

    async def _renew(self) -> None:
        response = await self._risk.LeasePolicy(
            risk_pb2.LeasePolicyRequest(engine="trading", known_version=self._version),
            timeout=self._refresh_seconds,
        )
        # What the risk service says now is in force, even where its numbers began anew.
        if not response.unchanged and response.policy.version != self._version and not self._enforce(response.policy):
            return
        if self._version:
            self._engine.set_lease(response.lease_expires_at_ns)
            metrics.lease_expires.set(response.lease_expires_at_ns / 1e9)
            self._on_lease()

    async def on_change(self, _: Msg) -> None:
        """`risk.policy` or `risk.halt`: ask for the policy now."""
        self._wake.set()

    def hold(self, halts: frozenset[LocalHalt]) -> None:
        """The halts of trading's own, from now on."""
        self._own = halts
        if self._policy is not None:
            self._enforce(self._policy)

    def _enforce(self, policy: risk_pb2.Policy) -> bool:
        try:
            self._engine.set_policy(MessageToDict(self._with_own(policy), preserving_proto_field_name=True))
        except ValueError as error:
            # The old policy stays in force until its lease runs out.
            _log.error("the policy is not usable", version=policy.version, error=str(error))
            return False
        self._policy, self._version = policy, policy.version
        metrics.policy_version.set(policy.version)
        _log.info("risk policy", version=policy.version, halts=len(policy.halts), own_halts=len(self._own))
        return True

    def _with_own(self, policy: risk_pb2.Policy) -> risk_pb2.Policy:
        if not self._own:
            return policy
        merged = risk_pb2.Policy()
        merged.CopyFrom(policy)
        there = {(halt.scope, halt.key) for halt in policy.halts}
        for scope, key in sorted(self._own):
            number = risk_pb2.Halt.Scope.Value(f"SCOPE_{scope}")
            if (number, key) not in there:
                merged.halts.add(scope=number, key=key, reason=OWN_REASON, actor="trading", since_ns=self._clock())
        return merged
