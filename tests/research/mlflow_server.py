"""A real MLflow server over PostgreSQL, on a port of its own; killed and started again it has the same data."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import aiohttp

from tests.processes import free_port

READY_SECONDS = 300


class MlflowServer:
    def __init__(self, database_url: str, folder: Path) -> None:
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._database_url, self._folder = database_url, folder
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Returns when it answers."""
        self._process = self._begin()
        async with aiohttp.ClientSession() as session, asyncio.timeout(READY_SECONDS):
            while True:
                try:
                    async with session.get(f"{self.url}/health") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                assert self._process.poll() is None, f"MLflow ended with {self._process.returncode}"
                await asyncio.sleep(0.1)

    def stop(self) -> None:
        """The whole of it: MLflow runs its web server as a child."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
            self._process = None

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "mlflow", "server", "--workers", "1"),
                *("--host", "127.0.0.1", "--port", str(self._port), "--allowed-hosts", f"127.0.0.1:{self._port}"),
                *("--artifacts-destination", str(self._folder), "--serve-artifacts"),
            ],
            env=os.environ
            | {
                "MLFLOW_BACKEND_STORE_URI": self._database_url,
                "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
                "MLFLOW_DISABLE_TELEMETRY": "true",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
