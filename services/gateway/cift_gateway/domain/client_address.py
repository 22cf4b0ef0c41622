"""Where a request comes from, when proxies are between the client and us."""

import ipaddress
from collections.abc import Iterable, Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_IPV6_SUBSCRIBER_BITS = 64


def networks(text: str) -> tuple[Network, ...]:
    """Parses comma-separated addresses and CIDRs; `ValueError` names the one that is neither."""
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def client_address(peer: str, forwarded_for: Iterable[str], trusted: Sequence[Network]) -> str:
    """Returns the right-most hop that is no trusted proxy.

    Each proxy appends the address that connected to it, so whatever stands further left is the client's own claim.
    Only a trusted peer's list counts. If every hop is a trusted proxy, the last one of the list is the answer: the
    peer itself has seen it.
    """
    if not is_trusted(peer, trusted):
        return peer
    hops = [_address(hop.strip()) for value in forwarded_for for hop in value.split(",")]
    last = peer
    for number, hop in enumerate(reversed(hops)):
        # A hop that is no address ends the list: nothing to its left is known to come from a proxy.
        if hop is None:
            break
        if not is_trusted(hop, trusted):
            return hop
        if number == 0:
            last = hop
    return last


def subscriber(address: str) -> str:
    """Returns what to count attempts by: an IPv4 address, or the /64 that one subscriber of IPv6 holds."""
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, _IPV6_SUBSCRIBER_BITS), strict=False))
    return str(parsed) if parsed is not None else address[:64]


def _address(hop: str) -> str | None:
    """The address of a hop, which may carry a port: `1.2.3.4:80`, `[::1]:80`."""
    host = hop[1:].partition("]")[0] if hop.startswith("[") else hop.partition(":")[0] if hop.count(":") == 1 else hop
    parsed = _parsed(host)
    return None if parsed is None else str(parsed)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def is_trusted(text: str, trusted: Sequence[Network]) -> bool:
    """Whether an address belongs to one of these networks."""
    parsed = _parsed(text)
    return parsed is not None and any(parsed in network for network in trusted)
