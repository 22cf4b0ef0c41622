"""Watches the market for stop losses that are held here, and does what is due in groups and could not be done at once.

Quotes come by NATS as they happen, for the symbols that such orders are in, and only wake: a stop loss goes out by the
latest price that market data has put into the cache, or answers. A look at it several times a second finds what a lost
message would have woken for, and what happened while nobody watched.
"""

import asyncio
from contextlib import suppress

from cift_common import logging
from cift_common.ids import Clock
from cift_common.messaging import Messenger, token
from cift_proto.common.v1.types_pb2 import Quote
from google.protobuf.message import DecodeError
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from cift_trading.adapters.prices import Prices
from cift_trading.change_lane import ChangeLane
from cift_trading.changes import GroupWish
from cift_trading.domain import group as groups
from cift_trading.domain.order import Order
from cift_trading.grouping import Grouping
from cift_trading.state import State

_log = logging.get(__name__)
LOOK_SECONDS = 0.25
DUE_SECONDS = 1.0
# However many quotes wake, there are no more looks than this.
WAKE_PAUSE_SECONDS = 0.02
QUOTE_AGE_NS_MAX = 5 * 10**9


class StopWatch:
    def __init__(
        self,
        state: State,
        grouping: Grouping,
        changes: ChangeLane,
        prices: Prices,
        messenger: Messenger,
        clock: Clock,
    ) -> None:
        self._state, self._grouping, self._changes = state, grouping, changes
        self._prices, self._messenger, self._clock = prices, messenger, clock
        self._armed: dict[str, list[Order]] = {}
        self._subscriptions: dict[str, Subscription] = {}
        self._asked: set[str] = set()
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Ends only by cancellation."""
        loop, due_at = asyncio.get_running_loop(), 0.0
        while True:
            self._woken.clear()
            self._look_for_armed()
            await self._subscribe()
            if self._armed:
                await self._prices.refresh_all(self._armed)
                for symbol in list(self._armed):
                    quote = self._prices.quote(symbol)
                    if quote is not None:
                        self._judge(quote)
            if loop.time() >= due_at:
                self._do_what_is_due()
                due_at = loop.time() + DUE_SECONDS
            await asyncio.sleep(WAKE_PAUSE_SECONDS)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), LOOK_SECONDS)

    def _look_for_armed(self) -> None:
        armed: dict[str, list[Order]] = {}
        for members in self._state.groups.values():
            group = groups.assemble(tracked.order for tracked in members.values())
            if groups.is_armed(group) and group.stop_loss is not None:
                armed.setdefault(group.stop_loss.terms.symbol, []).append(group.stop_loss)
        self._armed = armed
        self._asked &= {order.order_id for orders in armed.values() for order in orders}

    async def _subscribe(self) -> None:
        try:
            for symbol in self._armed.keys() - self._subscriptions.keys():
                subject = f"md.quote.{token(symbol)}"
                self._subscriptions[symbol] = await self._messenger.subscribe_core(subject, self._on_quote)
            for symbol in self._subscriptions.keys() - self._armed.keys():
                await self._subscriptions.pop(symbol).unsubscribe()
        except NatsError as error:
            # The looks go on; NATS comes back.
            _log.warning("no quotes by NATS for held stop losses", error=repr(error))

    async def _on_quote(self, message: Msg) -> None:
        with suppress(DecodeError):
            if self._reached(Quote.FromString(message.data)):
                self._woken.set()

    def _reached(self, quote: Quote) -> list[Order]:
        """The armed stop losses whose price a quote has reached; one of long ago reaches none."""
        if self._clock() - quote.received_time_ns >= QUOTE_AGE_NS_MAX:
            return []
        return [
            order
            for order in self._armed.get(quote.symbol, ())
            if order.order_id not in self._asked
            and groups.is_reached(order, quote.bid_price_nanos, quote.ask_price_nanos)
        ]

    def _judge(self, quote: Quote) -> None:
        for order in self._reached(quote):
            self._asked.add(order.order_id)
            _log.info("a held stop loss is reached", order_id=order.order_id)
            self._changes.put(GroupWish(order.group, self._grouping, order.order_id))

    def _do_what_is_due(self) -> None:
        for group_id, members in self._state.groups.items():
            group = groups.assemble(tracked.order for tracked in members.values())
            if groups.plan(group, self._grouping.filled_at_venue):
                self._changes.put(GroupWish(group_id, self._grouping))
