"""Changes that would lose money or data, and that no schema can see: they need to know what the services hold."""

from collections.abc import Collection, Mapping
from typing import Any

from cift_operator.api import PlatformSpec, TradingPlatform
from cift_operator.plan.model import Report
from cift_operator.render.kubernetes.delegated import CLICKHOUSE_GROUP, CNPG_GROUP


def refused(accepted: Mapping[str, Any], spec: PlatformSpec, report: Report) -> list[str]:
    """`path: reason`, one a change. `accepted`: what of the spec in force matters here, as `facts` writes it."""
    if not accepted:
        return []
    found = []
    gone = sorted(set(accepted.get("symbols", ())) - set(spec.trading.symbols))
    if gone and report.open_orders is None:
        found.append(
            f"spec.trading.symbols: {', '.join(gone)} cannot be removed while trading cannot be asked "
            "for positions and open orders"
        )
    for symbol in gone:
        held = [
            word
            for word, symbols in (("positions", report.position_symbols), ("open orders", report.order_symbols))
            if symbol in symbols
        ]
        if held:
            found.append(f"spec.trading.symbols: {symbol} has {' and '.join(held)}; close them before it is removed")
    mode = accepted.get("postgresMode", spec.stores.postgres.mode)
    if mode != spec.stores.postgres.mode:
        path = "spec.stores.postgres.mode"
        if report.open_orders is None:
            found.append(f"{path}: {mode} stays while trading cannot be asked for open orders; halt and drain it first")
        elif report.open_orders:
            found.append(f"{path}: {mode} stays while {report.open_orders} orders are open; cancel them first")
    return found


UNTRIED = "cift.markets/untried-stores"
"""An annotation: stores of others are used without being tried from where the operator is."""

_DELEGATES = {"cloudNativePG": CNPG_GROUP, "clickHouseOperator": CLICKHOUSE_GROUP}


def absent(spec: PlatformSpec, api_groups: Collection[str]) -> list[str]:
    """`path: reason`, for each store that is handed to an operator which the cluster does not have."""
    asked: list[tuple[str, str]] = [("postgres", spec.stores.postgres.mode)]
    if spec.analytics.enabled:
        asked.append(("clickhouse", spec.stores.clickhouse.mode))
    return [
        f"spec.stores.{store}.mode: {mode} needs its operator, and the cluster has no {_DELEGATES[mode]}; install it, "
        "or choose another mode"
        for store, mode in asked
        if mode in _DELEGATES and _DELEGATES[mode] not in api_groups
    ]


def missing_secret(spec: TradingPlatform, name: str, key: str) -> str:
    """`path: reason`, where the spec names this secret."""
    path = _where(spec.model_dump(mode="json", by_alias=True, exclude_none=True)["spec"], name, "spec")
    return f"{path or 'spec'}: there is no secret {name} with the key {key}; create it, or name another"


def _where(value: Any, name: str, path: str) -> str:
    if isinstance(value, dict):
        if value.get("name") == name and "key" in value:
            return path
        return next((found for key, below in value.items() if (found := _where(below, name, f"{path}.{key}"))), "")
    if isinstance(value, str) and value == name and path.endswith(("From", "SecretName")):
        return path
    return ""


def unreached(accepted: Mapping[str, Any], addresses: Mapping[str, str], silent: Mapping[str, str]) -> list[str]:
    """`path: reason`, for each store of others that was never in use and does not answer. One that is in use may be
    down for a while: that is no reason not to follow the spec."""
    used = accepted.get("addresses") or {}
    return [
        f"spec.stores.{store}.external.urlFrom: nobody answers at {address} ({silent[store]}); start it, name another, "
        f"or annotate the platform with {UNTRIED}=true where only its own pods are let through"
        for store, address in sorted(addresses.items())
        if store in silent and used.get(store) != address
    ]


def facts(spec: PlatformSpec, addresses: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a later change is compared with."""
    found: dict[str, Any] = {"symbols": sorted(spec.trading.symbols), "postgresMode": spec.stores.postgres.mode}
    return found | ({"addresses": dict(addresses)} if addresses else {})
