"""With each service's own secrets, a program tries what is another service's, in every store: the store refuses it.

The matrix comes from the declaration (`cift_operator.components.access`); what must never change is spelled out.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nats
import psycopg
import pytest
from cift_common import migrations
from cift_common.messaging import Handler, Messenger
from cift_common.migrations import Rights
from cift_common.streams import CONSUMERS, EXECUTION_COMMANDS, MARKETDATA_FILLS, TRADING_REPORTS
from cift_operator.api import validate
from cift_operator.components import STORES, postgres
from cift_operator.components.access import ACCESS, kept_consumers, services
from cift_operator.components.nats_permissions import permissions
from cift_operator.components.postgres_roles import MIGRATIONS
from cift_operator.local import Platform
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from prometheus_client import REGISTRY

DECLARATION = validate(
    {
        "apiVersion": "cift.markets/v1alpha1",
        "kind": "TradingPlatform",
        "metadata": {"name": "identities"},
        "spec": {
            "analytics": {"enabled": True},
            "forecast": {"enabled": True},
            "observability": {"prometheus": {"enabled": True}},
        },
    }
)
SERVICES = services(DECLARATION.spec)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The stores of a platform that has every service."""
    platform = Platform(tmp_path_factory.mktemp("identities") / "state", DECLARATION, port_offset=None)
    platform.up(STORES)
    try:
        yield platform
    finally:
        platform.down(purge=True)


def test_every_service_is_tried() -> None:
    assert set(SERVICES) == set(ACCESS)


# NATS

PUBLISHERS = {
    "order.new.AAPL": {"trading"},
    "order.cancel.AAPL": {"trading"},
    "order.replace.AAPL": {"trading"},
    "account.0192.updates": {"trading"},
    "risk.refused.AAPL": {"trading"},
    "order.accepted.AAPL": {"execution"},
    "order.filled.AAPL": {"execution"},
    "order.canceled.AAPL": {"execution"},
    "order.replaced.AAPL": {"execution"},
    "order.rejected.AAPL": {"execution"},
    "order.expired.AAPL": {"execution"},
    "order.cancel_rejected.AAPL": {"execution"},
    "order.replace_rejected.AAPL": {"execution"},
    "md.quote.AAPL": {"marketdata"},
    "md.trade.AAPL": {"marketdata"},
    "md.status.AAPL": {"marketdata"},
    "md.bar.updated.AAPL": {"marketdata"},
    "md.bar.1m.AAPL": {"marketdata"},
    "risk.policy": {"risk"},
    "risk.halt": {"risk"},
    "signal.AAPL": {"forecast"},
    "auth.revoked": {"gateway"},
    # Nobody's.
    "order.settled.AAPL": set(),
    "account.0192": set(),
    "anything": set(),
    "_INBOX.trading.x": set(),
    "_deliver.ORDERS.execution": set(),
    "$SYS.REQ.SERVER.PING": set(),
    "$JS.API.STREAM.DELETE.ORDERS": set(),
    "$JS.API.STREAM.PURGE.ORDERS": set(),
    "$JS.API.STREAM.UPDATE.ORDERS": set(),
    "$JS.API.STREAM.CREATE.MINE": set(),
    "$JS.API.STREAM.MSG.DELETE.ORDERS": set(),
    "$JS.API.STREAM.MSG.GET.ORDERS": set(),
    "$JS.API.STREAM.SNAPSHOT.ORDERS": set(),
    "$JS.API.DIRECT.GET.ORDERS": set(),
    "$JS.API.CONSUMER.CREATE.ORDERS": set(),
    "$JS.API.CONSUMER.CREATE.ORDERS.mine": set(),
    "$JS.API.CONSUMER.DURABLE.CREATE.ORDERS.mine": set(),
    "$JS.API.CONSUMER.DELETE.ORDERS.execution": set(),
    "$JS.API.CONSUMER.MSG.NEXT.ORDERS.execution": set(),
    # A consumer delivers wherever its configuration says: to make one is to publish anything.
    "$JS.API.CONSUMER.DURABLE.CREATE.ORDERS.execution": {"trading"},
    "$JS.API.STREAM.CREATE.ORDERS": {"trading"},
    "$JS.ACK.ORDERS.execution.1.1.1.1.0": {"execution"},
    "$JS.ACK.ORDERS.trading.1.1.1.1.0": {"trading"},
}
SUBSCRIBERS = {
    "order.>": set(),
    "order.new.>": set(),
    "order.filled.>": set(),
    "account.>": set(),
    "account.*.updates": {"gateway"},
    "auth.revoked": {"gateway"},
    "risk.policy": {"trading"},
    "risk.refused.>": {"risk"},
    "signal.*": {"strategy"},
    "md.quote.>": {"trading", "execution", "gateway", "forecast", "strategy"},
    "_INBOX.>": set(),
    "_INBOX.trading.>": {"trading"},
    "_INBOX.gateway.x": {"gateway"},
    "_deliver.>": set(),
    "_deliver.ORDERS.execution": {"execution"},
    "_deliver.ORDERS.trading": {"trading"},
    "_deliver.ACCOUNTS.analytics-updates": {"analytics"},
    ">": set(),
    "$JS.API.>": set(),
    "$SYS.>": set(),
}


