"""The last two daily bars of each symbol, for snapshots: kept, and read again behind the caller's back.

Whoever asks for the latest price must not wait for QuestDB.
"""

import asyncio
from collections.abc import Mapping

from cift_common.errors import Unavailable

from cift_marketdata.adapters.questdb_reader import QuestDbReader
from cift_marketdata.domain.sessions import DAY_NS, Calendar
from cift_marketdata.domain.ticks import Bar

KEPT_SECONDS = 1.0
FIRST_WAIT_SECONDS = 1.0
BACK_NS = 10 * DAY_NS
"""How far back the day before the last may lie: over a long weekend with holidays."""


class DailyBars:
    def __init__(self, reader: QuestDbReader, calendar: Calendar) -> None:
        self._reader, self._calendar = reader, calendar
        self._bars: dict[str, list[Bar]] = {}
        self._read_at: dict[str, float] = {}
        self._reading: asyncio.Task[None] | None = None

    async def of(self, last_trades_ns: Mapping[str, int]) -> dict[str, list[Bar]]:
        """By symbol, the newest first, up to two; given when each symbol traded last. Missing where QuestDB is away."""
        now = asyncio.get_running_loop().time()
        old = {s: time_ns for s, time_ns in last_trades_ns.items() if now - self._read_at.get(s, 0) > KEPT_SECONDS}
        if old and (self._reading is None or self._reading.done()):
            self._read_at |= dict.fromkeys(old, now)
            self._reading = asyncio.create_task(self._read(old), name="daily bars")
        if self._reading is not None and any(symbol not in self._bars for symbol in last_trades_ns):
            await asyncio.wait([self._reading], timeout=FIRST_WAIT_SECONDS)
        return {symbol: self._bars[symbol] for symbol in last_trades_ns if symbol in self._bars}

    async def _read(self, last_trades_ns: Mapping[str, int]) -> None:
        times = last_trades_ns.values()
        try:
            start_ns, end_ns = min(times) - BACK_NS, max(times) + 1
            sessions = self._calendar.opening_within(start_ns, end_ns)
            found = await self._reader.days(last_trades_ns, start_ns, end_ns, sessions)
        except Unavailable:
            return
        for symbol in last_trades_ns:
            self._bars[symbol] = [bar for bar in reversed(found) if bar.symbol == symbol][:2]
