"""ClickHouse's engine behind its HTTP interface, on a port and in a folder of its own."""

import asyncio
import subprocess
import sys
from pathlib import Path

import aiohttp
import yaml

from tests.processes import free_port

READY_SECONDS = 60


class ClickHouseProcess:
    """`url` is what a service takes; killed and started again it has the same data and port."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.url = f"http://cift:secret@127.0.0.1:{port}/cift"
        self._ping = f"http://127.0.0.1:{port}/ping"
        self._file = folder / "clickhouse.yaml"
        self._file.write_text(
            yaml.safe_dump(
                {
                    "listen_host": "127.0.0.1",
                    "http_port": port,
                    "path": str(folder / "clickhouse"),
                    "users": {"cift": {"password": "secret"}},
                    "profiles": {"default": {"max_threads": 2}},
                }
            )
        )
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Returns when it answers."""
        self._process = self._begin()
        async with aiohttp.ClientSession() as session, asyncio.timeout(READY_SECONDS):
            while True:
                try:
                    async with session.get(self._ping):
                        return
                except aiohttp.ClientError:
                    assert self._process.poll() is None, f"the process ended with {self._process.returncode}"
                    await asyncio.sleep(0.05)

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "cift_clickhouse", f"--config-file={self._file}"])

    def kill(self) -> None:
        """SIGKILL, and nothing of it is left when this returns."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
