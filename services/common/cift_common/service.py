"""How a service lives: settings, logs, traces and metrics first, then its parts, then ready, then the end by signal."""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

import uvloop
from prometheus_client import start_http_server

from cift_common import logging, rpc, secret, telemetry
from cift_common.peers import Callers
from cift_common.principal import Verifier
from cift_common.settings import MigrationSettings, ServiceSettings

S = TypeVar("S", bound=ServiceSettings)
_log = logging.get(__name__)

SWITCH_SECONDS = 0.0005


class Fatal:
    """How a part says that the process cannot go on; the process manager starts it again (crash-only)."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._is_stopping = False
        self.reason = ""

    def stopping(self) -> None:
        """From now on tasks are canceled on purpose."""
        self._is_stopping = True

    def raise_(self, reason: str) -> None:
        if not self.reason:
            self.reason = reason
            _log.critical("cannot go on", reason=reason)
        self._event.set()

    async def wait(self) -> None:
        await self._event.wait()

    def watch(self, task: "asyncio.Task[None]") -> "asyncio.Task[None]":
        """Ends the process when a task fails, or is canceled before the service stops.

        A task that disappears without an error would leave a process that looks alive and does nothing.
        """
        task.add_done_callback(self._on_done)
        return task

    def _on_done(self, task: "asyncio.Task[None]") -> None:
        if task.cancelled():
            if not self._is_stopping:
                self.raise_(f"{task.get_name()}: canceled")
        elif (error := task.exception()) is not None:
            _log.error("task failed", task=task.get_name(), exc_info=error)
            self.raise_(f"{task.get_name()}: {error!r}")


def main(
    name: str,
    settings_type: type[S],
    start: Callable[[S, Fatal], AbstractAsyncContextManager[None]],
    *,
    schema: str = "",
    commands: Mapping[str, Callable[[S], int]] | None = None,
    with_arguments: frozenset[str] = frozenset(),
) -> None:
    """Runs `python -m cift_<name>`: the service, `migrate` where it owns a schema, or one of its `commands`.

    `start` is an async context manager: entered it is ready, left it has stopped. A command gives the exit code;
    those of `with_arguments` read the rest of the command line themselves.
    """
    arguments = sys.argv[1:]
    if schema and arguments == ["migrate"]:
        _migrate(name, schema)
        return
    settings = settings_type()
    logging.configure(name, settings)
    if arguments:
        known = dict(commands or {})
        if arguments[0] not in known or (len(arguments) > 1 and arguments[0] not in with_arguments):
            usage = sorted([*known, "migrate"] if schema else known)
            sys.exit(f"usage: python -m cift_{name} [{' | '.join(usage)}]")
        sys.exit(known[arguments[0]](settings))
    # A thread that writes traces or metrics would otherwise keep the order path waiting for 5 ms at a time.
    sys.setswitchinterval(SWITCH_SECONDS)
    telemetry.configure(name, settings)
    rpc.secure(tls(settings), settings.health_listen)
    rpc.reflect(settings.grpc_reflection)
    rpc.restrict(callers(settings), {at: token.get_secret_value() for at, token in settings.peer_tokens.items()})
    host, _, port = settings.metrics_listen.rpartition(":")
    start_http_server(int(port), addr=host)
    code = uvloop.run(_run(name, settings, start))
    telemetry.shutdown()
    sys.exit(code)


def tls(settings: ServiceSettings) -> rpc.Tls | None:
    """Read once: another certificate is another start."""
    if settings.tls_ca is None or settings.tls_certificate is None or settings.tls_key is None:
        return None
    return rpc.Tls(settings.tls_ca.read_bytes(), settings.tls_certificate.read_bytes(), settings.tls_key.read_bytes())


def callers(settings: ServiceSettings) -> Callers | None:
    """None: whoever reaches the port is let in, which only a service without TLS does that nobody has declared."""
    if settings.callers is None and settings.tls_ca is None:
        return None
    ring = settings.principal_key
    return Callers(
        settings.platform.name,
        {caller: frozenset(methods) for caller, methods in (settings.callers or {}).items()},
        {caller: token.get_secret_value() for caller, token in settings.caller_tokens.items()},
        Verifier(secret.ring("CIFT_PRINCIPAL_KEY", ring.get_secret_value())) if ring is not None else None,
    )


def _migrate(name: str, schema: str) -> None:
    # Alembic and SQLAlchemy weigh 22 MB, which a serving process does not need.
    from cift_common import migrations

    # The migration has the database's address and none of the service's secrets.
    settings = MigrationSettings()
    logging.configure(name, settings)
    rights = None
    if settings.database_owner:
        append_only = tuple(table for table in settings.database_append_only.split(",") if table)
        rights = migrations.Rights(settings.database_owner, settings.database_role, append_only)
    migrations.upgrade(f"cift_{name}", schema, settings.database_url, rights)


async def _run(name: str, settings: S, start: Callable[[S, Fatal], AbstractAsyncContextManager[None]]) -> int:
    stopped, ready = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    fatal = Fatal()

    async def live() -> None:
        async with start(settings, fatal):
            # What is there now stays: a full collection need not walk over it in the middle of an order.
            gc.collect()
            gc.freeze()
            ready.set()
            _log.info("ready", name=name)
            await ends.wait()
            _log.info("stopping", reason=fatal.reason or "signal")

    ends = asyncio.Event()
    life = asyncio.create_task(live(), name=name)
    waits = [life, asyncio.create_task(stopped.wait()), asyncio.create_task(fatal.wait())]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    fatal.stopping()
    if ready.is_set():
        ends.set()
    else:
        # A start that waits for others can be ended too.
        life.cancel()
    for wait in waits[1:]:
        wait.cancel()
    try:
        await life
    except asyncio.CancelledError:
        _log.info("stopped before it was ready", reason=fatal.reason or "signal")
    return 1 if fatal.reason else 0