LAST = "nobody.may"


@dataclass
class Intruder:
    """A client with a service's own credentials that collects what the server refuses."""

    client: Client
    refusals: list[str] = field(default_factory=list)

    async def refused(self, action: str, subjects: Iterable[str]) -> set[str]:
        """Those of the subjects that may not be published, or subscribed to."""
        wanted = list(subjects)
        for subject in (*wanted, LAST):
            if action == "publish":
                await self.client.publish(subject, b"forged")
            else:
                await self.client.subscribe(subject)
        verb = "publish" if action == "publish" else "subscription"
        # The server answers in order: with the last refusal all are here.
        async with asyncio.timeout(30):
            while not any(f'violation for {verb} to "{LAST}"' in line for line in self.refusals):
                await self.client.flush()
        said = [line for line in self.refusals if f"violation for {verb} " in line]
        return {subject for subject in wanted if any(f'"{subject.lower()}"' in line for line in said)}


@asynccontextmanager
async def intruder(platform: Platform, service: str) -> AsyncIterator[Intruder]:
    refusals: list[str] = []

    async def on_error(error: Exception) -> None:
        refusals.append(str(error).lower())

    url = platform.store_urls(service)["nats_url"].partition("?")[0]
    client = await nats.connect(url, error_cb=on_error, allow_reconnect=False)
    try:
        yield Intruder(client, refusals)
    finally:
        await client.close()


def covers(pattern: str, subject: str) -> bool:
    """Whether every subject that `subject` stands for is one of the pattern's."""
    allowed, wanted = pattern.split("."), subject.split(".")
    for index, token in enumerate(allowed):
        if token == ">":
            return len(wanted) > index
        if index >= len(wanted) or (token != wanted[index] and (token != "*" or wanted[index] == ">")):
            return False
    return len(allowed) == len(wanted)


def concrete(pattern: str) -> str:
    return pattern.replace("*", "x").replace(">", "x")


@pytest.mark.parametrize("service", SERVICES)
async def test_nats_takes_from_a_service_what_is_its_own_and_nothing_else(platform: Platform, service: str) -> None:
    every = {name: permissions(name, ACCESS[name], kept_consumers(DECLARATION.spec)) for name in SERVICES}
    own = every[service]
    published = {concrete(subject) for one in every.values() for subject in one.publish} | PUBLISHERS.keys()
    subscribed = {subject for one in every.values() for subject in one.subscribe} | SUBSCRIBERS.keys()
    # With streams, so that what goes through would have an effect.
    keeper = await Messenger.connect(platform.store_urls("trading")["nats_url"], "trading")
    await keeper.keep(CONSUMERS.values())
    before = await _state(platform)
    async with intruder(platform, service) as tried:
        harmless = {subject for subject in published if not _own(service, subject)}
        refused = await tried.refused("publish", harmless)
        assert refused == {s for s in harmless if not any(covers(p, s) for p in own.publish)}
        assert {s for s in refused if s in PUBLISHERS} == harmless & PUBLISHERS.keys()
        refused = await tried.refused("subscribe", subscribed)
        assert refused == {s for s in subscribed if not any(covers(p, s) for p in own.subscribe)}
        assert {s for s in SUBSCRIBERS if s not in refused} == {s for s, who in SUBSCRIBERS.items() if service in who}
    assert await _state(platform) == before
    await keeper.close()


