"""What Prometheus has of a platform that traded: every panel shows something, every rule asks about what exists."""

import json
import math
import re
import urllib.request
from functools import partial
from typing import Any

import pytest
from cift_gateway.api.models.operations import Alert
from cift_operator import observability
from cift_operator.local import Platform
from cift_operator.observability.dashboards import ALL, Panel

from .conftest import Observed, get, until

PANELS = [(dashboard.name, panel) for dashboard in ALL for panel in dashboard.panels]
WINDOW = "1m"
# Metrics of a cluster's own kubelet.
ELSEWHERE = {"kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes"}
_NAME = re.compile(r"\b(?:cift|postgresql|redis|nats|db|http|process|system|kubelet|questdb)_\w+\b")
_LABELS = re.compile(r"\{[^}]*\}|\b(?:by|on) \([^)]*\)")


def has_data(observed: Observed, expr: str) -> bool:
    found = observed.ask("query", query=expr.replace("$__rate_interval", WINDOW))["result"]
    return any(not math.isnan(float(series["value"][1])) for series in found)


def described(observed: Observed) -> set[str]:
    """Names of metrics that some component says it has, whether or not they have a value yet."""
    names: set[str] = set()
    for name in observed.ask("metadata"):
        names |= {name, f"{name}_total", f"{name}_bucket", f"{name}_count", f"{name}_sum"}
    return names


def test_everything_is_scraped(observed: Observed) -> None:
    def healthy() -> bool:
        targets = observed.ask("targets")["activeTargets"]
        return {target["health"] for target in targets} == {"up"}

    until(healthy, "every target to be up")
    scraped = {target["labels"]["job"] for target in observed.ask("targets")["activeTargets"]}
    components = observed.platform.components()
    stores = {"postgres", "nats", "valkey", "clickhouse"}
    tasks = {name for name, component in components.items() if component["state"] == "done"}
    assert scraped == components.keys() - stores - tasks
    assert has_data(observed, "min(cift_store_up) == 1")


@pytest.mark.parametrize(("name", "panel"), PANELS, ids=[f"{name}: {panel.title}" for name, panel in PANELS])
def test_a_panel_shows_something(observed: Observed, name: str, panel: Panel) -> None:
    for query in panel.queries:
        if panel.empty:
            # What it counts has not happened, and the counter exists.
            (metric,) = set(_NAME.findall(_LABELS.sub("", query.expr)))
            assert metric in described(observed), query.expr
        else:
            until(partial(has_data, observed, query.expr), query.expr)


def test_rules_are_healthy_and_ask_about_metrics_that_exist(observed: Observed) -> None:
    def evaluated() -> list[dict[str, Any]]:
        rules = [rule for group in observed.ask("rules")["groups"] for rule in group["rules"]]
        return rules if all(rule["health"] != "unknown" for rule in rules) else []

    rules = until(evaluated, "the rules to be evaluated")
    assert [rule for rule in rules if rule["health"] != "ok"] == []
    assert len(rules) == sum(len(group["rules"]) for group in observability.rule_groups())
    known = described(observed) | ELSEWHERE
    for rule in rules:
        for metric in _NAME.findall(_LABELS.sub("", rule["query"])):
            assert metric in known, f"{rule['name']}: {metric}"


def test_alerts_reach_alertmanager(observed: Observed) -> None:
    def told() -> bool:
        alerts = get(f"{observed.alertmanager}/api/v2/alerts")
        return any(alert["labels"]["alertname"] == "Watchdog" for alert in alerts)

    until(told, "the Watchdog at Alertmanager")
    # Operators see the same in the terminal.
    request = urllib.request.Request(
        f"{observed.platform.base_url}/v2/operations/alerts", headers=observed.platform.headers
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        seen = [Alert.model_validate(alert) for alert in json.load(answer)]
    assert "Watchdog" in {alert.name for alert in seen}


def test_a_latency_leads_to_its_trace(observed: Observed) -> None:
    def exemplars() -> list[str]:
        found = observed.ask("query_exemplars", query="cift_order_ack_seconds_bucket", start="0", end="9999999999")
        return [exemplar["labels"]["trace_id"] for series in found for exemplar in series["exemplars"]]

    trace_id = until(exemplars, "an exemplar")[-1]
    until(lambda: Platform(observed.platform.state).traces.of_trace(trace_id), f"trace {trace_id}")


def test_dashboards_are_what_grafana_reads() -> None:
    for name, text in observability.dashboard_files().items():
        document = json.loads(text)
        assert document["uid"] == f"cift-{name}"
        assert [panel for panel in document["panels"] if panel["type"] != "row"], name
