"""What a broker is to this service. `adapters/<broker>.py` implements it and passes the contract test."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cift_proto.common.v1 import types_pb2
from cift_proto.matcher.v1 import matcher_pb2

from cift_execution.domain.request import Request


@dataclass(frozen=True, slots=True)
class VenueOrder:
    """An order as the broker has it. Of an order that ended it may know no more than that (sequence 0)."""

    order_id: str
    open: bool
    cumulative_quantity_nanos: int
    # The broker's sequence of its last report.
    last_sequence: int
    account_id: str = ""
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class TrailingStop:
    """Where a trailing stop that waits stands: the best price since it came, and the price that would elect it."""

    order_id: str
    high_water_price_nanos: int
    stop_price_nanos: int


@dataclass(frozen=True, slots=True)
class Level:
    """What rests at one price, all orders together."""

    price_nanos: int
    quantity_nanos: int
    orders: int


@dataclass(frozen=True, slots=True)
class Book:
    """Both sides of a symbol, best price first, as they were at the venue's `sequence`."""

    bids: Sequence[Level]
    asks: Sequence[Level]
    sequence: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The broker did not take a request: it changed nothing and no report follows.

    `final`: asking again would give the same answer. `known`: it has this very request already. `unknown_order`: it has
    never heard of the order that is to be canceled or replaced.
    """

    reason: str
    message: str
    final: bool
    known: bool = False
    unknown_order: bool = False


DISCONNECTED = "DISCONNECTED"


@dataclass(frozen=True, slots=True)
class Outage:
    """Why the broker takes no orders; `reason` is its own word, or DISCONNECTED without one."""

    reason: str
    message: str
    since_ns: int = 0


class Listener(Protocol):
    """Where a broker's session delivers to, in the broker's order."""

    @property
    def last_sequence(self) -> int:
        """The last report that arrived; a session goes on after it."""
        ...

    async def on_reports(self, reports: Sequence[matcher_pb2.ExecutionReport]) -> None: ...

    async def on_refused(self, ticket: int, refused: Refused) -> None: ...

    async def on_connected(self) -> None:
        """Everything missed has been delivered; requests whose fate is open can be sent again."""
        ...

    async def on_lost(self, outage: Outage) -> None:
        """There is no session, or none could be opened."""
        ...


class Broker(Protocol):
    @property
    def name(self) -> str:
        """As in OrderExecution.broker and in execution ids."""
        ...

    async def run(self, listener: Listener) -> None:
        """Holds a session, for ever: a lost one is begun again. Ends only by cancellation."""
        ...

    def send(self, ticket: int, request: Request) -> None:
        """Sends without waiting. `ticket` (> 0) comes back with a refusal. Lost with the session, unless answered."""
        ...

    def restart(self) -> None:
        """Ends a session that seems dead."""
        ...

    async def open_orders(self) -> dict[str, VenueOrder]:
        """Every order that is open there, by id. `Unavailable` where the broker does not answer."""
        ...

    async def trailing_stops(self, account_id: str) -> list[TrailingStop]:
        """Those of an account that wait. `Unavailable` where the broker does not answer."""
        ...

    async def find(self, order_id: str) -> VenueOrder | None:
        """None where the broker says that it does not know the order. `Unavailable` where it does not answer."""
        ...

    def history(self, after_sequence: int) -> AsyncIterator[matcher_pb2.ExecutionReport]:
        """The reports since then, again, up to now."""
        ...


class Venue(Broker, Protocol):
    """A broker that is ours: it has no market and no calendar but what we tell it."""

    def set_quotes(self, quotes: Iterable[types_pb2.Quote]) -> None:
        """The outside market's liquidity, latest of each symbol. Never in the way of an order."""
        ...

    async def expire(self, time_ns: int, *, session_close: bool) -> None:
        """Ends GTD orders that are due at this time, and DAY orders where the session closed then.

        Done when it returns; `Unavailable` where that is not known, and then it can be asked for again.
        """
        ...

    async def book(self, symbol: str, depth: int) -> Book:
        """At most `depth` prices of each side; 0: as many as the venue gives by itself.

        `NotFound` for a symbol that it does not have, `Unavailable` where it does not answer.
        """
        ...
