"""Prices as they would have been without splits and dividends, by the factors of each day."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from cift_marketdata.domain.sessions import SECOND_NS
from cift_marketdata.domain.ticks import Bar


@dataclass(frozen=True, slots=True)
class Factor:
    """What prices up to `last_day` are multiplied by, since the row before."""

    last_day: date
    dividend: Fraction
    split: Fraction


@dataclass(frozen=True, slots=True)
class Adjustment:
    splits: bool = False
    dividends: bool = False

    @property
    def is_raw(self) -> bool:
        return not (self.splits or self.dividends)


def parse_factors(lines: Iterable[str]) -> list[Factor]:
    """A factor file of LEAN: date, dividend factor, split factor, by date; `ValueError` where it is something else."""
    found = []
    for line in lines:
        if not line.strip():
            continue
        day, dividend, split, *_ = line.strip().split(",")
        factor = Factor(datetime.strptime(day, "%Y%m%d").date(), Fraction(dividend), Fraction(split))
        if factor.dividend <= 0 or factor.split <= 0:
            raise ValueError(f"a factor of {day} is not above 0")
        found.append(factor)
    return sorted(found, key=lambda factor: factor.last_day)


def adjusted(bars: Iterable[Bar], factors: Sequence[Factor], adjustment: Adjustment, time_zone: str) -> list[Bar]:
    """Bars that lie within a day each; a split changes their volume, too."""
    zone, days = ZoneInfo(time_zone), [factor.last_day for factor in factors]
    found = []
    for bar in bars:
        at = bisect_left(days, datetime.fromtimestamp(bar.start_time_ns // SECOND_NS, zone).date())
        factor = factors[at] if at < len(factors) else None
        found.append(bar if factor is None else _adjusted(bar, factor, adjustment))
    return found


def _adjusted(bar: Bar, factor: Factor, adjustment: Adjustment) -> Bar:
    split = factor.split if adjustment.splits else Fraction(1)
    price = split * (factor.dividend if adjustment.dividends else 1)
    return replace(
        bar,
        open_price_nanos=round(bar.open_price_nanos * price),
        high_price_nanos=round(bar.high_price_nanos * price),
        low_price_nanos=round(bar.low_price_nanos * price),
        close_price_nanos=round(bar.close_price_nanos * price),
        vwap_price_nanos=round(bar.vwap_price_nanos * price),
        volume_nanos=round(bar.volume_nanos / split),
    )
