"""How many connections there may be, and which one gives way: anonymous ones never keep a trader out.

A connection is anonymous until a request or message on it was authenticated. Anonymous connections share a small pool
and each address has a part of it; a new one takes the place of the most idle one of the address that has most of them.
A trusted proxy carries the connections of many people, so its own are only counted.
"""

import ipaddress
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any, Protocol

from cift_common import logging
from prometheus_client import Counter, Gauge

from cift_gateway.domain.bucket import Bucket
from cift_gateway.domain.connection_limits import ConnectionLimits

_log = logging.get(__name__)
_open = Gauge("cift_gateway_connections", "Open connections", ["kind"])
_ended = Counter("cift_gateway_connections_ended", "Connections that the gateway ended by a limit", ["limit"])
_anonymous_gauge, _total_gauge = _open.labels("anonymous"), _open.labels("all")

# Where a protocol leaves its connection in the state of a scope.
STATE = "cift.connection"
_ADDRESSES_MAX = 10_000


class Peer(Protocol):
    """The protocol object of a connection."""

    def rank(self) -> int:
        """How much would be lost with it; the least is evicted first."""

    def evict(self) -> None:
        """Ends it, because another one needs its place."""

    def end(self, code: int, reason: str) -> None:
        """Closes a WebSocket with a code, also where its client reads nothing."""

    def sweep(self, now: float) -> None:
        """Ends it where a time of its own is over."""


class Connection:
    """One TCP connection, from its acceptance to its end; a WebSocket keeps that of its handshake."""

    __slots__ = ("_connections", "address", "is_evicted", "is_proxied", "opened_at", "peer", "user_id")

    def __init__(self, connections: "Connections", peer: Peer) -> None:
        self._connections, self.peer = connections, peer
        self.address = ""
        self.opened_at = 0.0
        self.is_proxied = self.is_evicted = False
        self.user_id = ""

    @property
    def is_anonymous(self) -> bool:
        return not self.user_id

    def identify(self, host: str) -> None:
        """The address of who is behind a trusted proxy."""
        self._connections.identify(self, host)

    def authenticated(self, user_id: str) -> None:
        """A request or message on it was this user's."""
        if self.user_id != user_id:
            self._connections.assign(self, user_id)


_current: ContextVar[Connection | None] = ContextVar("connection", default=None)


def of_scope(scope: Any) -> Connection | None:
    """The connection that a request came on; None outside of our own server."""
    found: Connection | None = (scope.get("state") or {}).get(STATE)
    return found


def enter(scope: Any) -> None:
    """What is authenticated from here on in this task came on this connection."""
    _current.set(of_scope(scope))


def authenticated(user_id: str) -> None:
    """The current request is this user's."""
    if (connection := _current.get()) is not None:
        connection.authenticated(user_id)


