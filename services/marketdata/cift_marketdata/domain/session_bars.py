"""Daily bars of sessions, and longer bars made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from cift_common import money

from cift_marketdata.domain.sessions import SECOND_NS, Session
from cift_marketdata.domain.ticks import Bar

MONTHS = (1, 2, 3, 4, 6, 12)


@dataclass(frozen=True, slots=True)
class OfficialPrint:
    """The trade of an opening or closing auction. Of several the largest is the primary market's."""

    symbol: str
    time_ns: int
    price_nanos: int
    quantity_nanos: int
    is_close: bool


def with_official_prints(
    bars: Iterable[Bar], prints: Sequence[OfficialPrint], sessions: Sequence[Session], time_zone: str
) -> list[Bar]:
    """Daily bars of the trades within sessions, in their order, with the official open and close.

    A closing print comes after the close, so its size is added. Days that are no session are left out.
    """
    zone = ZoneInfo(time_zone)
    by_start = {_midnight_ns(session.day, zone): session for session in sessions}
    of_day: dict[tuple[str, int], list[OfficialPrint]] = {}
    for official in prints:
        day = datetime.fromtimestamp(official.time_ns // SECOND_NS, zone).date()
        of_day.setdefault((official.symbol, _midnight_ns(day, zone)), []).append(official)
    found = []
    for bar in bars:
        if (session := by_start.get(bar.start_time_ns)) is not None:
            found.append(_official(bar, of_day.get((bar.symbol, bar.start_time_ns), ()), session))
    return found


def _official(bar: Bar, prints: Sequence[OfficialPrint], session: Session) -> Bar:
    opening = _largest(official for official in prints if not official.is_close)
    closing = _largest(official for official in prints if official.is_close)
    if opening is not None:
        bar = replace(bar, open_price_nanos=opening.price_nanos)
    if closing is None:
        return bar
    price, quantity = closing.price_nanos, closing.quantity_nanos
    bar = replace(
        bar,
        close_price_nanos=price,
        high_price_nanos=max(bar.high_price_nanos, price),
        low_price_nanos=min(bar.low_price_nanos, price),
    )
    if closing.time_ns < session.close_ns:
        return bar
    volume = bar.volume_nanos + quantity
    value = bar.vwap_price_nanos * bar.volume_nanos + price * quantity
    return replace(
        bar,
        volume_nanos=volume,
        trade_count=bar.trade_count + 1,
        vwap_price_nanos=money.divide_half_even(value, volume),
    )


def _largest(prints: Iterable[OfficialPrint]) -> OfficialPrint | None:
    return max(prints, key=lambda official: official.quantity_nanos, default=None)


def longer(days: Iterable[Bar], time_zone: str, *, months: int = 0) -> list[Bar]:
    """Bars of so many months, or of weeks from Monday, of the daily bars of one symbol in their order."""
    zone = ZoneInfo(time_zone)

    def start(bar: Bar) -> int:
        return period_start(bar.start_time_ns, zone, months=months)

    return [_joined(start_ns, list(part)) for start_ns, part in groupby(days, start)]


def period_start(time_ns: int, zone: ZoneInfo, *, months: int = 0) -> int:
    """When the week, or the span of months that divides a year, began that an instant is in."""
    day = datetime.fromtimestamp(time_ns // SECOND_NS, zone).date()
    if months:
        return _midnight_ns(date(day.year, (day.month - 1) // months * months + 1, 1), zone)
    return _midnight_ns(day - timedelta(days=day.weekday()), zone)


def period_end(start_ns: int, zone: ZoneInfo, *, months: int = 0) -> int:
    day = datetime.fromtimestamp(start_ns // SECOND_NS, zone).date()
    if not months:
        return _midnight_ns(day + timedelta(days=7), zone)
    month = day.month - 1 + months
    return _midnight_ns(date(day.year + month // 12, month % 12 + 1, 1), zone)


def _joined(start_ns: int, days: Sequence[Bar]) -> Bar:
    volume = sum(day.volume_nanos for day in days)
    value = sum(day.vwap_price_nanos * day.volume_nanos for day in days)
    return Bar(
        days[0].symbol,
        start_ns,
        days[0].open_price_nanos,
        max(day.high_price_nanos for day in days),
        min(day.low_price_nanos for day in days),
        days[-1].close_price_nanos,
        volume,
        sum(day.trade_count for day in days),
        money.divide_half_even(value, volume),
    )


def _midnight_ns(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * SECOND_NS
