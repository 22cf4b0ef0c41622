"""What the services of a platform say, and what they are told: over gRPC, and from their metrics."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import grpc
from cift_common import money, rpc
from cift_proto.execution.v1 import execution_pb2, execution_pb2_grpc
from cift_proto.risk.v1 import risk_pb2, risk_pb2_grpc
from cift_proto.trading.v1 import trading_pb2, trading_pb2_grpc
from prometheus_client.parser import text_string_to_metric_families

from cift_operator.api.risk import LimitsSpec
from cift_operator.plan.drift import digest
from cift_operator.plan.model import Report
from cift_operator.render.kubernetes import TlsMaterial

ACTOR = "operator"
# The risk service itself, when it starts from a declaration that says `halted`.
OURS = frozenset({ACTOR, "platform file"})
CALL_SECONDS = 2.0
_METRICS = ("cift_open_orders", "cift_in_flight_orders", "cift_orders_total", "cift_order_ack_seconds_bucket")

Addresses = Mapping[tuple[str, str], str]
"""(component, port) → host:port."""


class NotReached(Exception):
    """A service did not answer."""


@dataclass
class _Counters:
    """What the metrics said the last time, so that a rate can be told."""

    at: float = 0
    orders: float = 0
    buckets: dict[float, float] = field(default_factory=dict)


class Services:
    """The services of one platform; channels are kept while addresses stay."""

    def __init__(self) -> None:
        self._channels: dict[str, grpc.aio.Channel] = {}
        self._counters = _Counters()
        self._tls: rpc.Tls | None = None
        self._tokens: dict[str, str] = {}
        self._rate: float | None = None
        self._p99: float | None = None

    def secure(self, material: TlsMaterial | None, tokens: Mapping[str, str]) -> None:
        """With which certificate the services are asked; None: without TLS, and by `tokens` (component → token)."""
        files = (material.ca, material.certificate, material.key) if material else None
        tls = rpc.Tls(*(text.encode() for text in files)) if files else None
        if (tls, tokens) != (self._tls, self._tokens):
            # Channels of before are left to end with their calls.
            self._tls, self._tokens, self._channels = tls, dict(tokens), {}

    async def close(self) -> None:
        for channel in self._channels.values():
            await channel.close()
        self._channels.clear()

    async def report(self, addresses: Addresses, *, with_orders: bool = False) -> Report:
        """Whatever can be learned within a few seconds; what cannot is left open. `with_orders`: which symbols have
        open orders, too."""
        policy, status, positions, figures, orders = await asyncio.gather(
            self._policy(addresses),
            self._execution(addresses),
            self._positions(addresses),
            self._metrics(addresses),
            self._open_orders(addresses) if with_orders else _nothing(),
        )
        platform_halts = [halt for halt in policy.halts if halt.scope == risk_pb2.Halt.SCOPE_PLATFORM] if policy else []
        return Report(
            halted=bool(platform_halts) if policy else None,
            halted_by_us=any(halt.actor in OURS for halt in platform_halts),
            halts=tuple(sorted(_said(halt) for halt in policy.halts)) if policy else (),
            limits=digest({"limits": policy.defaults.SerializeToString().hex()}) if policy else "",
            connected=status.connected and status.reconciled_at_ns > 0 if status else None,
            reconciled_at=_time(status.reconciled_at_ns) if status else None,
            differences=status.differences if status else 0,
            open_orders=figures.get("open"),
            in_flight=figures.get("flight"),
            positions=len(positions) if positions is not None else None,
            position_symbols=frozenset(position.symbol for position in positions or ()),
            order_symbols=frozenset(one.order.symbol for one in orders or ()),
            orders_per_second=self._rate,
            order_p99_ms=self._p99,
        )

    async def halt(self, addresses: Addresses, halted: bool, reason: str) -> None:
        """The kill switch of the whole platform; raises `NotReached`."""
        halt = risk_pb2.Halt(scope=risk_pb2.Halt.SCOPE_PLATFORM, reason=reason, actor=ACTOR)
        await self._risk(addresses).SetHalt(risk_pb2.SetHaltRequest(halt=halt, lifted=not halted), timeout=CALL_SECONDS)

    async def limits(self, addresses: Addresses, limits: LimitsSpec) -> None:
        """The defaults of the policy, in force without a restart; raises `NotReached`."""
        override = risk_pb2.LimitOverride(limits=limits_message(limits))
        await self._risk(addresses).SetLimits(
            risk_pb2.SetLimitsRequest(override=override, actor=ACTOR), timeout=CALL_SECONDS
        )

    async def cancel_all(self, addresses: Addresses) -> int:
        """Asks the venue to cancel every open order; how many."""
        orders = await self._open_orders(addresses)
        if orders is None:
            raise NotReached("trading could not be asked for its open orders")
        stub = trading_pb2_grpc.TradingServiceStub(self._channel(addresses, "trading"))
        accounts = sorted({one.order.account_id for one in orders})
        for account in accounts:
            await stub.CancelAllOrders(trading_pb2.CancelAllOrdersRequest(account_id=account), timeout=CALL_SECONDS)
        return len(orders)

    def _risk(self, addresses: Addresses) -> risk_pb2_grpc.RiskServiceStub:
        return risk_pb2_grpc.RiskServiceStub(self._channel(addresses, "risk"))

    def _channel(self, addresses: Addresses, component: str) -> grpc.aio.Channel:
        address = addresses.get((component, "grpc"))
        if address is None:
            raise NotReached(f"{component} has no address")
        if address not in self._channels:
            self._channels[address] = rpc.channel(address, self._tls, self._tokens.get(component, ""))
        return self._channels[address]

    async def _policy(self, addresses: Addresses) -> risk_pb2.Policy | None:
        try:
            answer: risk_pb2.GetPolicyResponse = await self._risk(addresses).GetPolicy(
                risk_pb2.GetPolicyRequest(), timeout=CALL_SECONDS
            )
        except (grpc.aio.AioRpcError, NotReached):
            return None
        return answer.policy

    async def _execution(self, addresses: Addresses) -> execution_pb2.GetStatusResponse | None:
        try:
            stub = execution_pb2_grpc.ExecutionServiceStub(self._channel(addresses, "execution"))
            status: execution_pb2.GetStatusResponse = await stub.GetStatus(
                execution_pb2.GetStatusRequest(), timeout=CALL_SECONDS
            )
        except (grpc.aio.AioRpcError, NotReached):
            return None
        return status

    async def _positions(self, addresses: Addresses) -> list[trading_pb2.Position] | None:
        try:
            stub = trading_pb2_grpc.TradingServiceStub(self._channel(addresses, "trading"))
            answer = await stub.ListAllPositions(trading_pb2.ListAllPositionsRequest(), timeout=CALL_SECONDS)
        except (grpc.aio.AioRpcError, NotReached):
            return None
        return [position for position in answer.positions if position.quantity_nanos]

    async def _open_orders(self, addresses: Addresses) -> list[trading_pb2.OrderNew] | None:
        try:
            stub = trading_pb2_grpc.TradingServiceStub(self._channel(addresses, "trading"))
            answer = await stub.ListOpenOrders(trading_pb2.ListOpenOrdersRequest(), timeout=CALL_SECONDS)
        except (grpc.aio.AioRpcError, NotReached):
            return None
        return list(answer.orders)

    async def _metrics(self, addresses: Addresses) -> dict[str, int]:
        address = addresses.get(("trading", "metrics"))
        if address is None:
            return {}
        try:
            timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(f"http://{address}/metrics") as got,
            ):
                text = await got.text()
        except (aiohttp.ClientError, TimeoutError, OSError):
            return {}
        return self._read(text, time.monotonic())

    def _read(self, text: str, now: float) -> dict[str, int]:
        found: dict[str, int] = {}
        orders, buckets = 0.0, dict[float, float]()
        # Of some hundred series four are wanted, and to parse one costs more than to pass it over.
        wanted = "\n".join(line for line in text.splitlines() if line.startswith(_METRICS))
        for family in text_string_to_metric_families(wanted + "\n"):
            for sample in family.samples:
                match sample.name:
                    case "cift_open_orders":
                        found["open"] = int(sample.value)
                    case "cift_in_flight_orders":
                        found["flight"] = int(sample.value)
                    case "cift_orders_total":
                        orders += sample.value
                    case "cift_order_ack_seconds_bucket":
                        buckets[float(sample.labels["le"])] = sample.value
        before, self._counters = self._counters, _Counters(now, orders, buckets)
        if before.at and orders >= before.orders and now > before.at:
            self._rate = (orders - before.orders) / (now - before.at)
            self._p99 = _quantile(before.buckets, buckets, 0.99)
        return found


async def _nothing() -> None:
    return None


def _quantile(before: Mapping[float, float], after: Mapping[float, float], share: float) -> float | None:
    """In milliseconds, between two readings of a histogram; None: nothing happened."""
    counts = sorted((bound, count - before.get(bound, 0.0)) for bound, count in after.items())
    if not counts or counts[-1][1] <= 0:
        return None
    wanted, low, below = counts[-1][1] * share, 0.0, 0.0
    for bound, count in counts:
        if count >= wanted:
            if bound == float("inf"):
                return low * 1000
            return (low + (bound - low) * (wanted - below) / (count - below)) * 1000
        low, below = bound, count
    return low * 1000


def limits_message(limits: LimitsSpec) -> risk_pb2.Limits:
    return risk_pb2.Limits(
        max_order_quantity_nanos=money.to_nanos(limits.max_order_quantity),
        max_order_notional=format(limits.max_order_notional, "f"),
        price_collar_bp=max(1, int(limits.price_collar_percent * 100)),
        market_protection_bp=max(1, int(limits.market_protection_percent * 100)),
        max_position_quantity_nanos=money.to_nanos(limits.max_position_quantity),
        max_position_notional=format(limits.max_position_notional, "f"),
        max_gross_exposure=format(limits.max_gross_exposure, "f"),
        max_net_exposure=format(limits.max_net_exposure, "f"),
        max_open_orders=limits.max_open_orders,
        max_order_rate_per_second=limits.max_order_rate_per_second,
        order_rate_burst=limits.order_rate_burst,
        max_daily_loss=format(limits.max_daily_loss, "f"),
        duplicate_window_ms=limits.duplicate_window_ms,
        max_price_age_ms=limits.max_price_age_ms,
    )


def _said(halt: risk_pb2.Halt) -> str:
    scope = {risk_pb2.Halt.SCOPE_ACCOUNT: "account ", risk_pb2.Halt.SCOPE_SYMBOL: "symbol "}.get(halt.scope, "platform")
    return f"{scope}{halt.key}: {halt.reason or 'no reason given'} (by {halt.actor})"


def _time(nanoseconds: int) -> datetime | None:
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC) if nanoseconds else None
