"""The engine: one folder, some threads with a connection each."""

import shutil
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import chdb

from cift_clickhouse.config import Config
from cift_clickhouse.statement import Statement

THREADS = 4


class Connection:
    """One session of the engine, for one thread."""

    def __init__(self, path: Path, profile: Mapping[str, str], scratch: Path) -> None:
        self._connection: Any = chdb.connect(str(path))
        self._profile, self._scratch = dict(profile), scratch
        self._settings: dict[str, str] = {}
        self._database = "default"

    def run(self, statement: Statement) -> bytes:
        """The result in the statement's format; `RuntimeError` where the engine refuses."""
        self._use(statement.database or "default")
        self._set(self._profile | dict(statement.settings))
        if statement.table:
            self._insert(statement)
            return b""
        result = self._connection.query(statement.sql, statement.format, params=dict(statement.parameters))
        return bytes(result.bytes() or b"") if statement.reads else b""

    def _insert(self, statement: Statement) -> None:
        columns = f" ({', '.join(map(_quoted, statement.columns))})" if statement.columns else ""
        with tempfile.NamedTemporaryFile(dir=self._scratch) as file:
            file.write(statement.block)
            file.flush()
            self._connection.query(
                f"INSERT INTO {statement.table}{columns} FROM INFILE {_literal(file.name)} FORMAT {statement.format}"
            )

    def _use(self, database: str) -> None:
        if database != self._database:
            self._connection.query(f"USE {_quoted(database)}")
            self._database = database

    def _set(self, wanted: dict[str, str]) -> None:
        """What an earlier statement wanted and this one does not goes back to its default."""
        for name in self._settings.keys() - wanted.keys():
            self._connection.query(f"SET {_quoted(name)} = DEFAULT")
            del self._settings[name]
        for name, value in wanted.items():
            if self._settings.get(name) != value:
                self._connection.query(f"SET {_quoted(name)} = {_literal(value)}")
                self._settings[name] = value

    def close(self) -> None:
        self._connection.close()


class Engine:
    """`run` is called on the engine's own `threads`."""

    def __init__(self, config: Config) -> None:
        config.path.mkdir(parents=True, exist_ok=True)
        self._config = config
        # Beside the data, so that what a killed process left is known, and taken away by the next one.
        self._scratch = config.path / "scratch"
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir()
        self._local = threading.local()
        # The engine lives as long as one connection does.
        self._connections = [self._connect()]
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="clickhouse")

    def _connect(self) -> Connection:
        return Connection(self._config.path, self._config.settings, self._scratch)

    def run(self, statement: Statement) -> bytes:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            self._local.connection = connection = self._connect()
            self._connections.append(connection)
        return connection.run(statement)

    def close(self) -> None:
        """When nothing runs any more."""
        self.threads.shutdown()
        for connection in reversed(self._connections):
            connection.close()
        shutil.rmtree(self._scratch, ignore_errors=True)


def _quoted(name: str) -> str:
    return f"`{name.replace('`', '')}`"


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
