"""What every WebSocket of ours shares: its life, who is behind it, how it ends."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from cift_common import logging
from cift_common.errors import ResourceExhausted, Unauthenticated
from fastapi import WebSocket, WebSocketDisconnect
from prometheus_client import Gauge

from cift_gateway.api import connections, scopes
from cift_gateway.domain.principal import Principal
from cift_gateway.service import origin
from cift_gateway.service.authentication import Authenticator, NotAuthorized

_log = logging.get(__name__)
_clients = Gauge("cift_gateway_websocket_clients", "Open WebSocket connections", ["kind"])

CLOSE_UNAUTHORIZED = 4401
CLOSE_FORBIDDEN = 4403
# More replies than these wait to be written: nothing more is read until there are fewer.
_REPLIES_WAITING_MAX = 8
CLOSE_TOO_SLOW = 4008
CLOSE_LATER = 1013
CLOSE_BAD_MESSAGE = 1007
_AUTHENTICATE_SECONDS = 10
_CLOSE_SECONDS = 2


class Socket(ABC):
    """One client: a task reads what it says, another writes what it is to be told, until one of them ends."""

    kind = ""

    def __init__(self, websocket: WebSocket, authenticator: Authenticator) -> None:
        self.websocket, self._authenticator = websocket, authenticator
        # Without one nobody could open the stream: the table says who may.
        self._scope = scopes.ROUTES[f"{scopes.STREAM} {websocket.scope['route'].path}"]
        self.principal: Principal | None = None
        self.connection = connections.of_scope(websocket.scope)
        # Set by `Sockets`: takes the socket in as one of its user's, or raises.
        self.admit: Callable[[Principal], None] = lambda _: None
        self.stall_seconds = 30.0
        self._replies = 0
        self._may_read = asyncio.Event()
        self._may_read.set()
        self._ended: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()
        self._expiry: asyncio.TimerHandle | None = None

    @abstractmethod
    def decode(self, data: str | bytes) -> Any:
        """A message of the client; `ValueError` where it is none."""

    @abstractmethod
    async def handle(self, message: dict[str, Any]) -> None: ...

    @abstractmethod
    async def write_all(self) -> None:
        """Sends what there is, for ever."""

    @abstractmethod
    def leave(self) -> None:
        """The connection is over: lets go of what it follows."""

    def reply_added(self) -> None:
        """An answer to the client waits to be written; reading pauses where too many do."""
        self._replies += 1
        if self._replies >= _REPLIES_WAITING_MAX:
            self._may_read.clear()

    def reply_written(self) -> None:
        self._replies -= 1
        if self._replies < _REPLIES_WAITING_MAX:
            self._may_read.set()

    async def write(self, message: dict[str, Any]) -> None:
        """Sends a message; a client that takes nothing for too long is closed as too slow."""
        try:
            async with asyncio.timeout(self.stall_seconds):
                await self.websocket.send(message)
        except TimeoutError:
            self.end(CLOSE_TOO_SLOW, f"too slow: nothing was read for {self.stall_seconds:g} s")
            await asyncio.Event().wait()

    def end(self, code: int, reason: str) -> None:
        """Closes the connection soon; the first reason counts."""
        if not self._ended.done():
            self._ended.set_result((code, reason[:120]))

    @property
    def is_ending(self) -> bool:
        return self._ended.done()

    async def authenticate(self, data: dict[str, Any]) -> None:
        """By `token`, or by key id and secret under either of Alpaca's names; `CiftError` otherwise."""
        lives_seconds = None
        if token := _text(data, "token"):
            principal = await self._authenticator.by_token(token)
            lives_seconds = self._authenticator.expires_in(token)
        else:
            key_id, key_secret = _text(data, "key_id", "key"), _text(data, "secret_key", "secret")
            principal = await self._authenticator.by_key(key_id, key_secret)
        if self._scope is not None:
            principal.require(self._scope)
        if self.principal is not None and principal.account_id != self.principal.account_id:
            raise Unauthenticated("this connection belongs to another account")
        if self.principal is None:
            self.admit(principal)
        self.principal = principal
        if self.connection is not None:
            self.connection.authenticated(principal.user_id)
        if lives_seconds is not None:
            self._end_after(lives_seconds, "the access token has expired")
        elif principal.expires_at is not None:
            self._end_after(max(0.0, principal.expires_at - time.time()), "the API key has expired")
        elif self._expiry is not None:
            self._expiry.cancel()

    def renew(self, principal: Principal) -> None:
        """The same user with other rights: the stream ends if they do not suffice."""
        self.principal = principal
        if self._scope is not None and self._scope not in principal.scopes:
            self.end(CLOSE_FORBIDDEN, f"the scope {self._scope} was taken away")

    def _end_after(self, seconds: float, reason: str) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
        self._expiry = asyncio.get_running_loop().call_later(seconds, self.end, CLOSE_UNAUTHORIZED, reason)

    async def run(self) -> None:
        self._end_after(_AUTHENTICATE_SECONDS, f"authenticate within {_AUTHENTICATE_SECONDS} s")
        tasks = [asyncio.create_task(self._read_all()), asyncio.create_task(self.write_all())]
        try:
            waits: list[asyncio.Future[Any]] = [*tasks, self._ended]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            if self._expiry is not None:
                self._expiry.cancel()
            self.leave()
        for outcome in outcomes:
            if isinstance(outcome, Exception) and not isinstance(outcome, WebSocketDisconnect | OSError):
                _log.error("stream failed", kind=self.kind, exc_info=outcome)
                self.end(1011, "internal error; come back")
        if self._ended.done():
            await self._close(*self._ended.result())

    async def _close(self, code: int, reason: str) -> None:
        try:
            # A client that does not read at all never takes the close frame either.
            await asyncio.wait_for(self.websocket.close(code, reason), _CLOSE_SECONDS)
        except TimeoutError:
            if self.connection is not None:
                self.connection.peer.end(code, reason)
        except (RuntimeError, WebSocketDisconnect, OSError):
            _log.info("client was gone", kind=self.kind, code=code, reason=reason)

    async def _read_all(self) -> None:
        while True:
            await self._may_read.wait()
            event = await self.websocket.receive()
            if event["type"] == "websocket.disconnect":
                return
            try:
                message = self.decode(event.get("text") or event.get("bytes") or b"")
                if not isinstance(message, dict):
                    raise ValueError("not an object")
            except ValueError:
                self.end(CLOSE_BAD_MESSAGE, "a message must be an object")
                return
            await self.handle(message)


