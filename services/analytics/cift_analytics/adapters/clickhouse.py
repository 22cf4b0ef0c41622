"""ClickHouse through its official client: connected when it is needed, and again when it was away."""

import asyncio
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import aiohttp
import clickhouse_connect
from cift_common import logging
from cift_common.errors import CiftError, DeadlineExceeded, ResourceExhausted, Unavailable
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError

_log = logging.get(__name__)
# ClickHouse's own numbers.
_TIMEOUT_EXCEEDED, _MEMORY_LIMIT_EXCEEDED, _TOO_MANY_QUERIES = 159, 241, 202
_AWAY = (ClickHouseError, aiohttp.ClientError, OSError, TimeoutError)


class ClickHouse:
    """Raises `Unavailable` where the server does not answer or fails."""

    def __init__(self, url: str, timeout_seconds: int) -> None:
        self._url, self._timeout = urlsplit(url), timeout_seconds
        self._database = self._url.path.strip("/") or "default"
        # `?ca_cert=FILE`: whose certificates are believed; without it those of the system's.
        self._authority = dict(parse_qsl(self._url.query)).get("ca_cert")
        self._client: Any = None
        self._connecting = asyncio.Lock()

    async def query(
        self, sql: str, parameters: Mapping[str, Any] | None = None, settings: Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        client = await self._connected()
        try:
            answer = await client.query(sql, parameters=dict(parameters or {}), settings=self._bounded(settings))
        except _AWAY as error:
            raise await self._failed(error) from error
        rows: list[tuple[Any, ...]] = answer.result_rows
        return rows

    async def file(self, sql: str, parameters: Mapping[str, Any], format_name: str) -> bytes:
        """The result as a file in one of ClickHouse's formats."""
        client = await self._connected()
        try:
            content: bytes = await client.raw_query(
                sql, parameters=dict(parameters), settings=self._bounded(None), fmt=format_name
            )
        except _AWAY as error:
            raise await self._failed(error) from error
        return content

    async def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        client = await self._connected()
        try:
            await client.command(sql, parameters=dict(parameters or {}))
        except _AWAY as error:
            raise await self._failed(error) from error

    async def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        if not rows:
            return
        client = await self._connected()
        try:
            await client.insert(table, rows, column_names=columns)
        except _AWAY as error:
            raise await self._failed(error) from error

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _bounded(self, settings: Mapping[str, Any] | None) -> dict[str, Any]:
        return {
            "max_execution_time": self._timeout,
            "do_not_merge_across_partitions_select_final": 1,
            **(settings or {}),
        }

    async def _connected(self) -> Any:
        async with self._connecting:
            if self._client is None:
                try:
                    client = await self._connect("")
                    await client.command(f"CREATE DATABASE IF NOT EXISTS `{self._database}`")
                    await client.close()
                    self._client = client = await self._connect(self._database)
                    for statement in _schema():
                        await client.command(statement)
                except _AWAY as error:
                    raise await self._failed(error) from error
            return self._client

    async def _connect(self, database: str) -> Any:
        return await clickhouse_connect.get_async_client(
            host=self._url.hostname or "127.0.0.1",
            port=self._url.port or (8443 if self._url.scheme == "https" else 8123),
            secure=self._url.scheme == "https",
            ca_cert=self._authority,
            username=unquote(self._url.username or "default"),
            password=unquote(self._url.password or ""),
            database=database or None,
            compress=False,
            autogenerate_session_id=False,
            connect_timeout=5,
            send_receive_timeout=self._timeout + 5,
            query_retries=0,
        )

    async def _failed(self, error: BaseException) -> CiftError:
        code = _code(error)
        if code == _TIMEOUT_EXCEEDED:
            return DeadlineExceeded(
                f"the answer took longer than {self._timeout} s; ask for a shorter range",
                field="start",
                limit=f"{self._timeout} s",
            )
        if code in (_MEMORY_LIMIT_EXCEEDED, _TOO_MANY_QUERIES):
            return ResourceExhausted("ClickHouse has too much to do; ask for less, or later", reason="STORE_BUSY")
        _log.warning("ClickHouse failed", error=f"{type(error).__name__}: {error}"[:500])
        if code is None:
            # It may come back as an empty one: the schema is looked at again.
            await self.close()
        return Unavailable("the analytics store does not answer", reason="STORE_UNAVAILABLE")


def _code(error: BaseException) -> int | None:
    if not isinstance(error, DatabaseError):
        return None
    _, found, rest = str(error).partition("Code: ")
    number = rest.split(".", 1)[0]
    return int(number) if found and number.isdigit() else None


def _schema() -> list[str]:
    """Every statement of every migration, in order; each may be repeated."""
    folder = resources.files("cift_analytics") / "migrations"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    statements = [statement for file in files for statement in file.read_text().split(";\n")]
    return [statement for statement in statements if _is_something(statement)]


def _is_something(statement: str) -> bool:
    return any(line.strip() and not line.startswith("--") for line in statement.splitlines())