def _own(service: str, subject: str) -> bool:
    consumers = kept_consumers(DECLARATION.spec)
    spelled = PUBLISHERS.get(subject)
    if spelled is not None:
        return service in spelled
    return any(covers(p, subject) for p in permissions(service, ACCESS[service], consumers).publish)


async def _state(platform: Platform) -> dict[str, object]:
    """What the streams hold and who reads them, as the administrator sees it."""
    client = await nats.connect(platform.store_urls()["nats_url"])
    stream = client.jetstream()
    found: dict[str, object] = {}
    for info in await stream.streams_info():
        name = info.config.name or ""
        consumers = {one.name: one.config for one in await stream.consumers_info(name)}
        found[name] = (info.config, info.state.messages, consumers)
    await client.close()
    return found


async def test_nats_takes_nobody_without_credentials(platform: Platform) -> None:
    address = platform.store_urls()["nats_url"].rpartition("@")[2]
    for credentials in ("", "trading@", "trading:wrong@", "nobody:wrong@", "cift:@"):
        with pytest.raises(NatsError, match=r"(?i)authorization violation"):
            await nats.connect(f"nats://{credentials}{address}", allow_reconnect=False, max_reconnect_attempts=0)


async def test_services_work_with_what_they_have(platform: Platform) -> None:
    """Trading keeps the streams, orders and fills arrive, and a consumer that is lost is made again."""
    messengers = {
        name: await Messenger.connect(platform.store_urls(name)["nats_url"], name)
        for name in ("trading", "execution", "marketdata", "forecast")
    }
    admin = await Messenger.connect(platform.store_urls()["nats_url"], "test")
    got: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()

    def taken_by(name: str) -> Handler:
        async def take(message: Msg) -> None:
            got.put_nowait((name, message.data))
            await message.ack_sync()

        return take

    try:
        for messenger in messengers.values():
            # Not its matter where another keeps them.
            await messenger.ensure_streams()
        # Before there is a stream or a consumer: execution starts first.
        await messengers["execution"].consume(EXECUTION_COMMANDS, taken_by("execution"))
        await messengers["marketdata"].consume(MARKETDATA_FILLS, taken_by("marketdata"))
        await messengers["trading"].keep([EXECUTION_COMMANDS, MARKETDATA_FILLS])
        await messengers["trading"].consume(TRADING_REPORTS, taken_by("trading"))
        async with asyncio.timeout(30):
            await messengers["trading"].publish("order.new.SCA", b"order", message_id="1")
            assert await got.get() == ("execution", b"order")
            await messengers["execution"].publish("order.filled.SCA", b"fill", message_id="2")
            assert {await got.get(), await got.get()} == {("trading", b"fill"), ("marketdata", b"fill")}
            await messengers["forecast"].publish("signal.SCA", b"signal", message_id="3")

            await admin.jetstream.delete_consumer("ORDERS", "execution")
            await messengers["trading"].publish("order.cancel.SCA", b"cancel", message_id="4")
            while await got.get() != ("execution", b"cancel"):
                pass
    finally:
        await admin.jetstream.purge_stream("ORDERS")
        for messenger in (*messengers.values(), admin):
            await messenger.close()


async def test_what_is_refused_is_counted(platform: Platform) -> None:
    def denied() -> float:
        return REGISTRY.get_sample_value("cift_messaging_denied_total") or 0

    before = denied()
    messenger = await Messenger.connect(platform.store_urls("risk")["nats_url"], "risk")
    await messenger.publish_core("order.filled.AAPL", b"forged")
    await messenger.client.flush()
    await messenger.close()
    assert denied() == before + 1


# PostgreSQL

