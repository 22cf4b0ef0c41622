"""PostgreSQL: the truth."""

from cift_operator.api import PlatformSpec
from cift_operator.components.model import Component, ConfigFile, GeneratedSecret, Port, Probe, Stage, Volume
from cift_operator.components.values import Address, File, Folder, Host, PortNumber, Secret, Value, text

PASSWORD = GeneratedSecret("postgres", "password", bytes=24)

_SETTINGS = """\
unix_socket_directories = ''
password_encryption = scram-sha-256
max_connections = 100
shared_buffers = 32MB
work_mem = 4MB
maintenance_work_mem = 32MB
effective_cache_size = 512MB
max_parallel_workers_per_gather = 0
jit = off

# Nothing that was acknowledged may be lost.
fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = replica
max_wal_size = 1GB
min_wal_size = 128MB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9

# A client that has gone must not hold its locks.
tcp_keepalives_idle = 30
tcp_keepalives_interval = 10
tcp_keepalives_count = 3
client_connection_check_interval = 5s
idle_in_transaction_session_timeout = 60s

timezone = UTC
log_timezone = UTC
log_min_duration_statement = 500ms
log_checkpoints = off
log_line_prefix = '%m [%p] %q%a '
"""


def component(spec: PlatformSpec) -> Component:
    store = spec.stores.postgres.settings
    return Component(
        name="postgres",
        stage=Stage.STORES,
        image="postgres:18",
        command=("postgres",),
        store=True,
        args=(
            "-D",
            Folder("data"),
            "-c",
            text("config_file=", File("postgresql.conf")),
            "-c",
            text("hba_file=", File("pg_hba.conf")),
            "-c",
            text("listen_addresses=", Host()),
            "-p",
            PortNumber("sql"),
        ),
        env={
            "POSTGRES_USER": "cift",
            "POSTGRES_DB": "cift",
            "POSTGRES_PASSWORD": Secret(PASSWORD.name, PASSWORD.key),
        },
        files=(
            ConfigFile("postgresql.conf", _SETTINGS),
            ConfigFile("pg_hba.conf", "host all all all scram-sha-256\nhost replication all all scram-sha-256\n"),
        ),
        ports=(Port("sql", 5432, scheme="postgresql"),),
        readiness=Probe(
            "exec", command=("pg_isready", "-q", "-h", Host(), "-p", PortNumber("sql"), "-U", "cift", "-d", "cift")
        ),
        volumes=(Volume("data", "/var/lib/postgresql/data", store.storage.size, store.storage.class_name),),
        secrets=(PASSWORD,),
        resources=store.resources,
        # TERM would wait for every client to go.
        stop_signal="INT",
        stop_seconds=30,
    )


def url(spec: PlatformSpec) -> Value:
    """What services connect to."""
    if (external := spec.stores.postgres.external) is not None:
        return Secret(external.url_from.name, external.url_from.key)
    return text("postgresql://cift:", Secret(PASSWORD.name, PASSWORD.key), "@", Address("postgres", "sql"), "/cift")
