"""`/v2/risk`: the policy, and for the risk role how it is changed."""

from typing import Annotated, Any

from cift_common import money
from cift_common.errors import NotFound
from cift_proto.risk.v1 import risk_pb2 as risk
from cift_proto.trading.v1 import trading_pb2 as trading
from fastapi import APIRouter, Query, Request, Response

from cift_gateway.api.context import Caller, Gateway, Here
from cift_gateway.api.models import risk as models
from cift_gateway.api.openapi import body_schema
from cift_gateway.api.reply import reply
from cift_gateway.api.routing import Route
from cift_gateway.domain import fields
from cift_gateway.domain.order_request import SubmitOrder, percent_bp, to_submit
from cift_gateway.domain.principal import Principal
from cift_gateway.domain.scope import Scope
from cift_gateway.domain.security_event import SecurityEvent
from cift_gateway.domain.times import rfc3339

router = APIRouter(route_class=Route, tags=["risk"])
_QUANTITIES = ("max_order_quantity", "max_position_quantity")
_AMOUNTS = (
    "max_order_notional", "max_position_notional", "max_gross_exposure", "max_net_exposure", "max_daily_loss",
)  # fmt: skip
_COUNTS = (
    "max_open_orders", "max_order_rate_per_second", "order_rate_burst", "duplicate_window_ms", "max_price_age_ms",
)  # fmt: skip
_PERCENTAGES = ("price_collar", "market_protection")
_SCOPES = {"platform": 1, "account": 2, "symbol": 3}
_SCOPE_WORDS = {value: word for word, value in _SCOPES.items()}
_NANOS_PER_BP = 10_000_000
BREACHES_MAX = 1000


def _limits(message: risk.Limits) -> dict[str, Any]:
    limits: dict[str, Any] = {name: money.text(getattr(message, f"{name}_nanos")) for name in _QUANTITIES}
    limits |= {name: getattr(message, name) for name in (*_AMOUNTS, *_COUNTS)}
    limits |= {f"{name}_percent": money.text(getattr(message, f"{name}_bp") * _NANOS_PER_BP) for name in _PERCENTAGES}
    return {name: None if value in ("", "0", 0) else value for name, value in limits.items()}


def _halt(halt: risk.Halt) -> dict[str, Any]:
    return {
        "scope": _SCOPE_WORDS.get(halt.scope, "platform"),
        "key": halt.key,
        "reason": halt.reason,
        "actor": halt.actor,
        "since": rfc3339(halt.since_ns),
    }


async def _policy(gateway: Gateway) -> risk.Policy:
    answer = await gateway.backends.call(gateway.backends.risk.GetPolicy, risk.GetPolicyRequest())
    policy: risk.Policy = answer.policy
    return policy


def _sees(caller: Principal, account_id: str) -> bool:
    return not account_id or account_id == caller.account_id or Scope.RISK_READ_ALL in caller.scopes


@router.get("/v2/risk/policy", response_model=models.Policy)
async def get_policy(gateway: Here, caller: Caller) -> Response:
    """Limits, restrictions and halts: all for the risk role, else what applies to the caller."""
    policy = await _policy(gateway)
    return reply(
        {
            "version": policy.version,
            "defaults": _limits(policy.defaults),
            "overrides": [
                {"account_id": o.account_id or None, "symbol": o.symbol or None, "limits": _limits(o.limits)}
                for o in policy.overrides
                if _sees(caller, o.account_id)
            ],
            "restrictions": [
                {
                    "symbol": r.symbol,
                    "account_id": r.account_id or None,
                    "reason": r.reason,
                    "close_only": r.close_only,
                }
                for r in policy.restrictions
                if _sees(caller, r.account_id)
            ],
            "halts": _visible_halts(policy, caller),
        }
    )


def _visible_halts(policy: risk.Policy, caller: Principal) -> list[dict[str, Any]]:
    account_scope = _SCOPES["account"]
    return [_halt(h) for h in policy.halts if _sees(caller, h.key if h.scope == account_scope else "")]


@router.patch("/v2/risk/limits", response_model=models.Version, openapi_extra=body_schema(models.SetLimits))
async def set_limits(request: Request, gateway: Here, caller: Caller) -> Response:
    """Changes the limits that are given, of the defaults, an account, a symbol or both; needs the role risk."""
    body = fields.read_body(models.SetLimits, await request.body())
    policy = await _policy(gateway)
    limits = risk.Limits()
    if not body.account_id and not body.symbol:
        limits.CopyFrom(policy.defaults)
    for override in policy.overrides:
        if (override.account_id, override.symbol) == (body.account_id, body.symbol):
            limits.CopyFrom(override.limits)
    for name in body.limits.model_fields_set:
        _set_limit(limits, name, getattr(body.limits, name))
    override = risk.LimitOverride(account_id=body.account_id, symbol=body.symbol, limits=limits)
    answer = await gateway.backends.call(
        gateway.backends.risk.SetLimits, risk.SetLimitsRequest(override=override, actor=caller.email)
    )
    changed = {name: str(getattr(body.limits, name)) for name in sorted(body.limits.model_fields_set)}
    await gateway.security_events.record(
        SecurityEvent.LIMITS_CHANGED, account_id=body.account_id, symbol=body.symbol, **changed
    )
    return reply({"version": answer.version})


def _set_limit(limits: risk.Limits, name: str, value: int | None) -> None:
    if name in _QUANTITIES:
        setattr(limits, f"{name}_nanos", value or 0)
    elif name in _AMOUNTS:
        setattr(limits, name, money.text(value) if value else "")
    elif name in _COUNTS:
        setattr(limits, name, value or 0)
    else:
        setattr(limits, f"{name.removesuffix('_percent')}_bp", percent_bp(name, value) if value else 0)