OWNERS = {"trading": "trading", "execution": "execution", "risk": "risk", "gateway": "auth"}
APPEND_ONLY = {
    "trading.ledger",
    "trading.executions",
    "trading.unmatched_executions",
    "trading.events",
    "trading.audit_seals",
    "trading.audit_checkpoints",
    "risk.change_log",
    "auth.security_events",
}
FORBIDDEN = (
    "CREATE TABLE public.mine (n int)",
    "CREATE SCHEMA mine",
    "CREATE ROLE mine",
    "CREATE DATABASE mine",
    "CREATE TEMPORARY TABLE mine (n int)",
    "SET ROLE cift_owner",
    "SET ROLE cift",
    "SET session_replication_role = replica",
    "ALTER SYSTEM SET fsync = off",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT rolpassword FROM pg_authid",
    "ALTER ROLE trading SUPERUSER",
)

READS_CATALOGS = {("backup", "SELECT rolpassword FROM pg_authid")}
"""Who reads all data reads that as well: verifiers of random passwords, from which nobody finds one."""


@pytest.fixture(scope="module")
def database(platform: Platform) -> Platform:
    """With every schema, as the platform's own tasks make it."""
    for service in OWNERS:
        migrate(platform, service)
    return platform


def migrate(platform: Platform, service: str) -> None:
    """What the task `migrate-<service>` does, with its settings."""
    told = postgres.grants(DECLARATION.spec, service)
    rights = Rights(
        str(told["CIFT_DATABASE_OWNER"]),
        str(told["CIFT_DATABASE_ROLE"]),
        tuple(str(told["CIFT_DATABASE_APPEND_ONLY"]).split(",")) if told["CIFT_DATABASE_APPEND_ONLY"] else (),
    )
    url = platform.store_urls(MIGRATIONS)["database_url"]
    migrations.upgrade(f"cift_{service}", OWNERS[service], url, rights)


def connected(platform: Platform, role: str = "cift") -> psycopg.Connection[Any]:
    return psycopg.connect(platform.store_urls(role)["database_url"], autocommit=True)


def tables(platform: Platform) -> dict[str, str]:
    """Each table of the platform, with its schema."""
    with connected(platform) as connection:
        rows = connection.execute(
            "SELECT schemaname || '.' || tablename, schemaname FROM pg_tables WHERE schemaname = ANY (%s)",
            (list(OWNERS.values()),),
        )
        return dict(rows.fetchall())


