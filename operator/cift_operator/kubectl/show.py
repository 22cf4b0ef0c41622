"""A platform as a tree: what is wrong, and why."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rich.text import Text
from rich.tree import Tree

from cift_operator.local.show import duration
from cift_operator.plan.conditions import find, moment

_GROUPS = (
    ("stores", ("Stores",)),
    ("migrations", ("Migrations",)),
    ("order path", ("Venue", "Trading", "Edge")),
)
_MARKS = {"Ready": ("✓", "green"), "Stopped": ("–", "dim"), "Waiting": ("…", "dim"), "Progressing": ("…", "yellow")}


def tree(document: Mapping[str, Any], now: datetime) -> Tree:
    status = document.get("status") or {}
    root = Tree(_headline(document, status, now))
    components = list(status.get("components") or ())
    shown: set[str] = set()
    for title, stages in _GROUPS:
        _branch(root, title, [one for one in components if one.get("stage") in stages], shown)
    _branch(root, "beside", [one for one in components if one["name"] not in shown], shown)
    for problem in _problems(status):
        root.add(Text(problem, style="red"))
    return root


def _headline(document: Mapping[str, Any], status: Mapping[str, Any], now: datetime) -> Text:
    phase = str(status.get("phase") or "not seen by an operator yet")
    colour = {"Ready": "green", "Degraded": "red", "Invalid": "red"}.get(phase, "yellow")
    trading = status.get("trading") or {}
    parts = [(document["metadata"]["name"], "bold"), (" · ", ""), (phase, colour)]
    if version := status.get("version"):
        parts.append((f" · {version}", ""))
    if state := trading.get("state"):
        parts.append((f" · trading {state.lower()}", "green" if state == "Open" else "red"))
    if "openOrders" in trading:
        parts.append((f" · {trading['openOrders']} open orders, {trading.get('positions', 0)} positions", ""))
    if "ordersPerSecond" in trading:
        parts.append((f" · {trading['ordersPerSecond']} orders/s", ""))
    if "p99" in trading:
        parts.append((f", p99 {trading['p99']}", ""))
    if reconciled := trading.get("lastReconciliation"):
        ago = max(0, int((now.astimezone(UTC) - moment(reconciled)).total_seconds()))
        parts.append((f" · reconciled with the broker {duration(ago)} ago", ""))
    return Text.assemble(*parts)


def _branch(root: Tree, title: str, components: list[Mapping[str, Any]], shown: set[str]) -> None:
    if not components:
        return
    shown.update(one["name"] for one in components)
    line = Text(f"{title:<12} ")
    for one in components:
        mark, colour = _MARKS.get(one["state"], ("✗", "red"))
        line.append(f"{one['name']} ").append(f"{mark}  ", style=colour)
    branch = root.add(line)
    for one in components:
        if one["state"] != "Ready" and one.get("message"):
            style = "red" if one["state"] == "Failed" else "yellow"
            branch.add(Text(f"{one['name']}: {one['message']}", style=style))


def _problems(status: Mapping[str, Any]) -> list[str]:
    found = []
    if (valid := find(status, "SpecValid")).get("status") == "False":
        found.append(str(valid.get("message", "")))
    if upgrade := status.get("upgrade"):
        found.append(upgrade_line(upgrade))
    found += (status.get("trading") or {}).get("halts") or []
    return found


def upgrade_line(upgrade: Mapping[str, Any]) -> str:
    said = f": {upgrade['message']}" if upgrade.get("message") else ""
    return f"upgrade {upgrade['from']} → {upgrade['to']} · {upgrade['phase']}{said}"