@router.put("/v2/risk/restrictions", response_model=models.Version)
async def set_restriction(gateway: Here, caller: Caller, body: models.SetRestriction) -> Response:
    """Forbids a symbol, to everyone or to one account, or lifts that; needs the role risk."""
    restriction = risk.Restriction(
        symbol=body.symbol.upper(), account_id=body.account_id, reason=body.reason, close_only=body.close_only
    )
    answer = await gateway.backends.call(
        gateway.backends.risk.SetRestriction,
        risk.SetRestrictionRequest(restriction=restriction, lifted=body.lifted, actor=caller.email),
    )
    await gateway.security_events.record(
        SecurityEvent.RESTRICTION_CHANGED,
        account_id=body.account_id,
        symbol=body.symbol,
        reason=body.reason,
        lifted=str(body.lifted).lower(),
    )
    return reply({"version": answer.version})


@router.post("/v2/risk/preview", response_model=models.Preview, openapi_extra=body_schema(SubmitOrder))
async def preview(request: Request, gateway: Here, caller: Caller) -> Response:
    """What `POST /v2/orders` with this body would be told, and how far each limit would be used. Nothing is sent."""
    wanted = to_submit(fields.read_body(SubmitOrder, await request.body()), caller.account_id, "", gateway.platform)
    seen = await gateway.backends.call(gateway.backends.trading.PreviewOrder, trading.PreviewOrderRequest(order=wanted))
    return reply(
        {
            "accepted": seen.accepted,
            "unavailable": seen.unavailable,
            "reason": seen.reason or None,
            "message": seen.message or None,
            "field": seen.field or None,
            "limit": seen.limit or None,
            "checks": seen.checks,
            "policy_version": seen.policy_version,
            "usages": [
                {"rule": u.rule, "unit": u.unit, "before": u.before, "after": u.after, "limit": u.limit or None}
                for u in seen.usages
            ],
            "bid": money.text(seen.bid_price_nanos) if seen.bid_price_nanos else None,
            "ask": money.text(seen.ask_price_nanos) if seen.ask_price_nanos else None,
        }
    )


@router.get("/v2/risk/halts", response_model=list[models.Halt])
async def list_halts(gateway: Here, caller: Caller) -> Response:
    """Halts in force that the caller is touched by; all of them for the risk role."""
    return reply(_visible_halts(await _policy(gateway), caller))


@router.post("/v2/risk/halts", response_model=models.Version)
async def halt(gateway: Here, caller: Caller, body: models.SetHalt) -> Response:
    """The kill switch of the platform, an account or a symbol; needs the role risk."""
    return reply({"version": await _set_halt(gateway, caller, body, lifted=False)})


@router.delete("/v2/risk/halts", response_model=models.Version)
async def lift_halt(gateway: Here, caller: Caller, scope: models.Scope, key: str = "") -> Response:
    """Trading goes on; 404 where there is no such halt. Needs the role risk."""
    held = (await _policy(gateway)).halts
    if not any(_SCOPE_WORDS.get(h.scope) == scope and h.key == key for h in held):
        raise NotFound(f"there is no halt of {scope} {key}".rstrip(), reason="NO_HALT", field="key")
    return reply({"version": await _set_halt(gateway, caller, models.SetHalt(scope=scope, key=key), lifted=True)})


async def _set_halt(gateway: Gateway, caller: Principal, body: models.SetHalt, *, lifted: bool) -> int:
    wanted = risk.Halt(
        scope=_SCOPES[body.scope],  # type: ignore[arg-type]
        key=body.key,
        reason=body.reason,
        actor=caller.email,
    )
    answer = await gateway.backends.call(gateway.backends.risk.SetHalt, risk.SetHaltRequest(halt=wanted, lifted=lifted))
    await gateway.security_events.record(
        SecurityEvent.RESUMED if lifted else SecurityEvent.HALTED, scope=body.scope, key=body.key, reason=body.reason
    )
    version: int = answer.version
    return version


def _scope(caller: Principal, account_id: str | None) -> str:
    """The account to ask about: one's own, or any (empty: all) for the risk role."""
    wanted = caller.account_id if account_id is None and Scope.RISK_READ_ALL not in caller.scopes else account_id or ""
    if wanted != caller.account_id:
        caller.require(Scope.RISK_READ_ALL)
    return wanted


@router.get("/v2/risk/exposure", response_model=models.Exposure)
async def get_exposure(gateway: Here, caller: Caller, account_id: str | None = None) -> Response:
    """Of the caller's account; for the risk role of any account, or of all together."""
    answer = await gateway.backends.call(
        gateway.backends.risk.GetExposure, risk.GetExposureRequest(account_id=_scope(caller, account_id))
    )
    lines = [
        {"symbol": line.symbol, "long_notional": line.long_notional, "short_notional": line.short_notional}
        for line in answer.lines
    ]
    return reply({"lines": lines, "gross": answer.gross, "net": answer.net})


@router.get("/v2/risk/breaches", response_model=list[models.Breach])
async def list_breaches(
    gateway: Here,
    caller: Caller,
    account_id: str | None = None,
    limit: Annotated[fields.Whole, Query(ge=1, le=BREACHES_MAX)] = 100,
) -> Response:
    """Orders that the risk engine refused, newest first."""
    answer = await gateway.backends.call(
        gateway.backends.risk.ListBreaches,
        risk.ListBreachesRequest(account_id=_scope(caller, account_id), limit=limit),
    )
    return reply(
        [
            {
                "account_id": breach.account_id,
                "symbol": breach.symbol,
                "reason": breach.reason,
                "message": breach.message,
                "occurred_at": rfc3339(breach.occurred_at_ns),
            }
            for breach in answer.breaches
        ]
    )
