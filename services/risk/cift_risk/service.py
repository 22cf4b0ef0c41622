"""What can be asked of the policy, and how it is changed."""

from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Protocol

from cift_common import logging
from cift_common.ids import Clock
from prometheus_client import Counter, Gauge

from cift_risk.domain import rules
from cift_risk.domain.breach import Breach
from cift_risk.domain.exposure import Exposure, Holding, exposure
from cift_risk.domain.limits import Limits
from cift_risk.domain.policy import Change, Halt, HaltChange, Policy, Scope

_log = logging.get(__name__)
_version = Gauge("cift_risk_policy_version", "The policy in force")
_halts = Gauge("cift_risk_halts", "Halts in force", ["scope"])
_leases = Counter("cift_risk_leases", "Leases given out", ["engine"])

BREACHES_MAX = 1000
PLATFORM_FILE = "platform file"


class Store(Protocol):
    async def version(self) -> int: ...
    async def load(self) -> Policy: ...
    async def apply(self, change: Change, actor: str) -> Policy: ...
    async def declare(self, defaults: Limits, halt: Halt, halted: bool) -> Policy: ...


class Announcer(Protocol):
    async def policy(self, policy: Policy) -> None: ...
    async def halt(self, change: HaltChange, version: int) -> None: ...


class Positions(Protocol):
    async def holdings(self, account_id: str) -> list[Holding]: ...


class BreachLog(Protocol):
    async def list(self, account_id: str, limit: int) -> list[Breach]: ...


@dataclass(frozen=True, slots=True)
class Lease:
    """`policy` is None where the engine has it already."""

    policy: Policy | None
    expires_at_ns: int


class RiskService:
    def __init__(
        self,
        store: Store,
        announcer: Announcer,
        positions: Positions,
        breaches: BreachLog,
        *,
        clock: Clock,
        symbols: Container[str],
        lease_seconds: float,
    ) -> None:
        self._store, self._announcer, self._positions, self._breaches = store, announcer, positions, breaches
        self._clock, self._symbols, self._lease_ns = clock, symbols, round(lease_seconds * 1e9)
        self._policy = Policy()

    async def start(self, defaults: Limits, halted: bool) -> None:
        """Brings in what the platform file declares, and tells the engines."""
        halt = Halt(Scope.PLATFORM, "", "the platform is declared halted", PLATFORM_FILE, self._now())
        self._hold(await self._store.declare(defaults, halt, halted))
        await self._announcer.policy(self._policy)

    async def lease(self, engine: str, known_version: int) -> Lease:
        rules.check_text("engine", engine)
        # Timed before the read: an engine never holds a policy longer than a lease after it was replaced.
        expires_at_ns = self._clock() + self._lease_ns
        policy = await self.policy()
        _leases.labels(engine).inc()
        return Lease(None if known_version == policy.version else policy, expires_at_ns)

    async def policy(self) -> Policy:
        """The truth is PostgreSQL's; only its version is asked for every time."""
        if await self._store.version() != self._policy.version:
            self._hold(await self._store.load())
        return self._policy

    async def change(self, change: Change, actor: str) -> int:
        """Makes a change and tells the engines; the version of the policy that has it."""
        if isinstance(change, HaltChange):
            change = replace(change, halt=replace(change.halt, actor=actor, since_ns=self._now()))
        rules.check(change, actor, self._symbols)
        policy = await self._store.apply(change, actor)
        if policy.version > self._policy.version:
            self._hold(policy)
            _log.info("policy changed", version=policy.version, actor=actor, change=type(change).__name__)
        # Told even where nothing changed: a repeated halt is a wish to be sure.
        await self._announcer.policy(policy)
        if isinstance(change, HaltChange):
            await self._announcer.halt(change, policy.version)
        return policy.version

    async def exposure(self, account_id: str) -> Exposure:
        if account_id:
            rules.check_account("account_id", account_id)
        return exposure(await self._positions.holdings(account_id))

    async def breaches(self, account_id: str, limit: int) -> list[Breach]:
        if account_id:
            rules.check_account("account_id", account_id)
        return await self._breaches.list(account_id, min(limit or 100, BREACHES_MAX))

    def _now(self) -> int:
        """In microseconds, which is what the store keeps."""
        return self._clock() // 1000 * 1000

    def _hold(self, policy: Policy) -> None:
        self._policy = policy
        _version.set(policy.version)
        for scope in Scope:
            _halts.labels(scope.value).set(sum(1 for held, _ in policy.halts if held is scope))
