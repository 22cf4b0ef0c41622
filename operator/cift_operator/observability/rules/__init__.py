"""Prometheus rules: the YAML files beside this one, and the objectives of `slo`."""

from functools import cache
from importlib import resources
from typing import Any

import yaml

from cift_operator.observability.rules import slo

Group = dict[str, Any]

ALERT_SEVERITIES = ("page", "ticket")
"""page: somebody gets up; ticket: somebody looks today."""
RUNBOOKS = "docs/runbooks"


@cache
def rule_groups() -> tuple[Group, ...]:
    """Every group, recording rules first; each alert carries the path of its runbook."""
    files = sorted(file.name for file in resources.files(__package__).iterdir() if file.name.endswith(".yaml"))
    groups: list[Group] = []
    for name in files:
        groups += yaml.safe_load((resources.files(__package__) / name).read_text())["groups"]
    groups += slo.groups()
    groups.sort(key=lambda group: any("alert" in rule for rule in group["rules"]))
    for group in groups:
        for rule in group["rules"]:
            if "alert" in rule:
                rule["annotations"]["runbook"] = f"{RUNBOOKS}/{rule['alert']}.md"
    return tuple(groups)


def alerts() -> dict[str, dict[str, Any]]:
    """Alert name → its rule."""
    return {rule["alert"]: rule for group in rule_groups() for rule in group["rules"] if "alert" in rule}


def rules_file() -> str:
    """All of it as one rules file."""
    return yaml.safe_dump({"groups": list(rule_groups())}, sort_keys=False, width=120)
