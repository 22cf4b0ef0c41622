"""ClickHouse: what analytics knows. One machine runs its engine behind the same interface (`cift_clickhouse`)."""

from cift_operator.api import PlatformSpec
from cift_operator.api.resources import resources
from cift_operator.components.model import Component, ConfigFile, GeneratedSecret, Port, Probe, Stage, Volume
from cift_operator.components.values import (
    Address,
    Certificate,
    File,
    Folder,
    Host,
    PortNumber,
    Secret,
    Text,
    Value,
    text,
)

PASSWORD = GeneratedSecret("clickhouse", "password", bytes=24)
_CONFIG = "config.yaml"
_MEMORY_MAX = 2 * 10**9


def component(spec: PlatformSpec) -> Component:
    store = spec.stores.clickhouse.settings
    return Component(
        name="clickhouse",
        stage=Stage.STORES,
        image="clickhouse/clickhouse-server:26.8",
        command=("clickhouse-server",),
        store=True,
        args=(text("--config-file=", File(_CONFIG)),),
        files=(ConfigFile(_CONFIG, _configuration()),),
        ports=(Port("http", 8443 if serves_tls(spec) else 8123, scheme="http"),),
        readiness=Probe("http", "http", "/ping", start_seconds=120),
        volumes=(Volume("data", "/var/lib/clickhouse", size=store.storage.size, class_name=store.storage.class_name),),
        secrets=(PASSWORD,),
        resources=store.resources,
        needs=resources("100m", "768Mi", "3Gi"),
        pod=store.pod,
        delegate="clickHouseOperator" if store.mode == "clickHouseOperator" else "",
        serves_tls=serves_tls(spec),
        stop_seconds=30,
    )


def serves_tls(spec: PlatformSpec) -> bool:
    """An installed operator runs it with a certificate of the platform's; the one that we run speaks without."""
    return spec.store_tls and spec.stores.clickhouse.mode == "clickHouseOperator"


def _configuration() -> Text:
    return text(
        "logger: {level: warning, console: true}\nlisten_host: '",
        Host(),
        "'\nhttp_port: ",
        PortNumber("http"),
        "\npath: ",
        Folder("data"),
        "/\ntmp_path: ",
        Folder("data"),
        "/tmp/\nuser_files_path: ",
        Folder("data"),
        "/user_files/\nformat_schema_path: ",
        Folder("data"),
        "/format_schemas/\n",
        "mark_cache_size: 67108864\ndefault_profile: default\ndefault_database: default\n"
        "user_directories:\n  users_xml:\n    path: ",
        File(_CONFIG),
        f"\nprofiles:\n  default: {{max_threads: 2, max_memory_usage: {_MEMORY_MAX}}}\n"
        "quotas:\n  default: {}\n"
        "users:\n  cift:\n    password: '",
        Secret(PASSWORD.name, PASSWORD.key),
        "'\n    profile: default\n    quota: default\n    networks: {ip: '::/0'}\n",
    )


def url(spec: PlatformSpec) -> Value:
    """What analytics connects to."""
    if (external := spec.stores.clickhouse.external) is not None:
        return Secret(external.url_from.name, external.url_from.key)
    way, checked = ("https", ("?ca_cert=", Certificate("ca.crt"))) if serves_tls(spec) else ("http", ())
    password = Secret(PASSWORD.name, PASSWORD.key)
    return text(f"{way}://cift:", password, "@", Address("clickhouse", "http"), "/cift", *checked)
