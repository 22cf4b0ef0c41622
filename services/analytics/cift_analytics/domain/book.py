"""What has been booked of an account: the number of its last update, and the open lots of each strategy and symbol."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cift_analytics.domain.fifo import match
from cift_analytics.domain.trades import Fill, Lot, RoundTrip

Key = tuple[str, str, str]
"""Account, strategy, symbol."""


@dataclass(frozen=True)
class Book:
    """The open lots after the update with this number."""

    sequence: int = 0
    lots: tuple[Lot, ...] = ()


@dataclass
class Books:
    """`cursors`: up to which update everything of an account is stored."""

    cursors: dict[str, int] = field(default_factory=dict)
    books: dict[Key, Book] = field(default_factory=dict)

    def cursor(self, account_id: str) -> int:
        return self.cursors.get(account_id, 0)

    def install(self, changed: dict[Key, Book], cursors: dict[str, int]) -> None:
        """After they are stored."""
        self.cursors.update(cursors)
        for key, book in changed.items():
            if book.lots:
                self.books[key] = book
            else:
                # Flat, and the account's cursor says the rest.
                self.books.pop(key, None)

    def book(self, fills: Iterable[Fill]) -> tuple[dict[Key, Book], list[RoundTrip]]:
        """The books that fills change, and what they closed. Fills that a book has seen change nothing."""
        changed: dict[Key, Book] = {}
        closed: list[RoundTrip] = []
        for fill in fills:
            key = fill.account_id, fill.strategy, fill.symbol
            book = changed.get(key) or self.books.get(key) or Book()
            if fill.sequence <= book.sequence:
                continue
            lots, round_trips = match(book.lots, fill)
            changed[key] = Book(fill.sequence, lots)
            closed += round_trips
        return changed, closed
