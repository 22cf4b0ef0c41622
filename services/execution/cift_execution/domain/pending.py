"""Requests whose answer is open.

A request waits here from its arrival until the broker's first report of it or its refusal. One that needs an order
which is itself still open waits behind it, so that a cancel never overtakes its order.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from cift_execution.domain.request import Key, Request

D = TypeVar("D")
"""What has to be told when a request is answered; e.g. the message to acknowledge."""


@dataclass(slots=True)
class Entry(Generic[D]):
    request: Request
    # Counts up in the order of arrival; names the request to the broker.
    ticket: int
    deliveries: list[D] = field(default_factory=list)
    # When it was last sent, of the monotonic clock; None: not yet.
    sent_at_ns: int | None = None
    first_sent_at_ns: int | None = None
    attempts: int = 0

    def sent(self, now_ns: int) -> None:
        self.sent_at_ns = now_ns
        if self.first_sent_at_ns is None:
            self.first_sent_at_ns = now_ns
        self.attempts += 1


class Pending(Generic[D]):
    def __init__(self) -> None:
        self._by_key: dict[Key, Entry[D]] = {}
        self._by_ticket: dict[int, Entry[D]] = {}
        self._making: dict[str, Entry[D]] = {}
        self._behind: dict[str, deque[Entry[D]]] = {}
        self._tickets = 0

    def __len__(self) -> int:
        return len(self._by_key)

    def __contains__(self, key: Key) -> bool:
        return key in self._by_key

    def add(self, request: Request, delivery: D | None = None) -> Entry[D] | None:
        """The entry to send now; None where it is here already, or waits behind another."""
        known = self._by_key.get(request.key)
        if known is not None:
            if delivery is not None:
                known.deliveries.append(delivery)
            return None
        self._tickets += 1
        entry: Entry[D] = Entry(request, self._tickets, [] if delivery is None else [delivery])
        self._by_key[request.key] = self._by_ticket[entry.ticket] = entry
        waits = request.needs in self._making
        if request.makes:
            self._making.setdefault(request.makes, entry)
        if waits:
            self._behind.setdefault(request.needs, deque()).append(entry)
            return None
        return entry

    def ticket(self, ticket: int) -> Entry[D] | None:
        return self._by_ticket.get(ticket)

    def answer(self, key: Key) -> tuple[Entry[D] | None, list[Entry[D]]]:
        """Takes a request out; with it, those that waited behind it and are to be sent now."""
        entry = self._by_key.pop(key, None)
        if entry is None:
            return None, []
        del self._by_ticket[entry.ticket]
        made = entry.request.makes
        if self._making.get(made) is not entry:
            return entry, []
        del self._making[made]
        return entry, list(self._behind.pop(made, ()))

    def sendable(self) -> Iterator[Entry[D]]:
        """All that wait behind nothing, oldest first: what to send on a new session."""
        behind = {entry.ticket for waiting in self._behind.values() for entry in waiting}
        return (entry for ticket, entry in self._by_ticket.items() if ticket not in behind)

    def oldest_sent_ns(self) -> int | None:
        """When the request that waits longest for its answer was sent."""
        return min((entry.sent_at_ns for entry in self._by_key.values() if entry.sent_at_ns is not None), default=None)
