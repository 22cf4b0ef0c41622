"""PostgreSQL: the truth."""

from cift_operator.api import PlatformSpec
from cift_operator.api.resources import resources
from cift_operator.components import postgres_roles as roles
from cift_operator.components.access import ACCESS, ADMINISTRATOR
from cift_operator.components.model import Component, ConfigFile, Port, Probe, Stage, Volume
from cift_operator.components.values import (
    Address,
    Authority,
    Certificate,
    File,
    Folder,
    Host,
    PortNumber,
    Secret,
    Value,
    external_url,
    text,
)

IMAGE = "postgres:18"
USER = 999
"""That of the official image: initdb asks for its name."""

OWNER_OF_CLOUD_NATIVE_PG = ADMINISTRATOR
"""Its cluster is bootstrapped with this user, who owns the database and is nobody else there."""

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

# What a local run does by itself (`local/prepare.py`): the data folder is whole or not there.
_SETUP = """\
set -eu
umask 077
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  rm -rf "$PGDATA.new"
  initdb --pgdata="$PGDATA.new" --username="$POSTGRES_USER" --auth=reject \\
    --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --no-instructions
  printf 'CREATE DATABASE "%s"\\n' "$POSTGRES_DB" | postgres --single -D "$PGDATA.new" postgres
  mv "$PGDATA.new" "$PGDATA"
fi
"""


def component(spec: PlatformSpec) -> Component:
    store = spec.stores.postgres.settings
    secured = serves_tls(spec)
    way = "hostssl" if secured else "host"
    return Component(
        name="postgres",
        stage=Stage.STORES,
        image=IMAGE,
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
            *(_tls() if secured else ()),
        ),
        env={
            "POSTGRES_USER": ADMINISTRATOR,
            "POSTGRES_DB": roles.DATABASE,
            "PGDATA": Folder("data"),
            "CIFT_ROLES_FILE": File(roles.ROLES_FILE),
        },
        setup=_SETUP + roles.APPLY,
        user=USER,
        files=(
            ConfigFile("postgresql.conf", _SETTINGS),
            ConfigFile("pg_hba.conf", f"{way} all all all scram-sha-256\n{way} replication all all scram-sha-256\n"),
            *roles.files(spec),
        ),
        ports=(Port("sql", 5432, scheme="postgresql"),),
        readiness=Probe(
            "exec", command=("pg_isready", "-q", "-h", Host(), "-p", PortNumber("sql"), "-U", "cift", "-d", "cift")
        ),
        volumes=(
            Volume(
                "data",
                "/var/lib/postgresql/data",
                size=store.storage.size,
                class_name=store.storage.class_name,
                subfolder="pgdata",
            ),
        ),
        secrets=tuple(roles.password(role) for role in (ADMINISTRATOR, *roles.login_roles(spec))),
        resources=store.resources,
        needs=resources("100m", "192Mi", "1Gi"),
        replicas=store.instances if store.mode == "cloudNativePG" else 1,
        pod=store.pod,
        delegate="cloudNativePG" if store.mode == "cloudNativePG" else "",
        serves_tls=secured,
        # TERM would wait for every client to go.
        stop_signal="INT",
        stop_seconds=30,
    )


def serves_tls(spec: PlatformSpec) -> bool:
    """An installed operator has certificates of its own."""
    return spec.store_tls and spec.stores.postgres.mode == "managed"


def _tls() -> tuple[Value, ...]:
    files = {"ssl_cert_file": "tls.crt", "ssl_key_file": "tls.key"}
    named = (("-c", text(f"{setting}=", Certificate(file))) for setting, file in files.items())
    return "-c", "ssl=on", *(part for pair in named for part in pair)


def url(spec: PlatformSpec, role: str = ADMINISTRATOR) -> Value:
    """What a service connects to, as its own role."""
    if (external := spec.stores.postgres.external) is not None:
        return external_url(external, role)
    if spec.stores.postgres.mode == "cloudNativePG" and role in (ADMINISTRATOR, roles.MIGRATIONS):
        # An installed operator makes one user that owns the database, and no administrator.
        role = OWNER_OF_CLOUD_NATIVE_PG
    database = roles.MLFLOW if role == roles.MLFLOW and spec.stores.postgres.mode == "managed" else roles.DATABASE
    authority = Certificate("ca.crt") if serves_tls(spec) else Authority("postgres")
    checked = ("?sslmode=verify-full&sslrootcert=", authority) if spec.store_tls else ()
    secret = roles.password(role)
    password = Secret(secret.name, secret.key)
    return text(f"postgresql://{role}:", password, "@", Address("postgres", "sql"), f"/{database}", *checked)


def grants(spec: PlatformSpec, service: str) -> dict[str, Value]:
    """What a migration is told of the rights of its service (`cift_common.migrations`); nothing where all services come
    with one and the same address."""
    access, store = ACCESS[service], spec.stores.postgres
    if store.external is not None and roles.MIGRATIONS not in store.external.service_urls_from:
        return {}
    return {
        "CIFT_DATABASE_OWNER": OWNER_OF_CLOUD_NATIVE_PG if store.mode == "cloudNativePG" else roles.OWNER,
        "CIFT_DATABASE_ROLE": service,
        "CIFT_DATABASE_APPEND_ONLY": ",".join(access.append_only),
    }
