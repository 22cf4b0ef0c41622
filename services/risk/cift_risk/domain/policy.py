"""The policy and how it changes. Every change gives a new policy with the next version."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from cift_risk.domain.limits import Limits

K = TypeVar("K")
V = TypeVar("V")


class Scope(enum.Enum):
    PLATFORM = "platform"
    ACCOUNT = "account"
    SYMBOL = "symbol"


@dataclass(frozen=True, slots=True)
class Level:
    """Whom limits or a restriction bind; an empty part means everyone, or every symbol."""

    account_id: str = ""
    symbol: str = ""


DEFAULTS = Level()


@dataclass(frozen=True, slots=True)
class Restriction:
    level: Level
    reason: str
    # Sells that close a position still pass.
    close_only: bool = False


@dataclass(frozen=True, slots=True)
class Halt:
    """`key` is the account id or the symbol; empty for the platform."""

    scope: Scope
    key: str
    reason: str
    actor: str
    since_ns: int


@dataclass(frozen=True, slots=True)
class LimitsChange:
    """Empty limits take an override away."""

    level: Level
    limits: Limits


@dataclass(frozen=True, slots=True)
class RestrictionChange:
    restriction: Restriction
    lifted: bool = False


@dataclass(frozen=True, slots=True)
class HaltChange:
    halt: Halt
    lifted: bool = False


Change = LimitsChange | RestrictionChange | HaltChange


@dataclass(frozen=True, slots=True)
class Policy:
    version: int = 0
    limits: Mapping[Level, Limits] = field(default_factory=dict)
    restrictions: Mapping[Level, Restriction] = field(default_factory=dict)
    halts: Mapping[tuple[Scope, str], Halt] = field(default_factory=dict)

    @property
    def defaults(self) -> Limits:
        return self.limits.get(DEFAULTS, Limits())

    def apply(self, change: Change) -> "Policy":
        """The next policy; this one where the change changes nothing."""
        match change:
            case LimitsChange(level, limits):
                changed = replace(self, limits=_put(self.limits, level, None if limits.empty else limits))
            case RestrictionChange(restriction, lifted):
                kept = None if lifted else restriction
                changed = replace(self, restrictions=_put(self.restrictions, restriction.level, kept))
            case HaltChange(halt, lifted):
                key = (halt.scope, halt.key)
                if not lifted and key in self.halts:
                    # Who halted first, and when, stays on record.
                    return self
                changed = replace(self, halts=_put(self.halts, key, None if lifted else halt))
        return self if changed == self else replace(changed, version=self.version + 1)


def _put(mapping: Mapping[K, V], key: K, value: V | None) -> Mapping[K, V]:
    rest = {existing: held for existing, held in mapping.items() if existing != key}
    return rest if value is None else {**rest, key: value}
