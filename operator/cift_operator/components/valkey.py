"""Valkey: latest prices, positions, accounts. Holds nothing that cannot be rebuilt, so it writes nothing to disk."""

from cift_operator.api import PlatformSpec
from cift_operator.api.resources import resources
from cift_operator.components.model import Component, ConfigFile, GeneratedSecret, Port, Probe, Stage, Volume
from cift_operator.components.values import (
    Address,
    Certificate,
    File,
    Folder,
    Host,
    Part,
    PortNumber,
    Secret,
    Value,
    text,
)

PASSWORD = GeneratedSecret("valkey", "password", bytes=24)

DRAGONFLY = "docker.dragonflydb.io/dragonflydb/dragonfly:v1.34.2"
# Where the renderings for containers mount config files.
_DRAGONFLY_START = ("/bin/sh", "-c", "exec dragonfly --flagfile=/etc/cift/dragonfly.flags")


def component(spec: PlatformSpec) -> Component:
    store = spec.stores.cache.settings
    dragonfly = store.engine == "dragonfly"
    return Component(
        name="valkey",
        stage=Stage.STORES,
        image=DRAGONFLY if dragonfly else "valkey/valkey:9-alpine",
        command=("valkey-server",),
        container_command=_DRAGONFLY_START if dragonfly else (),
        store=True,
        args=(File("valkey.conf"),),
        files=(
            ConfigFile(
                "valkey.conf",
                text(
                    "bind ",
                    Host(),
                    "\nport 0\ntls-port " if spec.store_tls else "\nport ",
                    PortNumber("client"),
                    *(_TLS if spec.store_tls else ()),
                    '\ndir "',
                    Folder("data"),
                    '"\nrequirepass ',
                    Secret(PASSWORD.name, PASSWORD.key),
                    '\nappendonly no\nsave ""\nmaxmemory 256mb\nmaxmemory-policy allkeys-lru\n',
                ),
            ),
            *((_dragonfly_flags(spec),) if dragonfly else ()),
        ),
        ports=(Port("client", 6379, scheme="redis"),),
        readiness=Probe("tcp", "client"),
        volumes=(Volume("data", "/data", size=store.storage.size, class_name=store.storage.class_name),),
        secrets=(PASSWORD,),
        resources=store.resources,
        needs=resources("50m", "64Mi", "384Mi"),
        pod=store.pod,
        serves_tls=spec.store_tls,
    )


# Whoever comes is known by the password.
_TLS: tuple[Part, ...] = (
    '\ntls-cert-file "', Certificate("tls.crt"), '"\ntls-key-file "', Certificate("tls.key"),
    '"\ntls-ca-cert-file "', Certificate("ca.crt"), '"\ntls-auth-clients no',
)  # fmt: skip
_DRAGONFLY_TLS: tuple[Part, ...] = (
    "--tls=true\n--tls_cert_file=", Certificate("tls.crt"), "\n--tls_key_file=", Certificate("tls.key"), "\n"
)  # fmt: skip


def _dragonfly_flags(spec: PlatformSpec) -> ConfigFile:
    """One thread, for a cache of this size; no snapshots."""
    return ConfigFile(
        "dragonfly.flags",
        text(
            "--bind=",
            Host(),
            "\n--port=",
            PortNumber("client"),
            "\n--dir=",
            Folder("data"),
            "\n--requirepass=",
            Secret(PASSWORD.name, PASSWORD.key),
            "\n--dbfilename=\n--proactor_threads=1\n--maxmemory=256mb\n--cache_mode=true\n",
            *(_DRAGONFLY_TLS if spec.store_tls else ()),
        ),
    )


def url(spec: PlatformSpec) -> Value:
    """What services connect to."""
    if (external := spec.stores.cache.external) is not None:
        return Secret(external.url_from.name, external.url_from.key)
    way, checked = ("rediss", ("?ssl_ca_certs=", Certificate("ca.crt"))) if spec.store_tls else ("redis", ())
    return text(f"{way}://:", Secret(PASSWORD.name, PASSWORD.key), "@", Address("valkey", "client"), "/0", *checked)
