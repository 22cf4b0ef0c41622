"""Account updates in the order of their numbers, each once; what is missing between them is told."""

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Numbered(Protocol):
    @property
    def account_id(self) -> str: ...
    @property
    def sequence(self) -> int: ...


U = TypeVar("U", bound=Numbered)


def in_sequence(updates: Iterable[U], cursor: int) -> tuple[list[U], bool]:
    """Those of one account that follow the cursor without a gap, and whether others wait behind a gap."""
    by_number = {update.sequence: update for update in updates if update.sequence > cursor}
    following: list[U] = []
    while (update := by_number.pop(cursor + len(following) + 1, None)) is not None:
        following.append(update)
    return following, bool(by_number)
