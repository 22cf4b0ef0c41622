"""Under which names the gateway is reached, and which pages may use a browser's credentials there."""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_LOCAL = ("localhost", "127.0.0.1", "[::1]")
_WILDCARDS = ("", "0.0.0.0", "[::]", "::")
_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}


@dataclass(frozen=True, slots=True)
class Site:
    """Hosts are names without a port; origins are `scheme://host[:port]`.

    Where it listens on every interface any address is taken as a host: an address cannot be rebound as a name can.
    """

    is_https: bool
    hosts: frozenset[str]
    origins: frozenset[str] = field(default_factory=frozenset)
    https_hosts: frozenset[str] = field(default_factory=frozenset)
    takes_addresses: bool = False

    def allows_host(self, host: str) -> bool:
        name = host_of(host)
        return name in self.hosts or (self.takes_addresses and _is_address(name))

    def is_secure(self, host: str) -> bool:
        """Whether clients reach this host over TLS."""
        return self.is_https or host_of(host) in self.https_hosts

    def allows_origin(self, origin: str, host: str) -> bool:
        """Whether a page of this origin may: it is the gateway's own at this host, or one of those that are listed."""
        if origin in self.origins:
            return True
        parts = _split(origin)
        # Whoever forwards a port to this machine comes without TLS.
        if parts is None or (self.is_secure(host) and parts[0] != "https" and parts[1] not in _LOCAL):
            return False
        scheme, name, port = parts
        wanted_port = host.rpartition(":")[2] if _has_port(host) else _PORTS[scheme]
        return name == host_of(host) and port == wanted_port


def make(
    public_url: str, listen: str, hosts: str, origins: str, *, https_hosts: str = "", is_https: bool = False
) -> Site:
    """`hosts` and `origins` with commas; the public URL's own are among them."""
    public = _split(public_url)
    bound = listen.rpartition(":")[0].lower()
    secure = _names(https_hosts)
    names = {*_LOCAL, *secure, *_names(hosts)}
    if public is not None:
        names.add(public[1])
    if bound not in _WILDCARDS:
        names.add(bound)
    listed = {origin.strip().rstrip("/").lower() for origin in origins.split(",") if origin.strip()}
    return Site(
        is_https=is_https or (public is not None and public[0] == "https"),
        hosts=frozenset(names),
        origins=frozenset(listed | ({_origin(public_url)} if public is not None else set())),
        https_hosts=frozenset(secure),
        takes_addresses=bound in _WILDCARDS,
    )


def _names(text: str) -> set[str]:
    return {host_of(host.strip()) for host in text.split(",") if host.strip()}


def host_of(host: str) -> str:
    """The name in a Host header, without its port and in small letters."""
    return (host.rpartition(":")[0] if _has_port(host) else host).lower().rstrip(".")


def _has_port(host: str) -> bool:
    return ":" in host and not host.endswith("]") and (host.startswith("[") or host.count(":") == 1)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _split(url: str) -> tuple[str, str, str] | None:
    """Scheme, host and port of a URL; None where it is none of ours."""
    try:
        parts = urlsplit(url.lower())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return parts.scheme, name, str(port) if port else _PORTS[parts.scheme]


def _origin(url: str) -> str:
    parts = urlsplit(url.lower())
    return f"{parts.scheme}://{parts.netloc}"
