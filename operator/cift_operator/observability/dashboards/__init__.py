"""Dashboards: what each asks is in a file of its own, how it looks in `panels`."""

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from cift_operator.observability.dashboards import (
    analytics,
    business,
    latency,
    market_data,
    order_flow,
    panels,
    risk,
    services,
    stores,
)
from cift_operator.observability.dashboards.panels import Dashboard, Panel

ALL: tuple[Dashboard, ...] = tuple(
    part.DASHBOARD for part in (order_flow, latency, risk, market_data, stores, services, business, analytics)
)


def build() -> dict[str, str]:
    """Name → Grafana's JSON."""
    encoder = JSONEncoder(sort_keys=True, indent=1)
    return {dashboard.name: encoder.encode(panels.build(dashboard).build()) + "\n" for dashboard in ALL}


__all__ = ["ALL", "Dashboard", "Panel", "build"]
