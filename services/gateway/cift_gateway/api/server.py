"""uvicorn inside our own life cycle: the process's signals are not its business."""

import asyncio
import contextlib
import functools
import resource
import socket
import time
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from cift_gateway.api.connections import Connections
from cift_gateway.api.http_protocol import HttpProtocol
from cift_gateway.api.proxies import Proxies
from cift_gateway.api.stream_protocol import StreamProtocol
from cift_gateway.domain.client_address import networks
from cift_gateway.domain.connection_limits import ConnectionLimits

_STREAM_MESSAGE_MAX = 64 * 1024
_DRAIN_SECONDS = 5
_BACKLOG = 2048
# The kernel's own buffers of a connection, which it would otherwise let grow to megabytes.
_SOCKET_BUFFER_BYTES = 128 * 1024
# A client that is gone without a word is missed after a minute.
_KEEP_ALIVE = {
    socket.TCP_KEEPIDLE: 30,
    socket.TCP_KEEPINTVL: 10,
    socket.TCP_KEEPCNT: 3,
    socket.TCP_USER_TIMEOUT: 60_000,
}
# Files, stores and other services need descriptors as well.
_DESCRIPTORS_RESERVED = 256
_TICKS_PER_SWEEP = 10


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self._connections = connections

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS_PER_SWEEP == 0:
            self._connections.sweep()
        return await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class HttpServer:
    def __init__(self, app: ASGIApp, listen: str, trusted_proxies: str, limits: ConnectionLimits) -> None:
        host, _, port = listen.rpartition(":")
        _allow_descriptors(limits.total + _DESCRIPTORS_RESERVED)
        self.connections = Connections(limits, trusted_proxies, time.monotonic)
        self._socket = _listen(host, int(port))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            Proxies(app, networks(trusted_proxies)),
            http=functools.partial(HttpProtocol, connections=self.connections),  # type: ignore[arg-type]
            ws=functools.partial(StreamProtocol, connections=self.connections),  # type: ignore[arg-type]
            ws_max_size=_STREAM_MESSAGE_MAX,
            # An update is small and must not wait for a compressor.
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=int(limits.keep_alive_seconds),
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
        self._server = _Server(config, self.connections)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> "asyncio.Task[None]":
        self._task = asyncio.create_task(self._server.serve([self._socket]), name="http server")
        return self._task

    async def stop(self) -> None:
        """Takes no new connections, lets running requests end."""
        self._server.should_exit = True
        if self._task is not None:
            await asyncio.wait([self._task], timeout=_DRAIN_SECONDS + 2)


def _allow_descriptors(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted connections inherit these.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEP_ALIVE.items():
        listener.setsockopt(socket.IPPROTO_TCP, option, value)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        listener.setsockopt(socket.SOL_SOCKET, option, _SOCKET_BUFFER_BYTES)
    try:
        listener.bind((host.strip("[]"), port))
    except OSError as error:
        raise OSError(f"cannot listen on {host}:{port}: {error.strerror}; is another process there?") from error
    # From here on clients may come; they are answered when the server runs.
    listener.listen(_BACKLOG)
    listener.setblocking(False)
    return listener
