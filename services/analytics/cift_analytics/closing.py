"""Positions at close: of every session that has ended, computed from the fills before its close.

Computed again for the last days at every round, so that a fill that was told late is in them.
"""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from cift_common import logging
from cift_common.errors import CiftError, NotFound
from cift_common.ids import Clock
from cift_common.money import from_nanos

from cift_analytics.adapters.clickhouse import ClickHouse
from cift_analytics.adapters.market import Market
from cift_analytics.domain.selection import DAY_NS, SECOND_NS

_log = logging.get(__name__)
RETRY_SECONDS = 5.0
DAYS_AGAIN = 2
FIRST_DAYS_MAX = 400
PRICE_DAYS = 7
SETTLE_NS = 60 * SECOND_NS
"""Fills of the last moment are told within this time."""
_HELD = """
    SELECT account_id, strategy, symbol, sum(quantity * toInt8(side)) AS held FROM fills FINAL
    WHERE at < fromUnixTimestamp64Nano({close:Int64}, 'UTC') GROUP BY account_id, strategy, symbol HAVING held != 0
"""
_BEFORE = "SELECT account_id, strategy, symbol FROM closing_positions FINAL WHERE day = {day:Date} AND quantity != 0"


class Closing:
    def __init__(self, clickhouse: ClickHouse, market: Market, clock: Clock) -> None:
        self._clickhouse, self._market, self._clock = clickhouse, market, clock

    async def run(self, seconds: float) -> None:
        """Ends only by cancellation."""
        while True:
            pause = seconds
            try:
                await self.write()
            except CiftError as error:
                _log.warning("positions at close have to wait", error=error.message)
                pause = RETRY_SECONDS
            await asyncio.sleep(pause)

    async def write(self) -> None:
        """Every session since the last one that is written, and the last ones again."""
        first = await self._first_day()
        now = self._clock()
        if first is None:
            return
        today = datetime.fromtimestamp(now // SECOND_NS, UTC).date()
        for day, close in await self._market.sessions(first.isoformat(), today.isoformat()):
            if close + SETTLE_NS <= now:
                await self._write_day(date.fromisoformat(day), close, now)

    async def _first_day(self) -> date | None:
        rows = await self._clickhouse.query(
            "SELECT (SELECT count() FROM closing_positions), (SELECT max(day) FROM closing_positions),"
            " (SELECT count() FROM fills), (SELECT toDate(min(at)) FROM fills)"
        )
        written, last, fills, first = rows[0]
        if not fills:
            return None
        earliest = datetime.fromtimestamp(self._clock() // SECOND_NS, UTC).date() - timedelta(days=FIRST_DAYS_MAX)
        begin: date = last - timedelta(days=DAYS_AGAIN) if written else first
        return max(begin, earliest)

    async def _write_day(self, day: date, close: int, now: int) -> None:
        held: dict[tuple[str, str, str], Decimal] = {
            (account_id, strategy, symbol): quantity
            for account_id, strategy, symbol, quantity in await self._clickhouse.query(_HELD, {"close": close})
        }
        for account_id, strategy, symbol in await self._clickhouse.query(_BEFORE, {"day": day}):
            held.setdefault((account_id, strategy, symbol), Decimal(0))
        prices = {symbol: await self._price(symbol, close) for symbol in sorted({key[2] for key in held})}
        await self._clickhouse.insert(
            "closing_positions",
            ("account_id", "day", "strategy", "symbol", "quantity", "price", "version"),
            [(key[0], day, *key[1:], quantity, prices[key[2]], now) for key, quantity in held.items()],
        )

    async def _price(self, symbol: str, close: int) -> Decimal | None:
        try:
            nanos = await self._market.last_price(symbol, close, close - PRICE_DAYS * DAY_NS)
        except NotFound:
            # Not traded here any more.
            return None
        return from_nanos(nanos) if nanos else None
