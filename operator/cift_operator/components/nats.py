"""NATS with JetStream: events between the services. PostgreSQL is the truth; what is lost here is sent again."""

from cift_operator.api import PlatformSpec
from cift_operator.api.resources import resources
from cift_operator.components.model import Component, ConfigFile, GeneratedSecret, Port, Probe, Stage, Volume
from cift_operator.components.values import Address, Certificate, File, Folder, Listen, Part, Secret, Text, Value, text

PASSWORD = GeneratedSecret("nats", "password", bytes=24)


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
        secrets=(PASSWORD,),
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
        'authorization {\n  user: cift\n  password: "',
        Secret(PASSWORD.name, PASSWORD.key),
        '"\n}\n',
        *(_TLS if spec.store_tls else ()),
    )


_TLS: tuple[Part, ...] = (
    'tls {\n  cert_file: "', Certificate("tls.crt"), '"\n  key_file: "', Certificate("tls.key"), '"\n  timeout: 5\n}\n'
)  # fmt: skip


def _bytes(size: str) -> int:
    units = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
    unit = size.lstrip("0123456789.")
    return int(float(size.removesuffix(unit)) * units.get(unit, 1))


def url(spec: PlatformSpec) -> Value:
    """What services connect to."""
    if (external := spec.stores.nats.external) is not None:
        return Secret(external.url_from.name, external.url_from.key)
    way, checked = ("tls", ("?tls_ca=", Certificate("ca.crt"))) if spec.store_tls else ("nats", ())
    return text(f"{way}://cift:", Secret(PASSWORD.name, PASSWORD.key), "@", Address("nats", "client"), *checked)
