"""Does anybody answer where the spec says that a store of others is?"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SECONDS_MAX = 3.0
AGAIN_SECONDS = 5.0
_POSTGRES, _NATS, _REDIS = 5432, 4222, 6379
_PORTS = {
    "postgresql": _POSTGRES, "postgres": _POSTGRES, "nats": _NATS, "tls": _NATS, "redis": _REDIS, "rediss": _REDIS,
    "http": 80, "https": 443,
}  # fmt: skip


@dataclass
class Reach:
    """Remembers what it was told, for it is asked again and again."""

    _asked: float = float("-inf")
    _new: dict[str, list[str]] = field(default_factory=dict)
    _silent: dict[str, str] = field(default_factory=dict)

    async def look(
        self, urls: Mapping[str, str], used: Mapping[str, str], namespace: str
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Store → `host:port` (of its first host), and for each where nobody answers the reason; what is in `used`
        under this address is not tried."""
        places = {store: found for store, url in urls.items() if (found := _places(url))}
        new = {store: found for store, found in places.items() if used.get(store) != found[0]}
        now = asyncio.get_running_loop().time()
        if new != self._new or now - self._asked > AGAIN_SECONDS:
            reasons = await asyncio.gather(*(_tried(found, namespace) for found in new.values()))
            self._asked, self._new = now, new
            self._silent = {store: reason for store, reason in zip(new, reasons, strict=True) if reason}
        return {store: found[0] for store, found in places.items()}, self._silent


def _places(url: str) -> list[str]:
    """Empty: it is of a form that only its store's client knows."""
    scheme = url.partition("://")[0]
    found = []
    for one in url.split(","):
        # NATS writes the scheme before every host, PostgreSQL before the first.
        try:
            parts = urlsplit(one if "://" in one else f"{scheme}://{one}")
            host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme)
        except ValueError:
            return []
        if not host or not port:
            return []
        found.append(f"{host}:{port}")
    return found


async def _tried(places: Sequence[str], namespace: str) -> str:
    """Why none of them answers; empty: one does, or there is none."""
    reason = ""
    for place in places:
        host, _, port = place.rpartition(":")
        try:
            async with asyncio.timeout(SECONDS_MAX):
                _, writer = await asyncio.open_connection(_full(host, namespace), int(port))
        except (OSError, TimeoutError, UnicodeError) as error:
            reason = reason or str(error) or f"no answer within {SECONDS_MAX:.0f} s"
            continue
        writer.close()
        return ""
    return reason


def _full(host: str, namespace: str) -> str:
    """A name without a dot is a service beside the platform, not beside the operator."""
    return host if "." in host or ":" in host or host == "localhost" else f"{host}.{namespace}.svc"
