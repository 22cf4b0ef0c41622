"""A service as the process that it is: started, awaited by its health, killed, stopped.

async with ServiceProcess("risk", environment) as risk:
    stub = RiskServiceStub(risk.channel)
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import grpc
from cift_common import rpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

READY_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServiceProcess:
    """`python -m cift_<name>` on a port of its own; with `migrate`, after its migrations."""

    def __init__(self, name: str, environment: Mapping[str, str], *, migrate: bool = True) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        self._module, self._migrate = f"cift_{name}", migrate
        self._environment = os.environ | {
            "CIFT_GRPC_LISTEN": self.address,
            "CIFT_METRICS_LISTEN": "127.0.0.1:0",
            "CIFT_LOG_LEVEL": "WARNING",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.channel: grpc.aio.Channel = rpc.channel(self.address)

    async def __aenter__(self) -> "ServiceProcess":
        if self._migrate:
            migration = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self._module, "migrate", env=self._environment
            )
            assert await migration.wait() == 0, f"{self._module} migrate failed"
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        await self.channel.close()

    async def start(self) -> None:
        """Returns when it is ready."""
        self.begin()
        await self.ready()

    def begin(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", self._module], env=self._environment)

    async def ready(self) -> None:
        await wait_until_serving(self.channel, self._process)

    def kill(self) -> None:
        """SIGKILL, and nothing of it is left when this returns."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            self._process = None


class MatcherProcess:
    """The venue on a Unix socket, its journal in `folder`."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self.address = f"unix:{folder / 'matcher.sock'}"
        self.channel: grpc.aio.Channel = rpc.channel(self.address)
        self.journal = folder / "journal"
        self._command: list[str] = [str(binary), "--listen", self.address, "--journal", str(self.journal)]
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self, *options: str) -> None:
        """Returns when it is ready."""
        self.begin(*options)
        await wait_until_serving(self.channel, self._process)

    def begin(self, *options: str) -> None:
        self._process = subprocess.Popen([*self._command, "--log-level", "warn", *options])

    def kill(self) -> None:
        """SIGKILL, and nothing of it is left when this returns."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """SIGSTOP inside, SIGCONT after: it hangs, and its connections stay open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


async def wait_until_serving(channel: grpc.aio.Channel, process: subprocess.Popen[bytes] | None = None) -> None:
    """Follows the standard health service until it says SERVING; fails at once where the process has ended."""
    stub = health_pb2_grpc.HealthStub(channel)
    async with asyncio.timeout(READY_SECONDS):
        while True:
            watch = stub.Watch(health_pb2.HealthCheckRequest(), wait_for_ready=False)
            try:
                async for state in watch:
                    if state.status == health_pb2.HealthCheckResponse.SERVING:
                        return
            except grpc.aio.AioRpcError:
                assert process is None or process.poll() is None, f"the process ended with {process.returncode}"
                # Not listening yet: the channel says when it is worth another try.
                await channel.channel_ready()
            finally:
                watch.cancel()
