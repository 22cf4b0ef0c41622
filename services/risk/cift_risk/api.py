"""Proto ↔ domain."""

from decimal import Decimal

from cift_common import money
from cift_common.errors import InvalidArgument
from cift_proto.risk.v1 import risk_pb2, risk_pb2_grpc
from grpc.aio import ServicerContext

from cift_risk.domain.limits import Limits
from cift_risk.domain.policy import (
    DEFAULTS,
    Halt,
    HaltChange,
    Level,
    LimitsChange,
    Policy,
    Restriction,
    RestrictionChange,
    Scope,
)
from cift_risk.service import RiskService

_QUANTITIES = ("max_order_quantity", "max_position_quantity")
_AMOUNTS = (
    "max_order_notional",
    "max_position_notional",
    "max_gross_exposure",
    "max_net_exposure",
    "max_daily_loss",
)
_COUNTS = (
    "price_collar_bp",
    "market_protection_bp",
    "max_open_orders",
    "max_order_rate_per_second",
    "order_rate_burst",
    "duplicate_window_ms",
    "max_price_age_ms",
)
_SCOPES = {
    risk_pb2.Halt.SCOPE_PLATFORM: Scope.PLATFORM,
    risk_pb2.Halt.SCOPE_ACCOUNT: Scope.ACCOUNT,
    risk_pb2.Halt.SCOPE_SYMBOL: Scope.SYMBOL,
}
_SCOPES_TO_PROTO = {scope: number for number, scope in _SCOPES.items()}


class RiskServicer(risk_pb2_grpc.RiskServiceServicer):
    def __init__(self, service: RiskService) -> None:
        self._service = service

    async def LeasePolicy(
        self, request: risk_pb2.LeasePolicyRequest, context: ServicerContext
    ) -> risk_pb2.LeasePolicyResponse:
        lease = await self._service.lease(request.engine, request.known_version)
        return risk_pb2.LeasePolicyResponse(
            policy=None if lease.policy is None else policy_to_proto(lease.policy),
            lease_expires_at_ns=lease.expires_at_ns,
            unchanged=lease.policy is None,
        )

    async def GetPolicy(
        self, request: risk_pb2.GetPolicyRequest, context: ServicerContext
    ) -> risk_pb2.GetPolicyResponse:
        return risk_pb2.GetPolicyResponse(policy=policy_to_proto(await self._service.policy()))

    async def SetLimits(
        self, request: risk_pb2.SetLimitsRequest, context: ServicerContext
    ) -> risk_pb2.SetLimitsResponse:
        level = Level(request.override.account_id, request.override.symbol)
        limits = limits_from_proto(request.override.limits, is_defaults=level == DEFAULTS)
        return risk_pb2.SetLimitsResponse(
            version=await self._service.change(LimitsChange(level, limits), request.actor)
        )

    async def SetRestriction(
        self, request: risk_pb2.SetRestrictionRequest, context: ServicerContext
    ) -> risk_pb2.SetRestrictionResponse:
        asked = request.restriction
        restriction = Restriction(Level(asked.account_id, asked.symbol), asked.reason, asked.close_only)
        change = RestrictionChange(restriction, request.lifted)
        return risk_pb2.SetRestrictionResponse(version=await self._service.change(change, request.actor))

    async def SetHalt(self, request: risk_pb2.SetHaltRequest, context: ServicerContext) -> risk_pb2.SetHaltResponse:
        asked = request.halt
        if asked.scope not in _SCOPES:
            raise InvalidArgument(
                "a halt needs a scope: the platform, an account or a symbol",
                field="scope",
                limit="PLATFORM|ACCOUNT|SYMBOL",
            )
        change = HaltChange(Halt(_SCOPES[asked.scope], asked.key, asked.reason, asked.actor, 0), request.lifted)
        return risk_pb2.SetHaltResponse(version=await self._service.change(change, asked.actor))

    async def GetExposure(
        self, request: risk_pb2.GetExposureRequest, context: ServicerContext
    ) -> risk_pb2.GetExposureResponse:
        exposure = await self._service.exposure(request.account_id)
        return risk_pb2.GetExposureResponse(
            lines=[
                risk_pb2.GetExposureResponse.Line(
                    symbol=line.symbol, long_notional=_text(line.long), short_notional=_text(line.short)
                )
                for line in exposure.lines
            ],
            gross=_text(exposure.gross),
            net=_text(exposure.net),
        )

    async def ListBreaches(
        self, request: risk_pb2.ListBreachesRequest, context: ServicerContext
    ) -> risk_pb2.ListBreachesResponse:
        breaches = await self._service.breaches(request.account_id, request.limit)
        return risk_pb2.ListBreachesResponse(
            breaches=[
                risk_pb2.Breach(
                    account_id=breach.account_id,
                    symbol=breach.symbol,
                    reason=breach.reason,
                    message=breach.message,
                    occurred_at_ns=breach.occurred_at_ns,
                )
                for breach in breaches
            ]
        )


def limits_from_proto(message: risk_pb2.Limits, *, is_defaults: bool) -> Limits:
    """0 and empty mean "as the level above"; in the defaults, where there is none, a window of 0 means off."""
    values: dict[str, Decimal | int] = {}
    for name in _QUANTITIES:
        if nanos := getattr(message, f"{name}_nanos"):
            values[name] = money.from_nanos(nanos)
    for name in _AMOUNTS:
        if text := getattr(message, name):
            values[name] = money.parse_decimal(name, text)
    for name in _COUNTS:
        if (count := getattr(message, name)) or (is_defaults and name == "duplicate_window_ms"):
            values[name] = count
    return Limits(**values)  # type: ignore[arg-type]


def limits_to_proto(limits: Limits) -> risk_pb2.Limits:
    message = risk_pb2.Limits()
    for name in _QUANTITIES:
        if (quantity := getattr(limits, name)) is not None:
            setattr(message, f"{name}_nanos", money.to_nanos(quantity))
    for name in _AMOUNTS:
        if (amount := getattr(limits, name)) is not None:
            setattr(message, name, _text(amount))
    for name in _COUNTS:
        if (count := getattr(limits, name)) is not None:
            setattr(message, name, count)
    return message


def halt_to_proto(halt: Halt) -> risk_pb2.Halt:
    return risk_pb2.Halt(
        scope=_SCOPES_TO_PROTO[halt.scope], key=halt.key, reason=halt.reason, actor=halt.actor, since_ns=halt.since_ns
    )


def policy_to_proto(policy: Policy) -> risk_pb2.Policy:
    return risk_pb2.Policy(
        version=policy.version,
        defaults=limits_to_proto(policy.defaults),
        overrides=[
            risk_pb2.LimitOverride(account_id=level.account_id, symbol=level.symbol, limits=limits_to_proto(limits))
            for level, limits in policy.limits.items()
            if level != DEFAULTS
        ],
        restrictions=[
            risk_pb2.Restriction(
                symbol=restriction.level.symbol,
                account_id=restriction.level.account_id,
                reason=restriction.reason,
                close_only=restriction.close_only,
            )
            for restriction in policy.restrictions.values()
        ],
        halts=[halt_to_proto(halt) for halt in policy.halts.values()],
    )


def _text(value: Decimal) -> str:
    return format(money.strip(value), "f")
