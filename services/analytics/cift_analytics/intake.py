"""Account updates into the books, each with one effect: from the stream if trading has sealed them for analytics, and
from trading what the stream left out. A message without a seal only wakes: what is new is read from trading."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from cift_common import logging, sealed
from cift_common.errors import CiftError
from cift_common.forgery import not_believed
from cift_common.ids import Clock
from cift_common.messaging import Messenger
from cift_common.streams import ANALYTICS_UPDATES
from cift_proto.trading.v1.trading_pb2 import AccountUpdate
from google.protobuf.message import DecodeError
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError
from prometheus_client import Counter, Gauge

from cift_analytics.adapters.ledger import Ledger
from cift_analytics.adapters.trading import Trading
from cift_analytics.adapters.wire import fill_of
from cift_analytics.domain.book import Books
from cift_analytics.domain.updates import in_sequence

_log = logging.get(__name__)
_applied = Counter("cift_analytics_updates_applied", "Account updates in the store")
_fills = Counter("cift_analytics_fills_applied", "Fills in the store")
_caught_up = Counter("cift_analytics_updates_caught_up", "Updates that delivery left out and trading told")
_repeated = Counter("cift_analytics_updates_repeated", "Updates that came again")
_failures = Counter("cift_analytics_writes_failed", "Batches that have to be written again")
_behind = Gauge(
    "cift_analytics_updates_behind", "Updates that trading had told when it was asked last, and are not stored"
)
_asked = Gauge("cift_analytics_compared_timestamp_seconds", "When the books were compared with trading's last")
_waiting = Gauge("cift_analytics_updates_waiting", "Updates that were heard and are not applied yet")

RECIPIENT = "analytics"
WOKEN_MAX = 1000
"""Accounts that messages without a seal may wake at once; `run_catch_up` finds those beyond it."""
RETRY_SECONDS = 1.0
STREAM_MAX = ANALYTICS_UPDATES.max_ack_pending
"""Updates that the stream gives before the first is acknowledged: what waits here while ClickHouse is away."""


@dataclass
class Progress:
    applied: int = 0
    fills: int = 0
    caught_up: int = 0
    last_applied_ns: int = 0
    available: bool = False


@dataclass
class _Account:
    """What was heard of one account and is not stored yet, by number."""

    updates: dict[int, AccountUpdate] = field(default_factory=dict)
    messages: dict[int, dict[int, Msg]] = field(default_factory=dict)
    """By number, then by number in the stream: each may come more than once."""


class Intake:
    def __init__(
        self,
        ledger: Ledger,
        trading: Trading,
        clock: Clock,
        *,
        batch_seconds: float,
        batch_size_max: int,
        seal_keys: tuple[bytes, ...] = (),
    ) -> None:
        self._seal_keys = seal_keys
        self._ledger, self._trading, self._clock = ledger, trading, clock
        self._batch_seconds, self._batch_size_max = batch_seconds, batch_size_max
        self._accounts: dict[str, _Account] = {}
        self._changed = asyncio.Event()
        self._behind: set[str] = set()
        self._stuck = False
        self._books = Books()
        self.loaded = asyncio.Event()
        self.progress = Progress()

    @property
    def waiting(self) -> int:
        return sum(len(account.updates) for account in self._accounts.values())

    async def consume(self, messenger: Messenger) -> None:
        """Attaches to the stream; `NatsError` where NATS is away."""
        await messenger.consume(ANALYTICS_UPDATES, self._take)

    async def _take(self, message: Msg) -> None:
        if not sealed.is_sealed(self._seal_keys, RECIPIENT, message.subject, message.data, message.headers):
            not_believed("account_update")
            await message.term()
            if len(self._behind) < WOKEN_MAX:
                self._behind.add(message.subject.split(".")[1])
                self._changed.set()
            return
        try:
            update = AccountUpdate.FromString(message.data)
        except DecodeError as error:
            _log.error("an update cannot be read, it is given up", subject=message.subject, error=str(error))
            await message.term()
            return
        account = self._accounts.setdefault(update.account_id, _Account())
        account.updates[update.sequence] = update
        account.messages.setdefault(update.sequence, {})[message.metadata.sequence.stream] = message
        self._changed.set()

    async def run(self) -> None:
        """Loads the books, then stores what comes. Ends only by cancellation."""
        await self._load()
        while True:
            await self._changed.wait()
            await asyncio.sleep(self._batch_seconds)
            self._changed.clear()
            self._stuck = False
            try:
                while await self._store_some():
                    pass
            except CiftError as error:
                _failures.inc()
                _log.warning("updates cannot be stored yet", error=error.message, waiting=self.waiting)
                self._stuck = True
                # The store may have come back as another one.
                self.loaded.clear()
                self.progress.available = False
            _waiting.set(self.waiting)
            if self._stuck:
                await asyncio.sleep(RETRY_SECONDS)
                self._changed.set()
            await self._load()

    async def _load(self) -> None:
        while not self.loaded.is_set():
            try:
                self._books = await self._ledger.load()
                self.loaded.set()
                self.progress.available = True
            except CiftError as error:
                _log.warning("the books cannot be loaded yet", error=error.message)
                await asyncio.sleep(RETRY_SECONDS)

    async def run_catch_up(self, seconds: float) -> None:
        """Compares the books with trading, at the start and from time to time. Ends only by cancellation."""
        await self.loaded.wait()
        while True:
            try:
                behind = 0
                async for account_id, sequence in self._trading.sequences():
                    behind += max(sequence - self._books.cursor(account_id), 0)
                    if sequence > self._known(account_id):
                        self._behind.add(account_id)
                        self._changed.set()
                _behind.set(behind)
                _asked.set(self._clock() / 1e9)
            except CiftError as error:
                _log.warning("trading does not say how far it is", error=error.message)
            await asyncio.sleep(seconds)

    def _known(self, account_id: str) -> int:
        """The last number that is stored or was heard."""
        heard = self._accounts.get(account_id)
        return max(self._books.cursor(account_id), *(heard.updates if heard else ()), 0)

    async def _store_some(self) -> bool:
        """Stores a batch; False where nothing was left to store."""
        ready, stale = await self._ready()
        if ready:
            await self._store(ready)
            self.progress.available = True
        for account_id, numbers in stale:
            await self._acknowledge(account_id, numbers)
        return bool(ready)

    async def _ready(self) -> tuple[list[AccountUpdate], list[tuple[str, list[int]]]]:
        """The updates that follow the cursors, gaps filled; and what is stored already and came again."""
        ready: list[AccountUpdate] = []
        stale: list[tuple[str, list[int]]] = []
        for account_id in [*self._accounts, *(self._behind - self._accounts.keys())]:
            cursor = self._books.cursor(account_id)
            heard = self._accounts.setdefault(account_id, _Account())
            if old := [number for number in heard.updates if number <= cursor]:
                _repeated.inc(len(old))
                stale.append((account_id, old))
            following, gap = in_sequence(heard.updates.values(), cursor)
            if gap or (not following and account_id in self._behind):
                following = await self._fill_gap(account_id, following, cursor)
            ready += following
            if not heard.updates:
                del self._accounts[account_id]
            if len(ready) >= self._batch_size_max:
                break
        return ready[: self._batch_size_max], stale

    async def _fill_gap(self, account_id: str, following: list[AccountUpdate], cursor: int) -> list[AccountUpdate]:
        """What trading has after what follows already; the account is behind until nothing is left."""
        try:
            told = await self._trading.updates(account_id, cursor + len(following))
        except CiftError as error:
            _log.warning("trading does not tell what is missing", account_id=account_id, error=error.message)
            self._behind.add(account_id)
            self._stuck = True
            return following
        if told:
            _log.info("catching up", account_id=account_id, updates=len(told), after=cursor + len(following))
            self._behind.add(account_id)
        else:
            self._behind.discard(account_id)
        added, _ = in_sequence(told, cursor + len(following))
        return following + added

    async def _store(self, updates: Sequence[AccountUpdate]) -> None:
        """Facts, sums, books, cursors, in this order: whatever is cut off is done again from the start."""
        orders = {update.order.order_id: update.order for update in updates if update.order.order_id}
        fills = [fill for update in updates if (fill := fill_of(update)) is not None]
        changed, closed = self._books.book(fills)
        cursors: dict[str, int] = {}
        for update in updates:
            cursors[update.account_id] = max(update.sequence, cursors.get(update.account_id, 0))
        await self._ledger.write_facts(orders.values(), fills, closed)
        await self._ledger.write_sums(fills, closed, self._clock())
        await self._ledger.write_books(changed, cursors)
        self._books.install(changed, cursors)
        nothing = _Account()
        missed = sum(
            update.sequence not in self._accounts.get(update.account_id, nothing).updates for update in updates
        )
        _caught_up.inc(missed)
        self.progress.caught_up += missed
        _applied.inc(len(updates))
        _fills.inc(len(fills))
        self.progress.applied += len(updates)
        self.progress.fills += len(fills)
        self.progress.last_applied_ns = self._clock()
        for account_id, cursor in cursors.items():
            heard = self._accounts.get(account_id, _Account())
            await self._acknowledge(account_id, [number for number in heard.updates if number <= cursor])

    async def _acknowledge(self, account_id: str, numbers: Sequence[int]) -> None:
        heard = self._accounts.get(account_id)
        if heard is None:
            return
        for number in numbers:
            heard.updates.pop(number, None)
            for message in heard.messages.pop(number, {}).values():
                # It comes again where this is lost, and is told apart by its number.
                with suppress(NatsError, JetStreamError):
                    await message.ack()
