"""A tick's way: judged, kept as the latest, then to the cache, NATS, subscribers and QuestDB.

Nothing here waits for any of them: each has a place of its own where things wait, bounded and conflated.
"""

import asyncio
import dataclasses
import time
from collections import Counter as Tally
from collections.abc import Awaitable, Callable, Iterable

import numpy as np
from cift_common import logging
from cift_common.errors import Unavailable
from cift_common.ids import Clock
from cift_common.messaging import token
from prometheus_client import Counter, Gauge

from cift_marketdata import wire
from cift_marketdata.adapters.bus import Bus
from cift_marketdata.adapters.cache import LatestCache
from cift_marketdata.adapters.questdb_writer import QuestDbWriter
from cift_marketdata.domain import columns, judging
from cift_marketdata.domain.bars import MINUTE_NS, MinuteBars
from cift_marketdata.domain.columns import Rows
from cift_marketdata.domain.depths import DepthIntake
from cift_marketdata.domain.intake import Refused, SymbolIntake
from cift_marketdata.domain.latest import LatestPrices
from cift_marketdata.domain.ticks import (
    CROSSED,
    DOUBTED,
    FLAG_NAMES,
    BadTick,
    Bar,
    FeedTick,
    Quote,
    QuoteTick,
    Status,
    StatusTick,
    Trade,
)
from cift_marketdata.feeds.base import Batch, Feed
from cift_marketdata.feeds.recordings import Recorder
from cift_marketdata.subscribers import Subscribers

_log = logging.get(__name__)
_ticks = Counter("cift_marketdata_ticks", "Ticks taken in", ["kind"])
_quotes_taken, _trades_taken = _ticks.labels("quote"), _ticks.labels("trade")
_depths_taken, _statuses_taken = _ticks.labels("depth"), _ticks.labels("status")
_bad = Counter("cift_marketdata_bad_ticks", "Ticks refused, or kept and not believed", ["reason"])
_feed_age = Gauge("cift_marketdata_feed_age_seconds", "Since the last tick")

RESEND_NS = 900 * 10**6
RESEND_SECONDS = 0.3
BARS_SECONDS = 1.0
DAILY_SECONDS = 5.0
BAD_LOGGED = (1, 10, 100)
BAD_LOGGED_EVERY = 1000


@dataclasses.dataclass(slots=True)
class _Taken:
    """Of a batch: what is stored, and the last believed quote and trade of each symbol."""

    rows: list[Quote | Trade | Rows] = dataclasses.field(default_factory=list)
    quotes: dict[str, Quote] = dataclasses.field(default_factory=dict)
    trades: dict[str, Trade] = dataclasses.field(default_factory=dict)


