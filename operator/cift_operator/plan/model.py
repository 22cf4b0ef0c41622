"""What a plan is made from, and what it says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from cift_operator.api import TradingPlatform
from cift_operator.plan.observed import Child, Key
from cift_operator.render.kubernetes import Manifest

Status = Mapping[str, Any]
ComponentState = Literal["Ready", "Progressing", "Failed", "Waiting", "Stopped"]


@dataclass(frozen=True)
class Stamped:
    """A manifest as it is sent: with the digest of what it says."""

    manifest: Manifest
    digest: str
    body: Mapping[str, Any] = field(repr=False)

    @property
    def key(self) -> Key:
        return self.manifest.key


@dataclass(frozen=True)
class Apply:
    """Send this manifest. `cause`: why."""

    wanted: Stamped
    cause: Literal["missing", "changed", "edited"]


@dataclass(frozen=True)
class Delete:
    """Remove this object; with `orphans` what it owns stays."""

    child: Child
    cause: str
    orphans: bool = False


@dataclass(frozen=True)
class Halt:
    """Stop or resume trading, at the risk service."""

    halted: bool
    reason: str


@dataclass(frozen=True)
class Limits:
    """Bring the declared limits to the risk service."""

    digest: str


Action = Apply | Delete | Halt | Limits


@dataclass(frozen=True)
class Event:
    """Something that people should see at the platform."""

    kind: Literal["Normal", "Warning"]
    reason: str
    message: str


@dataclass(frozen=True)
class Report:
    """What the services of a platform say; None where they could not be asked."""

    halted: bool | None = None
    halted_by_us: bool = False
    halts: tuple[str, ...] = ()
    """One sentence each."""
    limits: str = ""
    """Digest of the defaults in force."""
    connected: bool | None = None
    """Whether execution has a session with the broker."""
    reconciled_at: datetime | None = None
    differences: int = 0
    open_orders: int | None = None
    in_flight: int | None = None
    """Orders that the venue has not acknowledged."""
    positions: int | None = None
    position_symbols: frozenset[str] = frozenset()
    order_symbols: frozenset[str] = frozenset()
    orders_per_second: float | None = None
    order_p99_ms: float | None = None


NOTHING_HEARD = Report()


@dataclass(frozen=True)
class Situation:
    """All that a plan depends on."""

    document: Mapping[str, Any]
    """The resource as the API server has it."""
    platform: TradingPlatform | None
    """None: the spec is invalid."""
    problems: tuple[str, ...]
    """`path: reason`, why it is."""
    desired: tuple[Stamped, ...]
    children: Mapping[Key, Child]
    equal: Callable[[Child, str, Mapping[str, Any]], bool] = field(repr=False)
    """Is this object what the manifest with this digest asks for?"""
    refusals: Mapping[Key, str]
    """What the API server said of the last attempt to apply an object."""
    report: Report
    previous: Status
    now: datetime
    limits: str = ""
    """Digest of the limits that the spec declares."""
    operator_namespace: str = ""
    missing: tuple[str, ...] = ()
    """Secrets that the spec names and that are not there, as `path: reason`."""
    api_groups: frozenset[str] = frozenset()
    """Of the APIs that the cluster has."""
    asks: bool = True
    """Whether services are asked at all."""
    target: tuple[Manifest, ...] = ()
    """What the spec's version consists of, where an upgrade to it has not begun."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Store that others run → `host:port`."""
    silent: Mapping[str, str] = field(default_factory=dict)
    """Of those the ones where nobody answers, and why."""

    @property
    def generation(self) -> int:
        return int(self.document["metadata"].get("generation", 0))

    @property
    def annotations(self) -> Mapping[str, str]:
        return self.document["metadata"].get("annotations") or {}


@dataclass(frozen=True)
class Plan:
    """What to do now, what to say, and when to look again (seconds)."""

    actions: tuple[Action, ...]
    status: dict[str, Any]
    events: tuple[Event, ...]
    requeue: float