def _text(data: dict[str, Any], *names: str) -> str:
    """The first of these fields that is given; `NotAuthorized` if it is not text."""
    for name in names:
        if found := data.get(name):
            if not isinstance(found, str):
                raise NotAuthorized(f"{name} must be text")
            return found
    return ""


class Sockets:
    """All open connections of this gateway."""

    def __init__(self, clients_max: int, clients_per_user_max: int, stall_seconds: float) -> None:
        self._clients_max, self._per_user_max = clients_max, clients_per_user_max
        self._stall_seconds = stall_seconds
        self._open: set[Socket] = set()
        self._authenticated: Counter[str] = Counter()

    async def serve(self, websocket: WebSocket, make: Callable[[WebSocket], Socket]) -> None:
        """From the handshake to the end of one connection."""
        client = websocket.client
        origin.enter(client.host if client else "unknown", websocket.headers.get("user-agent", ""))
        connection = connections.of_scope(websocket.scope)
        if connection is not None and websocket.client is not None:
            connection.identify(websocket.client.host)
        await websocket.accept()
        socket = make(websocket)
        socket.admit, socket.stall_seconds = self._admit, self._stall_seconds
        clients = _clients.labels(socket.kind)
        self._open.add(socket)
        clients.inc()
        try:
            await socket.run()
        finally:
            clients.dec()
            self._open.discard(socket)
            if socket.principal is not None:
                self._leave(socket.principal.user_id)

    def _admit(self, principal: Principal) -> None:
        if self._authenticated.total() >= self._clients_max:
            raise ResourceExhausted(
                f"at most {self._clients_max} streams at once; try again later",
                reason="TOO_MANY_STREAMS",
                limit=str(self._clients_max),
            )
        if self._authenticated[principal.user_id] >= self._per_user_max:
            raise ResourceExhausted(
                f"at most {self._per_user_max} streams of one user; close another one",
                reason="TOO_MANY_STREAMS",
                limit=str(self._per_user_max),
            )
        self._authenticated[principal.user_id] += 1

    def _leave(self, user_id: str) -> None:
        self._authenticated[user_id] -= 1
        if not self._authenticated[user_id]:
            del self._authenticated[user_id]

    def held(self) -> list[Principal]:
        """Who follows a stream."""
        return [socket.principal for socket in self._open if socket.principal is not None]

    def renew(self, changed: Mapping[Principal, Principal | None], disabled: frozenset[str]) -> None:
        """Closes the streams of those who may follow them no more."""
        for socket in self._open:
            principal = socket.principal
            if principal is None or principal not in changed:
                continue
            now = changed[principal]
            if now is not None:
                socket.renew(now)
            elif principal.user_id in disabled:
                socket.end(CLOSE_UNAUTHORIZED, "the user is disabled")
            else:
                socket.end(CLOSE_UNAUTHORIZED, "the credential was revoked")

    def close(self) -> None:
        for socket in self._open:
            socket.end(1012, "the gateway restarts; come back")
