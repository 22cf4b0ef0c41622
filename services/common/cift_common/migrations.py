"""Schema migrations: alembic runs SQL files, each service owns one schema.

A service has `migrations/env.py` (it calls `run`) and `migrations/versions/NNNN_name.py`, each beside a `.sql` file
of its own name. Expand → migrate → contract: a revision must work with the code of the release before it.
"""

import importlib.resources
import time
from dataclasses import dataclass
from pathlib import Path

from alembic import command, context, op
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, pool
from sqlalchemy.exc import OperationalError

PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Rights:
    """To whom a schema belongs, and what its service may do there: everything with rows, and nothing with tables."""

    owner: str
    """A role that the migration may become; everything that it makes is this role's."""
    role: str
    append_only: tuple[str, ...] = ()
    """Tables where the service adds rows, and neither changes nor removes one."""


def upgrade(package: str, schema: str, url: str, rights: Rights | None = None) -> None:
    """Brings `schema` to the newest revision of `package`; one process at a time, the others wait.

    Without `rights` whoever migrates owns what is made, and grants nothing.
    """
    config = Config()
    config.set_main_option("script_location", str(importlib.resources.files(package) / "migrations"))
    config.attributes.update(schema=schema, url=url, rights=rights)
    command.upgrade(config, "head")


def run() -> None:
    """For `env.py`."""
    attributes = context.config.attributes
    schema = attributes["schema"]
    url = attributes["url"].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=pool.NullPool)
    with _connected(engine) as connection:
        rights: Rights | None = attributes["rights"]
        if rights is not None:
            connection.exec_driver_sql(f"SET ROLE {rights.owner}")
        connection.exec_driver_sql("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (f"migrate {schema}",))
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        connection.commit()
        context.configure(connection=connection, version_table_schema=schema, transactional_ddl=True)
        with context.begin_transaction():
            context.run_migrations()
        if rights is not None:
            _grant(connection, schema, rights)
        connection.commit()


def _grant(connection: Connection, schema: str, rights: Rights) -> None:
    """In one transaction, so that a running service keeps its rights meanwhile; rights that somebody added are gone."""
    role = rights.role
    for statement in (
        f"REVOKE ALL ON SCHEMA {schema} FROM PUBLIC, {role}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {role}",
        f"REVOKE ALL ON ALL ROUTINES IN SCHEMA {schema} FROM PUBLIC, {role}",
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        f"GRANT EXECUTE ON ALL ROUTINES IN SCHEMA {schema} TO {role}",
        *(f"REVOKE UPDATE, DELETE ON {schema}.{table} FROM {role}" for table in rights.append_only),
        f"REVOKE INSERT, UPDATE, DELETE ON {schema}.alembic_version FROM {role}",
    ):
        connection.exec_driver_sql(statement)


def _connected(engine: Engine) -> Connection:
    """Waits for a database that is being started beside us."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return engine.connect()
        except OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def execute_sql(revision_file: str) -> None:
    """Runs the `.sql` file beside a revision, as it is."""
    sql = Path(revision_file).with_suffix(".sql").read_text()
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(sql)
