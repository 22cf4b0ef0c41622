"""QuestDB: the history of ticks, bars and fills."""

from cift_operator.api import PlatformSpec
from cift_operator.api.resources import resources
from cift_operator.components.model import Component, Port, Probe, Stage, Volume
from cift_operator.components.values import Address, Folder, Listen, Secret, Value, text

# The official image has no program of this name, only Java with QuestDB inside. It is also told how much memory it may
# take, and where its natives are unpacked.
_START = """\
if command -v questdb > /dev/null; then exec questdb "$@"; fi
exec /app/bin/java -Xms64m -Xmx512m -XX:+UseSerialGC -XX:MaxMetaspaceSize=96m -XX:ReservedCodeCacheSize=64m \\
  -XX:-UsePerfData -Djava.io.tmpdir=/tmp -m io.questdb/io.questdb.ServerMain "$@"
"""

# A worker that finds nothing to do yields thousands of times before it sleeps, which takes the processor from the order
# path that it shares a machine with. Here it sleeps soon; only who waits for an answer is looked after more often.
_PATIENCE = {"YIELD_THRESHOLD": "1", "NAP_THRESHOLD": "2", "SLEEP_THRESHOLD": "10"}
_SLEEP_MS = {
    "HTTP": 10,
    "SHARED": 50,
    "HTTP_MIN": 50,
    "WAL_APPLY": 50,
    "MAT_VIEW_REFRESH": 100,
    "EXPORT": 100,
    "VIEW_COMPILER": 100,
}


def _workers() -> dict[str, Value]:
    return {
        f"QDB_{pool}_WORKER_{key}": value
        for pool, milliseconds in _SLEEP_MS.items()
        for key, value in {**_PATIENCE, "SLEEP_TIMEOUT": str(milliseconds)}.items()
    }


def component(spec: PlatformSpec) -> Component:
    store = spec.stores.questdb.settings
    return Component(
        name="questdb",
        stage=Stage.STORES,
        image="questdb/questdb:9.3.4",
        command=("questdb",),
        container_command=("/bin/sh", "-c", _START, "questdb"),
        store=True,
        args=("-d", Folder("data"), "-n"),
        env={
            # QuestDB takes every setting from the environment: http.bind.to is QDB_HTTP_BIND_TO.
            "QDB_HTTP_BIND_TO": Listen("http"),
            "QDB_HTTP_MIN_NET_BIND_TO": Listen("health"),
            "QDB_PG_ENABLED": "false",
            "QDB_LINE_TCP_ENABLED": "false",
            "QDB_TELEMETRY_ENABLED": "false",
            "QDB_TELEMETRY_HIDE_TABLES": "true",
            "QDB_METRICS_ENABLED": "true",
            # The defaults are for a machine of its own: a pool a core, and memory mapped by the hundred megabytes.
            "QDB_SHARED_WORKER_COUNT": "2",
            "QDB_HTTP_WORKER_COUNT": "2",
            "QDB_WAL_APPLY_WORKER_COUNT": "1",
            "QDB_MAT_VIEW_REFRESH_WORKER_COUNT": "1",
            **_workers(),
            "QDB_LOG_W_STDOUT_LEVEL": "CRITICAL,ERROR,ADVISORY",
            "QDB_CAIRO_COMMIT_MODE": "sync" if spec.profile == "production" else "nosync",
        },
        ports=(Port("http", 9000, scheme="http"), Port("health", 9003, scheme="http", metrics="/metrics")),
        readiness=Probe("http", "health", "/status", start_seconds=120),
        volumes=(Volume("data", "/var/lib/questdb", size=store.storage.size, class_name=store.storage.class_name),),
        resources=store.resources,
        needs=resources("100m", "512Mi", "1536Mi"),
        pod=store.pod,
        stop_seconds=30,
    )


def url(spec: PlatformSpec) -> Value:
    """What services connect to."""
    if (external := spec.stores.questdb.external) is not None:
        return Secret(external.url_from.name, external.url_from.key)
    return text("http://", Address("questdb", "http"))
