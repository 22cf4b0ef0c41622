"""NATS with JetStream: events between the services. PostgreSQL is the truth; what is lost here is sent again."""

import json

from cift_operator.api import PlatformSpec
from cift_operator.api.resources import resources
from cift_operator.components.access import ACCESS, ADMINISTRATOR, kept_consumers, services
from cift_operator.components.model import Component, ConfigFile, GeneratedSecret, Port, Probe, Stage, Volume
from cift_operator.components.nats_permissions import permissions
from cift_operator.components.values import (
    Address,
    Certificate,
    File,
    Folder,
    Listen,
    Part,
    Secret,
    Text,
    Value,
    external_url,
    text,
)

PASSWORD = GeneratedSecret("nats", "password", bytes=24)
"""The administrator's."""


def password(service: str) -> GeneratedSecret:
    """The password of one service; its user has the service's name."""
    return GeneratedSecret("nats", service, bytes=24)


def component(spec: PlatformSpec) -> Component:
    store = spec.stores.nats.settings
    return Component(
        name="nats",
        stage=Stage.STORES,
        image="nats:2.15-alpine",
        command=("nats-server",),
        store=True,
        args=("-c", File("nats.conf")),
        files=(ConfigFile("nats.conf", _configuration(spec)),),
        ports=(Port("client", 4222, scheme="nats"), Port("monitor", 8222, scheme="http")),
        readiness=Probe("http", "monitor", "/healthz"),
        volumes=(Volume("data", "/data", size=store.storage.size, class_name=store.storage.class_name),),
        secrets=(PASSWORD, *(password(service) for service in services(spec))),
        resources=store.resources,
        needs=resources("50m", "64Mi", "512Mi"),
        pod=store.pod,
        serves_tls=spec.store_tls,
        stop_seconds=15,
    )


def _configuration(spec: PlatformSpec) -> Text:
    # Flushing every message costs four fifths of the throughput; the outbox makes up for a lost one.
    sync = "always" if spec.profile == "production" else '"2m"'
    return text(
        "server_name: nats-0\nlisten: ",
        Listen("client"),
        "\nhttp: ",
        Listen("monitor"),
        "\nmax_payload: 1MB\n",
        "jetstream {\n  store_dir: ",
        '"',
        Folder("data"),
        '"',
        f"\n  max_memory_store: 64MB\n  max_file_store: {_bytes(spec.stores.nats.settings.storage.size)}",
        f"\n  sync_interval: {sync}\n}}\n",
        *_authorization(spec),
        *(_TLS if spec.store_tls else ()),
    )


def _authorization(spec: PlatformSpec) -> tuple[Part, ...]:
    """One user a service, with the rights of its declaration; nobody comes without a user."""
    users: list[Part] = [
        f'authorization {{\n  users: [\n    {{user: {ADMINISTRATOR}, password: "',
        _secret(PASSWORD),
        '"}\n',
    ]
    consumers = kept_consumers(spec)
    for service in services(spec):
        allowed = permissions(service, ACCESS[service], consumers)
        publish, subscribe = json.dumps(allowed.publish), json.dumps(allowed.subscribe)
        # An empty list would allow everything.
        publish = f"{{allow: {publish}}}" if allowed.publish else '{deny: [">"]}'
        users += [
            f'    {{user: {service}, password: "',
            _secret(password(service)),
            f'", permissions: {{\n      publish: {publish}\n      subscribe: {{allow: {subscribe}}}\n    }}}}\n',
        ]
    return *users, "  ]\n}\n"


def _secret(generated: GeneratedSecret) -> Secret:
    return Secret(generated.name, generated.key)


_TLS: tuple[Part, ...] = (
    'tls {\n  cert_file: "', Certificate("tls.crt"), '"\n  key_file: "', Certificate("tls.key"), '"\n  timeout: 5\n}\n'
)  # fmt: skip


def _bytes(size: str) -> int:
    units = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
    unit = size.lstrip("0123456789.")
    return int(float(size.removesuffix(unit)) * units.get(unit, 1))


def url(spec: PlatformSpec, service: str = ADMINISTRATOR) -> Value:
    """What a service connects to, as its own user; all but one leave streams and consumers to that one."""
    if (external := spec.stores.nats.external) is not None:
        return external_url(external, service)
    keeps = service == ADMINISTRATOR or ACCESS[service].keeps_streams
    options: list[tuple[Part, ...]] = [] if keeps else [("streams=kept",)]
    if spec.store_tls:
        options.append(("tls_ca=", Certificate("ca.crt")))
    query = (part for index, option in enumerate(options) for part in ("&" if index else "?", *option))
    way = "tls" if spec.store_tls else "nats"
    secret = _secret(PASSWORD if service == ADMINISTRATOR else password(service))
    return text(f"{way}://{service}:", secret, "@", Address("nats", "client"), *query)
