"""Valkey: latest prices, positions, accounts. Holds nothing that cannot be rebuilt, so it writes nothing to disk."""

from cift_operator.api import PlatformSpec
from cift_operator.api.resources import resources
from cift_operator.components.model import Component, ConfigFile, GeneratedSecret, Port, Probe, Stage, Volume
from cift_operator.components.values import Address, File, Folder, Host, PortNumber, Secret, Value, text

PASSWORD = GeneratedSecret("valkey", "password", bytes=24)


def component(spec: PlatformSpec) -> Component:
    store = spec.stores.cache.settings
    return Component(
        name="valkey",
        stage=Stage.STORES,
        image="valkey/valkey:9-alpine",
        command=("valkey-server",),
        store=True,
        args=(File("valkey.conf"),),
        files=(
            ConfigFile(
                "valkey.conf",
                text(
                    "bind ",
                    Host(),
                    "\nport ",
                    PortNumber("client"),
                    '\ndir "',
                    Folder("data"),
                    '"\nrequirepass ',
                    Secret(PASSWORD.name, PASSWORD.key),
                    '\nappendonly no\nsave ""\nmaxmemory 256mb\nmaxmemory-policy allkeys-lru\n',
                ),
            ),
        ),
        ports=(Port("client", 6379, scheme="redis"),),
        readiness=Probe("tcp", "client"),
        volumes=(Volume("data", "/data", size=store.storage.size, class_name=store.storage.class_name),),
        secrets=(PASSWORD,),
        resources=store.resources,
        needs=resources("50m", "64Mi", "384Mi"),
        pod=store.pod,
    )


def url(spec: PlatformSpec) -> Value:
    """What services connect to."""
    if (external := spec.stores.cache.external) is not None:
        return Secret(external.url_from.name, external.url_from.key)
    return text("redis://:", Secret(PASSWORD.name, PASSWORD.key), "@", Address("valkey", "client"), "/0")
