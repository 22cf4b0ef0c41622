"""Who may call whom, and what: from what components declare that they call, told to those that are called."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from cift_operator.components.model import Calls, Component, GeneratedSecret
from cift_operator.components.values import Address, Part, Secret, Text, Value

OPERATOR = "operator"
# What the operator asks and tells (`cluster/services.py`), and what a proof asks (`tests/`).
OPERATOR_CALLS: Calls = {
    "trading": ("ListAllPositions", "ListOpenOrders", "CancelAllOrders", "CheckLedger", "ListQuarantine"),
    "risk": ("GetPolicy", "SetHalt", "SetLimits"),
    "execution": ("GetStatus", "CompareBookings"),
}


def token(caller: str, called: str) -> GeneratedSecret:
    """By which a caller is known where there is no TLS. The two of them have it and nobody else."""
    return GeneratedSecret(f"call-{caller}-{called}", "token")


def with_callers(components: Iterable[Component], *, tls: bool) -> list[Component]:
    """With the list of those that each service lets in, and what both need to know one another."""
    found = list(components)
    names = {component.name for component in found}
    callers = _callers(found)
    return [_told(component, names, callers.get(component.name, {}), tls=tls) for component in found]


def _callers(components: Iterable[Component]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Called → caller → methods."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for caller, calls in (
        *((component.name, component.calls) for component in components),
        (OPERATOR, OPERATOR_CALLS),
    ):
        for called, methods in calls.items():
            found.setdefault(called, {})[caller] = tuple(sorted(methods))
    return found


def _told(component: Component, names: set[str], callers: Mapping[str, tuple[str, ...]], *, tls: bool) -> Component:
    if not component.secured:
        return component
    env: dict[str, Value] = {"CIFT_CALLERS": json.dumps(dict(sorted(callers.items())))}
    secrets: list[GeneratedSecret] = []
    if not tls:
        known = {caller: token(caller, component.name) for caller in sorted(callers)}
        called = {name: token(component.name, name) for name in sorted(component.calls) if name in names}
        secrets = [*known.values(), *called.values()]
        env["CIFT_CALLER_TOKENS"] = _object((name, one) for name, one in known.items())
        env["CIFT_PEER_TOKENS"] = _object((Address(name, "grpc"), one) for name, one in called.items())
    return replace(component, env=component.env | env, secrets=(*component.secrets, *secrets))


def _object(entries: Iterable[tuple[Part, GeneratedSecret]]) -> Text:
    """A JSON object of secrets."""
    parts: list[Part] = []
    for name, one in entries:
        parts += ['{"' if not parts else ', "', name, '": "', Secret(one.name, one.key), '"']
    return Text((*parts, "}") if parts else ("{}",))