class Pipeline:
    def __init__(
        self,
        symbols: list[str],
        cache: LatestCache,
        bus: Bus,
        writer: QuestDbWriter,
        subscribers: Subscribers,
        clock: Clock,
        recorder: Recorder | None = None,
        stale_after_ns: int = 0,
    ) -> None:
        """Ticks that arrive more than `stale_after_ns` after their time are not believed; 0: any age."""
        self.latest = LatestPrices(symbols)
        self.ticks = 0
        self.last_tick_time_ns = 0
        self._intakes = {symbol: SymbolIntake(symbol) for symbol in symbols}
        self._depths = {symbol: DepthIntake() for symbol in symbols}
        self._bars = MinuteBars()
        self._cache, self._bus, self._writer, self._subscribers = cache, bus, writer, subscribers
        self._clock, self._recorder = clock, recorder
        self._stale_after_ns = stale_after_ns
        self._updated: set[str] = set()
        self._traded: set[str] = set()
        self._bars_open_until = 0
        self._bad: Tally[tuple[str, str]] = Tally()
        self._last_batch = time.monotonic()
        self.started = asyncio.Event()
        _feed_age.set_function(lambda: time.monotonic() - self._last_batch)

    async def run(self, feed: Feed) -> None:
        """Ends when the feed does."""
        async for batch in feed.batches():
            self.take(batch)
            self.started.set()
            if feed.can_wait:
                await self._writer.room()
        self._close_bars(2**63)

    async def run_resend(self, feed: Feed) -> None:
        """Publishes standing quotes and halts again, for readers that missed them; ends when the feed does.

        They stay what they were: a quote that is published again keeps its times and its sequence, and grows old.
        """
        while not feed.finished:
            await asyncio.sleep(RESEND_SECONDS)
            now = self._clock()
            for symbol, latest in self.latest.older_than(now - RESEND_NS):
                if latest.quote is not None:
                    self._send_quote(symbol, latest.quote, now)
                if latest.status is not None and latest.status.trading is False:
                    self._send_status(latest.status)

    async def run_bars(self, daily_bars: Callable[[list[str]], Awaitable[list[Bar]]]) -> None:
        """Publishes the minute that is being made and the day's bar of symbols that traded; ends by cancellation."""
        days_at = 0.0
        while True:
            await asyncio.sleep(BARS_SECONDS)
            updated, self._updated = self._updated, set()
            for symbol in sorted(updated):
                if (bar := self._bars.current(symbol)) is not None:
                    self._bus.publish_latest(f"md.bar.updated.{token(symbol)}", wire.bar(bar).SerializeToString())
            if self._traded and time.monotonic() >= days_at:
                days_at = time.monotonic() + DAILY_SECONDS
                traded, self._traded = sorted(self._traded), set()
                try:
                    days = await daily_bars(traded)
                except Unavailable:
                    # The next trades ask again.
                    continue
                for day in days:
                    self._bus.publish_latest(f"md.bar.1d.{token(day.symbol)}", wire.bar(day).SerializeToString())

    def take(self, batch: Batch) -> None:
        """Takes in ticks that came together; of several quotes of a symbol only the last is sent on."""
        now = self._clock()
        taken = _Taken()
        if isinstance(batch, np.ndarray):
            self._take_rows(batch, now, taken)
        else:
            self._take_each(batch, now, taken)
        self._writer.add(taken.rows)
        if self._recorder is not None:
            self._recorder.add(taken.rows)
        for symbol, quote in taken.quotes.items():
            self.latest[symbol].quote = quote
            self._send_quote(symbol, quote, now)
            self._subscribers.quote(quote)
        for symbol, trade in taken.trades.items():
            self._send_latest_trade(symbol, trade)
        if self.last_tick_time_ns >= self._bars_open_until:
            self._close_bars(self.last_tick_time_ns)
        self._last_batch = time.monotonic()

    def _take_each(self, ticks: Iterable[FeedTick], now: int, taken: "_Taken") -> None:
        quotes = trades = 0
        for tick in ticks:
            if isinstance(tick, BadTick):
                self._count_bad(tick.symbol, tick.reason, tick.detail)
                continue
            if isinstance(tick, StatusTick):
                self._take_statuses(columns.of_statuses([tick]), now, taken)
                continue
            intake = self._intakes.get(tick.symbol)
            if intake is None:
                self._count_bad(tick.symbol, "unknown_symbol", "the platform does not trade it")
                continue
            self.ticks += 1
            stale = 0 < self._stale_after_ns < now - tick.time_ns
            judge = intake.quote if isinstance(tick, QuoteTick) else intake.trade
            judged = judge(tick, now, stale=stale)  # type: ignore[arg-type]
            if isinstance(judged, Refused):
                self._count_bad(tick.symbol, judged.reason, judged.detail)
                continue
            taken.rows.append(judged)
            if judged.flags & DOUBTED:
                self._count_flags(judged)
                continue
            self.last_tick_time_ns = max(self.last_tick_time_ns, judged.exchange_time_ns)
            if isinstance(judged, Quote):
                taken.quotes[judged.symbol] = judged
                quotes += 1
            else:
                taken.trades[judged.symbol] = judged
                trades += 1
                self._take_trade(judged)
        # A counter's lock costs a tenth of a tick.
        _quotes_taken.inc(quotes)
        _trades_taken.inc(trades)

    def _take_rows(self, rows: Rows, now: int, taken: "_Taken") -> None:
        take = {columns.DEPTH: self._take_depths, columns.STATUS: self._take_statuses}
        take.get(rows.dtype, self._take_columns)(rows, now, taken)

    def _take_depths(self, depths: Rows, now: int, taken: "_Taken") -> None:
        """Of several of a symbol only the last is sent on."""
        for name in np.unique(depths["symbol"]).tolist():
            symbol = name.decode()
            intake = self._depths.get(symbol)
            part = depths[depths["symbol"] == name]
            if intake is None:
                self._count_bad(symbol, "unknown_symbol", "the platform does not trade it", len(part))
                continue
            rows, refused = intake.take(part, now)
            self.ticks += len(part)
            _depths_taken.inc(len(rows))
            if refused:
                self._count_bad(symbol, "levels", "the levels of a depth are not in order", refused)
            taken.rows.append(rows)
            (good,) = np.nonzero(rows["flags"] == 0)
            for flag, word in FLAG_NAMES.items():
                if flagged := int(np.count_nonzero(rows["flags"] & flag)):
                    self._count_bad(symbol, word, "depths are kept, not believed", flagged)
            if len(good):
                depth = columns.to_depth(rows[good[-1]], intake.sequence - (len(rows) - 1 - int(good[-1])))
                self.latest[symbol].depth = depth
                payload = wire.depth(depth).SerializeToString()
                self._cache.put(f"md:depth:{symbol}", payload)
                self._bus.publish_latest(f"md.depth.{token(symbol)}", payload)

    def _take_statuses(self, statuses: Rows, now: int, taken: "_Taken") -> None:
        statuses = statuses.copy()
        statuses["received"] = now
        known = [name.decode() in self._intakes for name in statuses["symbol"].tolist()]
        for name in statuses["symbol"][np.logical_not(known)].tolist():
            self._count_bad(name.decode(), "unknown_symbol", "the platform does not trade it")
        taken.rows.append(statuses[known])
        for row in statuses[known]:
            self.ticks += 1
            _statuses_taken.inc()
            symbol = row["symbol"].decode()
            before = self.latest[symbol].status
            status = columns.to_status(row, before.sequence + 1 if before is not None else 1)
            self.latest[symbol].status = status
            self._send_status(status)

    def _take_columns(self, ticks: Rows, now: int, taken: "_Taken") -> None:
        """Symbol by symbol, trades before quotes; ticks of a symbol that are not all in order are taken one by one."""
        for name in np.unique(ticks["symbol"]):
            part = ticks[ticks["symbol"] == name]
            intake = self._intakes.get(name.decode())
            if intake is None:
                self._take_each(columns.to_ticks(part), now, taken)
                continue
            for ticks_of_kind, take in (
                (part[part["trade"]], self._take_trades),
                (part[~part["trade"]], self._take_quotes),
            ):
                if len(ticks_of_kind) and not take(intake, ticks_of_kind, now, taken):
                    self._take_each(columns.to_ticks(ticks_of_kind), now, taken)

    def _take_trades(self, intake: SymbolIntake, ticks: Rows, now: int, taken: "_Taken") -> bool:
        sequence = intake.trade_sequence + 1
        rows = judging.trades(intake, ticks, now)
        if rows is None:
            return False
        self._count_taken(_trades_taken, rows, len(rows), taken)
        for closed in self._bars.add_rows(intake.symbol, rows):
            self._send_bar(closed)
        if self._subscribers.want_trades(intake.symbol):
            for trade in columns.to_trades(rows, sequence):
                self._subscribers.trade(trade)
        self._bus.publish_all(f"md.trade.{token(intake.symbol)}", wire.trades(rows, sequence))
        (taken.trades[intake.symbol],) = columns.to_trades(rows[-1:], intake.trade_sequence)
        return True

    def _take_quotes(self, intake: SymbolIntake, ticks: Rows, now: int, taken: "_Taken") -> bool:
        rows = judging.quotes(intake, ticks, now)
        if rows is None:
            return False
        (good,) = np.nonzero(rows["flags"] == 0)
        self._count_taken(_quotes_taken, rows, len(good), taken)
        if bad := len(rows) - len(good):
            first = rows["row"][rows["flags"] != 0][0]
            reason = f"kept, not believed: row {first} of its source"
            self._count_bad(intake.symbol, FLAG_NAMES[CROSSED], reason, bad)
        if len(good):
            last = int(good[-1])
            sequence = intake.quote_sequence - (len(rows) - 1 - last)
            taken.quotes[intake.symbol] = columns.to_quote(rows[last], sequence)
        return True

    def _count_taken(self, kind: Counter, rows: Rows, good: int, taken: "_Taken") -> None:
        self.ticks += len(rows)
        kind.inc(good)
        if good:
            self.last_tick_time_ns = max(self.last_tick_time_ns, int(rows["time"][-1]))
        taken.rows.append(rows)

    def _take_trade(self, trade: Trade) -> None:
        if (closed := self._bars.add(trade)) is not None:
            self._send_bar(closed)
        self._subscribers.trade(trade)
        self._bus.publish(f"md.trade.{token(trade.symbol)}", wire.trade(trade).SerializeToString())

    def _send_quote(self, symbol: str, quote: Quote, now: int) -> None:
        self.latest[symbol].sent_ns = now
        payload = wire.quote(quote).SerializeToString()
        self._cache.put(f"md:quote:{symbol}", payload)
        self._bus.publish_latest(f"md.quote.{token(symbol)}", payload)

    def _send_status(self, status: Status) -> None:
        payload = wire.status(status).SerializeToString()
        self._cache.put(f"md:status:{status.symbol}", payload)
        self._bus.publish(f"md.status.{token(status.symbol)}", payload)

    def _send_latest_trade(self, symbol: str, trade: Trade) -> None:
        self.latest[symbol].trade = trade
        self._updated.add(symbol)
        self._traded.add(symbol)
        self._cache.put(f"md:trade:{symbol}", wire.trade(trade).SerializeToString())
        if (bar := self._bars.current(symbol)) is not None:
            self.latest[symbol].minute_bar = bar
            self._cache.put(f"md:bar1m:{symbol}", wire.bar(bar).SerializeToString())

    def _close_bars(self, time_ns: int) -> None:
        self._bars_open_until = time_ns - time_ns % MINUTE_NS + MINUTE_NS
        for bar in self._bars.close_before(time_ns):
            self._send_bar(bar)

    def _send_bar(self, bar: Bar) -> None:
        self._bus.publish(f"md.bar.1m.{token(bar.symbol)}", wire.bar(bar).SerializeToString())

    def _count_flags(self, taken: Quote | Trade) -> None:
        for flag, name in FLAG_NAMES.items():
            if taken.flags & flag:
                self._count_bad(taken.symbol, name, f"kept, not believed: row {taken.row} of its source")

    def _count_bad(self, symbol: str, reason: str, detail: str, ticks: int = 1) -> None:
        _bad.labels(reason).inc(ticks)
        before = self._bad[symbol, reason]
        self._bad[symbol, reason] = count = before + ticks
        passed = any(before < logged <= count for logged in BAD_LOGGED)
        if passed or before // BAD_LOGGED_EVERY != count // BAD_LOGGED_EVERY:
            _log.warning("bad tick", symbol=symbol, reason=reason, detail=detail, count=count)
