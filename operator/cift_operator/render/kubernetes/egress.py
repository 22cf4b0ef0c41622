"""What components reach outside the platform: the ports of declared URLs, and no link-local address."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from cift_operator.components.model import Component
from cift_operator.components.values import Secret, parts_of
from cift_operator.render.kubernetes.values import Scope

_NAMESPACE = "kubernetes.io/metadata.name"
# Link-local addresses, and those of clouds' metadata services elsewhere: Azure, Alibaba, Amazon and Google over IPv6.
NEVER = (
    "169.254.0.0/16",
    "168.63.129.16/32",
    "100.100.100.200/32",
    "fe80::/10",
    "fd00:ec2::254/128",
    "fd20:ce::254/128",
)
_NEVER = tuple(ip_network(text) for text in NEVER)
_ANYWHERE = ("0.0.0.0/0", "::/0")
_PORTS = {
    "postgresql": 5432, "postgres": 5432, "nats": 4222, "tls": 4222, "redis": 6379, "rediss": 6379,
    "http": 80, "https": 443, "ws": 80, "wss": 443,
}  # fmt: skip
_STORE_PORTS = {"postgres": 5432, "nats": 4222, "cache": 6379, "questdb": 9000, "clickhouse": 8123, "mlflow": 5000}

Rule = dict[str, Any]


def dns(scope: Scope) -> Rule:
    """To the cluster's resolver and no other."""
    wanted = scope.platform.spec.security.network_policies.dns
    to: list[Rule] = [
        {
            "namespaceSelector": {"matchLabels": {_NAMESPACE: wanted.namespace}},
            "podSelector": {"matchLabels": dict(wanted.labels)},
        },
        *({"ipBlock": {"cidr": cidr}} for cidr in wanted.cidrs),
    ]
    ports = [{"port": port, "protocol": protocol} for port in wanted.ports for protocol in ("UDP", "TCP")]
    return {"to": to, "ports": ports}


def outside(scope: Scope, here: list[Component]) -> list[Rule]:
    """One rule a destination; where the spec lists addresses for a component, those and no others."""
    urls = sorted({url for component in here for url in _urls(scope, component)})
    if not urls:
        return []
    names = {component.name for component in here}
    listed = [
        one
        for one in scope.platform.spec.security.network_policies.egress
        if not one.components or names & set(one.components)
    ]
    if listed:
        return [{"to": [block(one.cidr)], "ports": [_tcp(port) for port in one.ports]} for one in listed]
    ports: dict[tuple[str, ...], set[int]] = {}
    for url, default in urls:
        for host, port in _places(url, default):
            ports.setdefault(host, set()).add(port)
    rules = []
    for peers, found in sorted(ports.items()):
        to = [rule for peer in peers for rule in _to(scope, peer)]
        if to:
            rules.append({"to": to, "ports": [_tcp(port) for port in sorted(found)]})
    return rules


def block(cidr: str, excluded: Iterable[str] = ()) -> Rule:
    """A network without what is never reached, and without `excluded`."""
    network = ip_network(cidr)
    found = [one for one in (*_NEVER, *(ip_network(text) for text in excluded)) if _within(one, network)]
    return {"ipBlock": {"cidr": cidr, **({"except": [str(one) for one in found]} if found else {})}}


def anywhere(excluded: Iterable[str] = ()) -> list[Rule]:
    return [block(cidr, excluded) for cidr in _ANYWHERE]


def _within(one: IPv4Network | IPv6Network, network: IPv4Network | IPv6Network) -> bool:
    if isinstance(one, IPv4Network) and isinstance(network, IPv4Network):
        return one.subnet_of(network) and one != network
    if isinstance(one, IPv6Network) and isinstance(network, IPv6Network):
        return one.subnet_of(network) and one != network
    return False


def _urls(scope: Scope, component: Component) -> set[tuple[str, int]]:
    """(URL, the port where it names none or cannot be read) of everything outside that the component talks to."""
    stores = scope.platform.spec.stores
    external = {
        (ref.url_from.name, ref.url_from.key): _STORE_PORTS[store]
        for store in _STORE_PORTS
        if (ref := getattr(stores, store).external) is not None
    }
    found = set()
    for part in component.values():
        if isinstance(part, Secret) and (default := external.get((part.name, part.key))) is not None:
            found.add((scope.facts.secrets.get((part.name, part.key), ""), default))
    for value in component.external_egress:
        text = "".join(
            scope.facts.secrets.get((part.name, part.key), "") if isinstance(part, Secret) else str(part)
            for part in parts_of(value)
        )
        found.add((text, _PORTS["https"]))
    if (endpoint := scope.platform.spec.observability.tracing.endpoint) and "CIFT_TRACE_EXPORT" in component.env:
        found.add((endpoint, 4317))
    return found


def _places(url: str, default: int) -> list[tuple[tuple[str, ...], int]]:
    """(peers, port) of every host of a URL. A peer is a CIDR, `namespace/NAME`, or empty for anywhere."""
    scheme = url.partition("://")[0] if "://" in url else ""
    found = []
    for one in url.split(","):
        # NATS writes the scheme before every host, PostgreSQL before the first.
        try:
            parts = urlsplit(one if "://" in one else f"{scheme}://{one}")
            host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, default)
        except ValueError:
            host, port = "", default
        found.append((_peers(host), port))
    return found


def _peers(host: str) -> tuple[str, ...]:
    try:
        address = ip_address(host)
    except ValueError:
        pass
    else:
        return (f"{address}/{address.max_prefixlen}",)
    labels = host.rstrip(".").split(".")
    if host and len(labels) == 1:
        return ("namespace/",)
    if len(labels) > 2 and labels[2] == "svc":
        return (f"namespace/{labels[1]}",)
    if len(labels) == 2:
        # `store.elsewhere` is a service of the namespace `elsewhere`, or a host of the internet.
        return ("", f"namespace/{labels[1]}")
    return ("",)


def _to(scope: Scope, peer: str) -> list[Rule]:
    if peer.startswith("namespace/"):
        name = peer.removeprefix("namespace/") or scope.facts.namespace
        return [{"namespaceSelector": {"matchLabels": {_NAMESPACE: name}}}]
    if peer:
        # A declared address that is one of those is not opened.
        return [] if any(ip_network(peer) == one or _within(ip_network(peer), one) for one in _NEVER) else [block(peer)]
    return anywhere(scope.platform.spec.security.network_policies.cluster_cidrs)


def _tcp(port: int) -> Rule:
    return {"port": port, "protocol": "TCP"}
