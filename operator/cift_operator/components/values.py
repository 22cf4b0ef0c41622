"""Values that only a rendering can fill in: where another component is, a secret, a folder."""

from dataclasses import dataclass

from cift_operator.api.stores import ExternalStore


@dataclass(frozen=True)
class Secret:
    """A key of a secret."""

    name: str
    key: str


@dataclass(frozen=True)
class PublicKey:
    """The Ed25519 public keys of a generated secret that holds seeds: what a component verifies with that must not be
    able to sign."""

    name: str
    key: str


@dataclass(frozen=True)
class Address:
    """Where others reach a component's port: `host:port`, or `unix:/path` where the port is a socket."""

    component: str
    port: str


@dataclass(frozen=True)
class Listen:
    """What the component itself binds: `host:port`, or the path of the socket."""

    port: str


@dataclass(frozen=True)
class Host:
    """The interface that the component binds."""


@dataclass(frozen=True)
class PortNumber:
    """The number of one of the component's own ports."""

    port: str


@dataclass(frozen=True)
class Folder:
    """Where one of the component's volumes is mounted."""

    volume: str


@dataclass(frozen=True)
class File:
    """Where one of the component's config files is."""

    name: str


@dataclass(frozen=True)
class Site:
    """Something that differs from one kind of installation to another; see `SITE_FACTS`."""

    fact: str


SITE_FACTS = {
    "trace-export": "where traces go: none, file:DIRECTORY or otlp:ENDPOINT",
    "credentials-file": "where the gateway writes the demo user's keys; empty: no demo user",
    "web-dir": "the terminal's static files",
    "gateway-hosts": "names, with commas, by which requests inside the installation call the gateway",
    "spool-dir": "where a service keeps what a store does not take now; it outlives the process, not the pod",
}


@dataclass(frozen=True)
class Certificate:
    """Where a file for TLS is: `ca.crt`, or the component's own `tls.crt` and `tls.key`."""

    file: str


@dataclass(frozen=True)
class Authority:
    """Where the CA is that an installed operator has made for a store."""

    component: str


Part = str | Secret | PublicKey | Address | Listen | Host | PortNumber | Folder | File | Site | Certificate | Authority


@dataclass(frozen=True)
class Text:
    """Parts one after the other."""

    parts: tuple[Part, ...]


Value = Part | Text


def text(*parts: Part) -> Text:
    return Text(parts)


def parts_of(value: Value) -> tuple[Part, ...]:
    """The parts of any value."""
    return value.parts if isinstance(value, Text) else (value,)


def external_url(store: ExternalStore, service: str) -> Secret:
    """Where a service finds the address of a store that somebody else runs."""
    reference = store.url(service)
    return Secret(reference.name, reference.key)