class Connections:
    """All connections of this gateway."""

    def __init__(self, limits: ConnectionLimits, trusted_proxies: str, clock: Callable[[], float]) -> None:
        self.limits, self._clock = limits, clock
        self._trusted = _networks(trusted_proxies)
        self._all: dict[Connection, None] = {}
        self._anonymous: dict[str, dict[Connection, None]] = {}
        self._anonymous_count = 0
        self._by_user: dict[str, dict[Connection, None]] = {}
        self._buckets: dict[str, Bucket] = {}

    @property
    def count(self) -> int:
        return len(self._all)

    def open(self, connection: Connection, host: str) -> bool:
        """Registers a new connection; False where there is no place for it and none that gives way."""
        connection.opened_at = self._clock()
        if len(self._all) >= self.limits.total and not self._evict_anonymous():
            ended("connections")
            return False
        self._all[connection] = None
        _total_gauge.set(len(self._all))
        connection.address = _group(host)
        connection.is_proxied = self._is_trusted(host)
        if not connection.is_proxied:
            self._add_anonymous(connection)
        return True

    def identify(self, connection: Connection, host: str) -> None:
        """A proxy says whose WebSocket it carries: that counts as one of this address."""
        if connection.is_proxied and connection in self._all:
            connection.is_proxied = False
            connection.address = _group(host)
            self._add_anonymous(connection)

    def _add_anonymous(self, connection: Connection) -> None:
        mine = self._anonymous.setdefault(connection.address, {})
        if len(mine) >= self.limits.anonymous_per_address:
            self._evict(mine, "anonymous_per_address")
        if self._anonymous_count >= self.limits.anonymous:
            self._evict_anonymous()
        # The eviction may have emptied, and so removed, what this address had.
        self._anonymous.setdefault(connection.address, {})[connection] = None
        self._count(1)

    def _evict_anonymous(self) -> bool:
        heaviest = max(self._anonymous.values(), key=len, default=None)
        if not heaviest:
            return False
        self._evict(heaviest, "anonymous")
        return True

    def _evict(self, among: Iterable[Connection], limit: str) -> None:
        victim = min(among, key=lambda connection: (connection.peer.rank(), connection.opened_at))
        self._forget_owner(victim)
        victim.is_evicted = True
        ended(limit)
        victim.peer.evict()

    def assign(self, connection: Connection, user_id: str) -> None:
        """The connection is this user's from now on; their most idle one gives way to one too many."""
        if connection not in self._all or connection.is_proxied or connection.is_evicted:
            return
        self._forget_owner(connection)
        connection.user_id = user_id
        mine = self._by_user.setdefault(user_id, {})
        if len(mine) >= self.limits.per_user:
            self._evict(mine, "per_user")
        self._by_user.setdefault(user_id, {})[connection] = None

    def close(self, connection: Connection) -> None:
        """The connection is over; more than once does no harm."""
        if connection in self._all:
            del self._all[connection]
            _total_gauge.set(len(self._all))
            self._forget_owner(connection)

    def _forget_owner(self, connection: Connection) -> None:
        owners = self._by_user if connection.user_id else self._anonymous
        name = connection.user_id or connection.address
        held = owners.get(name)
        if held is None or connection not in held:
            return
        del held[connection]
        if not held:
            del owners[name]
        if owners is self._anonymous:
            self._count(-1)

    def _count(self, change: int) -> None:
        self._anonymous_count += change
        _anonymous_gauge.set(self._anonymous_count)

    def delay(self, connection: Connection) -> float:
        """Seconds for which an anonymous connection is not read, since its address asks too often."""
        if not connection.is_anonymous or connection.is_proxied:
            return 0
        now = self._clock()
        bucket = self._buckets.get(connection.address)
        if bucket is None:
            if len(self._buckets) >= _ADDRESSES_MAX:
                self._buckets.clear()
            rate, burst = self.limits.anonymous_requests_per_second, self.limits.anonymous_requests_burst
            bucket = self._buckets[connection.address] = Bucket(rate, burst, now)
        return bucket.owe(now)

    def sweep(self) -> None:
        """Ends what has lasted too long; once a second."""
        now = self._clock()
        for connection in tuple(self._all):
            connection.peer.sweep(now)

    def _is_trusted(self, host: str) -> bool:
        if not self._trusted:
            return False
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._trusted)


def ended(limit: str) -> None:
    _ended.labels(limit).inc()


def _networks(text: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Addresses and networks; names among them cannot be compared with a peer's address."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        if part == "*":
            return [ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")]
        try:
            found.append(ipaddress.ip_network(part, strict=False))
        except ValueError:
            _log.warning("a trusted proxy is no address", proxy=part)
    return found


def _group(host: str) -> str:
    """What counts as one address: a customer of an IPv6 network has 2^64 of them."""
    if ":" not in host:
        return host
    try:
        return str(ipaddress.ip_network((host.partition("%")[0], 64), strict=False))
    except ValueError:
        return host
