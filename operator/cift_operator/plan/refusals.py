"""Changes that would lose money or data, and that no schema can see: they need to know what the services hold."""

from collections.abc import Mapping
from typing import Any

from cift_operator.api import PlatformSpec, TradingPlatform
from cift_operator.plan.model import Report


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


def facts(spec: PlatformSpec) -> dict[str, Any]:
    """What a later change is compared with."""
    return {"symbols": sorted(spec.trading.symbols), "postgresMode": spec.stores.postgres.mode}
