"""ClickHouse's HTTP interface as an ASGI application."""

import asyncio
import base64
import binascii
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from cift_clickhouse.config import Config
from cift_clickhouse.engine import Engine
from cift_clickhouse.statement import parse

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
_CODE = re.compile(r"Code: (\d+)")
# ClickHouse's own numbers.
AUTHENTICATION_FAILED = 516
NOT_IMPLEMENTED = 48


class App:
    def __init__(self, config: Config, engine: Engine) -> None:
        self._config, self._engine = config, engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await _body(receive)
        status, answer, headers = await self._answer(scope, body)
        headers = {"content-length": str(len(answer)), "x-clickhouse-timezone": "UTC", **headers}
        fields = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": answer})

    async def _answer(self, scope: Scope, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        if scope["path"] == "/ping":
            return 200, b"Ok.\n", {}
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        parameters = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
        if not self._knows(headers, dict(parameters)):
            return _refusal(403, AUTHENTICATION_FAILED, "Authentication failed: wrong user or password")
        if headers.get("content-encoding", "identity") != "identity":
            return _refusal(501, NOT_IMPLEMENTED, "compressed requests are not understood here: use compress=False")
        loop = asyncio.get_running_loop()
        try:
            statement = parse(parameters, body)
            result = await loop.run_in_executor(self._engine.threads, self._engine.run, statement)
        except Exception as error:  # the engine raises its own, the client library others
            text = str(error)
            code = _CODE.search(text)
            return _refusal(500, int(code[1]) if code else 1002, text)
        summary = '{"read_rows":"0","written_rows":"0"}'
        return 200, result, {"x-clickhouse-format": statement.format, "x-clickhouse-summary": summary}

    def _knows(self, headers: Mapping[str, str], parameters: Mapping[str, str]) -> bool:
        user, password = headers.get("x-clickhouse-user"), headers.get("x-clickhouse-key", "")
        scheme, _, credential = headers.get("authorization", "").partition(" ")
        if user is None and scheme.lower() == "basic":
            try:
                user, _, password = base64.b64decode(credential, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                return False
        if user is None:
            user, password = parameters.get("user", "default"), parameters.get("password", "")
        known = self._config.passwords.get(user)
        return known is not None and hmac.compare_digest(known.encode(), password.encode())


def _refusal(status: int, code: int, text: str) -> tuple[int, bytes, dict[str, str]]:
    message = text if _CODE.search(text) else f"Code: {code}. DB::Exception: {text}"
    return status, message.encode() + b"\n", {"x-clickhouse-exception-code": str(code)}


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