def allowed(connection: psycopg.Connection[Any], statement: str) -> bool:
    """Whether the statement passes the check of rights; it has no effect."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege:
        return False
    except (psycopg.errors.IntegrityError, psycopg.errors.RaiseException):
        # A trigger or a constraint: the right itself was there.
        pass
    return True


def may_update(platform: Platform, role: str, table: str) -> bool:
    with connected(platform) as connection:
        row = connection.execute("SELECT has_any_column_privilege(%s, %s, 'UPDATE')", (role, table)).fetchone()
    assert row is not None
    return bool(row[0])


@pytest.mark.parametrize("role", [*OWNERS, "exporter", "backup"])
def test_a_role_has_rows_of_its_own_schema_and_nothing_else(database: Platform, role: str) -> None:
    with connected(database, role) as connection:
        for table, schema in tables(database).items():
            own = OWNERS.get(role) == schema
            version = table.endswith(".alembic_version")
            verbs = {
                f"SELECT FROM {table} LIMIT 1": own or role == "backup",
                f"INSERT INTO {table} DEFAULT VALUES": own and not version,
                f"DELETE FROM {table}": own and not version and table not in APPEND_ONLY,
                f"TRUNCATE {table}": False,
                f"DROP TABLE {table}": False,
                f"ALTER TABLE {table} DISABLE TRIGGER USER": False,
                f"CREATE TABLE {schema}.mine (n int)": False,
            }
            for statement, expected in verbs.items():
                assert allowed(connection, statement) == expected, f"{role}: {statement}"
            assert may_update(database, role, table) == (own and not version and table not in APPEND_ONLY), table
        for statement in FORBIDDEN:
            if (role, statement) not in READS_CATALOGS:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.encode())


def test_nobody_else_may_log_in_and_the_owner_may_not(database: Platform) -> None:
    with connected(database) as connection:
        found = connection.execute(
            "SELECT rolname, rolcanlogin, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
            " FROM pg_roles WHERE rolname !~ '^pg_'"
        ).fetchall()
        owners = connection.execute(
            "SELECT DISTINCT nspowner::regrole::text FROM pg_namespace WHERE nspname = ANY (%s)"
            " UNION SELECT DISTINCT relowner::regrole::text FROM pg_class"
            " WHERE relnamespace::regnamespace::text = ANY (%s)"
            " UNION SELECT datdba::regrole::text FROM pg_database WHERE datname = 'cift'",
            (list(OWNERS.values()),) * 2,
        ).fetchall()
    roles = {name: (log_in, powerful) for name, log_in, powerful in found}
    assert roles.pop("cift") == (True, True)
    assert roles.pop("cift_owner") == (False, False)
    assert set(roles) == {*OWNERS, "exporter", "migrations", "backup", "mlflow"}
    assert set(roles.values()) == {(True, False)}
    assert owners == [("cift_owner",)]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(database.store_urls("trading")["database_url"].replace("://trading:", "://cift_owner:"))


def test_each_database_has_its_users(database: Platform) -> None:
    def entered(role: str, name: str) -> bool:
        url = urlsplit(database.store_urls(role)["database_url"])._replace(path=f"/{name}").geturl()
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError as error:
            if "permission denied for database" not in str(error):
                raise
            return False
        return True

    assert {role for role in (*OWNERS, "mlflow", "exporter", "backup") if entered(role, "mlflow")} == {
        "mlflow",
        "backup",
    }
    assert not entered("mlflow", "cift")
    assert not [role for role in (*OWNERS, "mlflow") if entered(role, "postgres")]


def test_an_old_data_folder_is_taken_over_and_passwords_follow_their_files(tmp_path: Path) -> None:
    """One superuser owned it all, and the registry was a schema of the platform's database."""
    platform = Platform(tmp_path / "state", DECLARATION, port_offset=None)
    platform.up(STORES)
    try:
        with connected(platform) as connection:
            connection.execute("DROP DATABASE mlflow")
            connection.execute("CREATE SCHEMA mlflow")
            connection.execute("CREATE TABLE mlflow.runs (n serial PRIMARY KEY)")
            connection.execute("INSERT INTO mlflow.runs DEFAULT VALUES")
            connection.execute("ALTER DATABASE cift OWNER TO cift")
        for service, schema in OWNERS.items():
            migrations.upgrade(f"cift_{service}", schema, platform.store_urls()["database_url"])
        with connected(platform) as connection:
            connection.execute(
                "INSERT INTO trading.accounts (account_id, cash, multiplier, shorting_enabled, last_equity, day,"
                " created_at, updated_at) VALUES (gen_random_uuid(), 7, 1, false, 7, now(), now(), now())"
            )
        platform.down()
        secret = tmp_path / "state" / "secrets" / "postgres" / "trading"
        before = secret.read_text()
        secret.write_text("f" * 48)

        platform.up(STORES)
        for service in OWNERS:
            migrate(platform, service)
        test_nobody_else_may_log_in_and_the_owner_may_not(platform)
        test_a_role_has_rows_of_its_own_schema_and_nothing_else(platform, "trading")
        with connected(platform, "trading") as connection:
            assert connection.execute("SELECT cash FROM trading.accounts").fetchall() == [(7,)]
        old = platform.store_urls("trading")["database_url"].replace("f" * 48, before)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(old)
        with connected(platform, "mlflow") as connection:
            connection.execute("INSERT INTO mlflow.runs DEFAULT VALUES")
            assert connection.execute("SELECT n FROM mlflow.runs ORDER BY n").fetchall() == [(1,), (2,)]
            connection.execute("ALTER TABLE mlflow.runs ADD COLUMN name text")
            assert connection.execute("SELECT to_regnamespace('trading')").fetchone() == (None,)
        with connected(platform) as connection:
            assert connection.execute("SELECT to_regnamespace('mlflow')").fetchone() == (None,)
    finally:
        platform.down(purge=True)
