"""What happens to an account, in order and without gaps, for everyone who follows it.

NATS brings an update within a millisecond but may lose, repeat or reorder it. Updates carry a sequence number, and
trading keeps them all: whatever is missing (a gap, a reconnect, a quiet loss that the probe finds) is read from there.
An update is shown as it came only where trading has sealed it for the gateway; any other only wakes, and is read there.
"""

import asyncio
from contextlib import suppress
from typing import Protocol

from cift_common import logging, sealed
from cift_common.errors import CiftError
from cift_common.forgery import not_believed
from cift_common.messaging import Messenger
from cift_proto.trading.v1 import trading_pb2 as trading
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from prometheus_client import Counter

from cift_gateway.adapters.backends import Backends
from cift_gateway.domain.sequence import Arrival, Sequence

_log = logging.get(__name__)
_gaps = Counter("cift_gateway_feed_gaps", "Times that updates of an account were read from trading", ["cause"])

PAGE = 200
"""Updates of the greatest length still fit into one message of gRPC."""
RECIPIENT = "gateway"
_AGAIN_SECONDS = (0.05, 0.2, 0.5, 1.0, 2.0)

Headers = dict[str, str] | None


class Follower(Protocol):
    def offer(self, update: trading.AccountUpdate, headers: Headers) -> None:
        """Takes the next update; must neither wait nor fail."""


class AccountFeed:
    """One account's updates. Followers attached at sequence n are offered n + 1, n + 2, …, each once."""

    def __init__(
        self, account_id: str, backends: Backends, messenger: Messenger, seal_keys: tuple[bytes, ...] = ()
    ) -> None:
        self.account_id, self._seal_keys = account_id, seal_keys
        self._backends, self._messenger = backends, messenger
        self._followers: set[Follower] = set()
        self._sequence = Sequence()
        self._highest_heard = 0
        self._subscription: Subscription | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self._started = False
        self._woken = False

    @property
    def position(self) -> int:
        """The sequence number of the last update that was passed on."""
        return self._sequence.last

    @property
    def is_followed(self) -> bool:
        return bool(self._followers)

    async def start(self) -> None:
        subject = f"account.{self.account_id}.updates"
        self._subscription = await self._messenger.subscribe_core(subject, self._on_message)
        # The server must know of the subscription before trading is asked where the account stands.
        await self._messenger.client.flush()
        self._sequence = Sequence(await self._position_in_trading())
        self._started = True
        if self._highest_heard > self.position or self._woken:
            self.catch_up("start")

    async def stop(self) -> None:
        if self._catching_up is not None:
            self._catching_up.cancel()
        if self._subscription is not None:
            with suppress(NatsError):
                await self._subscription.unsubscribe()

    def attach(self, follower: Follower) -> int:
        """The position from which on the follower is offered everything."""
        self._followers.add(follower)
        return self.position

    def detach(self, follower: Follower) -> None:
        self._followers.discard(follower)

    async def read(self, after: int) -> list[trading.AccountUpdate]:
        """One page of what trading keeps, oldest first."""
        answer = await self._backends.call(
            self._backends.trading.ListAccountUpdates,
            trading.ListAccountUpdatesRequest(account_id=self.account_id, after_sequence=after, limit=PAGE),
            account_id=self.account_id,
        )
        return list(answer.updates)

    async def probe(self) -> None:
        """Asks trading whether something was lost that no later message betrayed."""
        if self._catching_up is None and await self._position_in_trading() > self.position:
            self.catch_up("probe")

    def catch_up(self, cause: str) -> None:
        if self._catching_up is not None:
            self._woken = True
        elif self._started:
            _gaps.labels(cause).inc()
            self._catching_up = asyncio.create_task(self._catch_up(), name=f"catch up {self.account_id}")

    async def _position_in_trading(self) -> int:
        answer = await self._backends.call(
            self._backends.trading.GetAccount,
            trading.GetAccountRequest(account_id=self.account_id),
            account_id=self.account_id,
        )
        return int(answer.account.sequence)

    async def _on_message(self, message: Msg) -> None:
        if not sealed.is_sealed(self._seal_keys, RECIPIENT, message.subject, message.data, message.headers):
            not_believed("account_update")
            self._woken = True
            self.catch_up("not_believed")
            return
        update = trading.AccountUpdate.FromString(message.data)
        self._highest_heard = max(self._highest_heard, update.sequence)
        if not self._started:
            return
        arrival = self._sequence.judge(update.sequence)
        if arrival is Arrival.NEXT:
            self._pass_on(update, message.headers)
        elif arrival is Arrival.GAP:
            self.catch_up("gap")

    def _pass_on(self, update: trading.AccountUpdate, headers: Headers) -> None:
        self._sequence.advance(update.sequence)
        for follower in tuple(self._followers):
            follower.offer(update, headers)

    async def _catch_up(self) -> None:
        tries = 0
        try:
            while True:
                try:
                    page = await self.read(self.position)
                except CiftError as error:
                    _log.warning("cannot read missed updates yet", account_id=self.account_id, error=error.message)
                    page = []
                    tries += 1
                else:
                    self._pass_on_page(page)
                    if len(page) < PAGE and self._highest_heard <= self.position:
                        # However many messages wake it, it asks no more often than this; the last one is not missed.
                        woken, self._woken = self._woken, False
                        if not woken:
                            return
                        await asyncio.sleep(_AGAIN_SECONDS[0])
                        continue
                    tries = 0 if page else tries + 1
                if tries:
                    await asyncio.sleep(_AGAIN_SECONDS[min(tries, len(_AGAIN_SECONDS)) - 1])
        finally:
            self._catching_up = None

    def _pass_on_page(self, page: list[trading.AccountUpdate]) -> None:
        for update in page:
            arrival = self._sequence.judge(update.sequence)
            if arrival is Arrival.GAP:
                # Trading itself has no such update: not a loss of ours, and waiting would not bring it.
                _log.error("trading skips updates", account_id=self.account_id, after=self.position, to=update.sequence)
                self._sequence = Sequence(update.sequence - 1)
            if arrival is not Arrival.REPEATED:
                self._pass_on(update, None)
