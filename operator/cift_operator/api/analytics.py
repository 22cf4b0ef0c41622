"""Questions about past trading."""

from cift_operator.api.base import ApiModel


class AnalyticsSpec(ApiModel):
    """Every fill into ClickHouse, and answers about them."""

    enabled: bool = False
    """Runs the analytics service and, unless it is external, ClickHouse."""
