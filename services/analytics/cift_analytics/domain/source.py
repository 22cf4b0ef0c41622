"""Which table answers a question: the smallest that knows what is asked."""

from collections.abc import Collection
from enum import StrEnum

from cift_analytics.domain.selection import DAY_NS, QUARTER_NS, TIMES, Dimension, Selection


class Source(StrEnum):
    DAILY = "daily"
    DAILY_BY_STRATEGY = "daily_by_strategy"
    DAILY_BY_SYMBOL = "daily_by_symbol"
    QUARTER_HOURLY = "quarter_hourly"
    ROUND_TRIPS = "round_trips"
    DAILY_COSTS = "daily_costs"
    FILLS = "fills"


def of_performance(selection: Selection, groups: Collection[Dimension], *, quantiles: bool = False) -> Source:
    """Days of UTC by symbol, quarters of an hour in any time zone without symbols, or every round trip."""
    if quantiles:
        return Source.ROUND_TRIPS
    in_utc_days = selection.is_utc or not TIMES & set(groups)
    if selection.aligned_to(DAY_NS) and in_utc_days and Dimension.HOUR not in groups:
        by_symbol = Dimension.SYMBOL in groups or bool(selection.symbols)
        by_strategy = Dimension.STRATEGY in groups or bool(selection.strategies)
        if not by_symbol:
            return Source.DAILY_BY_STRATEGY
        return Source.DAILY if by_strategy else Source.DAILY_BY_SYMBOL
    if selection.aligned_to(QUARTER_NS) and Dimension.SYMBOL not in groups and not selection.symbols:
        return Source.QUARTER_HOURLY
    return Source.ROUND_TRIPS


def of_costs(selection: Selection, groups: Collection[Dimension]) -> Source:
    in_utc_days = selection.is_utc or not TIMES & set(groups)
    if selection.aligned_to(DAY_NS) and in_utc_days and Dimension.HOUR not in groups:
        return Source.DAILY_COSTS
    return Source.FILLS
