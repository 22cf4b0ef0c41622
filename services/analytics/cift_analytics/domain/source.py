"""Which table answers a question: the smallest that knows what is asked."""

from collections.abc import Collection
from enum import StrEnum

from cift_analytics.domain.selection import DAY_NS, QUARTER_NS, TIMES, Dimension, Selection


class Source(StrEnum):
    DAILY = "daily"
    DAILY_BY_STRATEGY = "daily_by_strategy"
    DAILY_BY_SYMBOL = "daily_by_symbol"
    MONTHLY = "monthly"
    QUARTER_HOURLY = "quarter_hourly"
    QUARTERS = "quarters"
    ROUND_TRIPS = "round_trips"
    DAILY_COSTS = "daily_costs"
    MONTHLY_COSTS = "monthly_costs"
    FILLS = "fills"


_WITHIN_MONTHS = frozenset({Dimension.DAY, Dimension.WEEKDAY})


def of_performance(selection: Selection, groups: Collection[Dimension], *, quantiles: bool = False) -> Source:
    """Days of UTC by symbol, quarters of an hour in any time zone without symbols, or every round trip.

    `MONTHLY` has whole months; the days before the first and after the last are those of `DAILY`.
    """
    if quantiles:
        return Source.ROUND_TRIPS
    by_strategy = Dimension.STRATEGY in groups or bool(selection.strategies)
    in_utc_days = selection.is_utc or not TIMES & set(groups)
    if selection.aligned_to(DAY_NS) and in_utc_days and Dimension.HOUR not in groups:
        by_symbol = Dimension.SYMBOL in groups or bool(selection.symbols)
        if not by_symbol:
            return Source.DAILY_BY_STRATEGY
        if not by_strategy:
            return Source.DAILY_BY_SYMBOL
        return Source.DAILY if _WITHIN_MONTHS & set(groups) else Source.MONTHLY
    if selection.aligned_to(QUARTER_NS) and Dimension.SYMBOL not in groups and not selection.symbols:
        return Source.QUARTER_HOURLY if by_strategy else Source.QUARTERS
    return Source.ROUND_TRIPS


def of_costs(selection: Selection, groups: Collection[Dimension]) -> Source:
    in_utc_days = selection.is_utc or not TIMES & set(groups)
    if selection.aligned_to(DAY_NS) and in_utc_days and Dimension.HOUR not in groups:
        return Source.DAILY_COSTS if _WITHIN_MONTHS & set(groups) else Source.MONTHLY_COSTS
    return Source.FILLS
