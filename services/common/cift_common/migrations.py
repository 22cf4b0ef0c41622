"""Schema migrations: alembic runs SQL files, each service owns one schema.

A service has `migrations/env.py` (it calls `run`) and `migrations/versions/NNNN_name.py`, each beside a `.sql` file
of its own name. Expand → migrate → contract: a revision must work with the code of the release before it.
"""

import importlib.resources
import time
from pathlib import Path

from alembic import command, context, op
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, pool
from sqlalchemy.exc import OperationalError

PATIENCE_SECONDS = 20.0


def upgrade(package: str, schema: str, url: str) -> None:
    """Brings `schema` to the newest revision of `package`; one process at a time, the others wait."""
    config = Config()
    config.set_main_option("script_location", str(importlib.resources.files(package) / "migrations"))
    config.attributes.update(schema=schema, url=url)
    command.upgrade(config, "head")


def run() -> None:
    """For `env.py`."""
    attributes = context.config.attributes
    schema = attributes["schema"]
    url = attributes["url"].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=pool.NullPool)
    with _connected(engine) as connection:
        connection.exec_driver_sql("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (f"migrate {schema}",))
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        connection.commit()
        context.configure(connection=connection, version_table_schema=schema, transactional_ddl=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


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
