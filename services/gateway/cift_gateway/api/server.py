"""uvicorn inside our own life cycle: the process's signals are not its business."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

_STREAM_MESSAGE_MAX = 64 * 1024
_DRAIN_SECONDS = 5
_BACKLOG = 2048


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class HttpServer:
    def __init__(self, app: ASGIApp, listen: str, trusted_proxies: str) -> None:
        host, _, port = listen.rpartition(":")
        self._socket = _listen(host, int(port))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            app,
            http="httptools",
            ws="websockets-sansio",
            ws_max_size=_STREAM_MESSAGE_MAX,
            # An update is small and must not wait for a compressor.
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=bool(trusted_proxies),
            forwarded_allow_ips=trusted_proxies or None,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> "asyncio.Task[None]":
        self._task = asyncio.create_task(self._server.serve([self._socket]), name="http server")
        return self._task

    async def stop(self) -> None:
        """Takes no new connections, lets running requests end."""
        self._server.should_exit = True
        if self._task is not None:
            await asyncio.wait([self._task], timeout=_DRAIN_SECONDS + 2)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
    except OSError as error:
        raise OSError(f"cannot listen on {host}:{port}: {error.strerror}; is another process there?") from error
    # From here on clients may come; they are answered when the server runs.
    listener.listen(_BACKLOG)
    listener.setblocking(False)
    return listener
