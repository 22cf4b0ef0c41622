"""A market whose direction is known beforehand, or is not, in a real QuestDB; and the lab beside a real MLflow."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from cift_forecast.domain.bars import Bars
from cift_marketdata.adapters.questdb_address import QuestDbAddress
from cift_marketdata.adapters.questdb_schema import ensure_tables, execute

from services.forecast.tests.market import STEP_NS
from tests.research.mlflow_server import MlflowServer
from tests.stores import Stores
from tests.stores import stores as stores

ROWS_AT_ONCE = 100


def begin_of(bars: Bars, step: int) -> int:
    return int(bars.time[step]) - STEP_NS


def write_quotes(questdb_url: str, symbol: str, bars: Bars) -> None:
    """One quote in the middle of each step, and nothing traded."""
    at = QuestDbAddress.parse(questdb_url)
    ensure_tables(at)
    rows = [
        f"({begin_of(bars, n) + STEP_NS // 2}::timestamp_ns, '{symbol}', 'X', {n}, {bars.bid[n]:.6f}m,"
        f" {bars.bid_quantity[n]:.0f}m, {bars.ask[n]:.6f}m, {bars.ask_quantity[n]:.0f}m,"
        f" {begin_of(bars, n)}::timestamp_ns, 0)"
        for n in range(len(bars))
    ]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        execute(at, f"INSERT INTO quotes VALUES {','.join(rows[start : start + ROWS_AT_ONCE])}")


class Lab:
    """`python -m cift_forecast.lab`, in this process: its libraries take seconds to load."""

    async def __call__(self, *arguments: str) -> tuple[int, str]:
        """The exit code, and all that it printed."""
        return await asyncio.to_thread(self._run, arguments)

    async def must(self, *arguments: str) -> str:
        code, said = await self(*arguments)
        assert code == 0, f"{arguments} ended with {code}:\n{said}"
        return said

    def _run(self, arguments: tuple[str, ...]) -> tuple[int, str]:
        from cift_forecast import lab

        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = lab.main(arguments)
        return code, said.getvalue()


@pytest.fixture
async def mlflow(stores: Stores, tmp_path: Path) -> AsyncIterator[MlflowServer]:
    server = MlflowServer(stores.create_database(), tmp_path / "artifacts")
    try:
        await server.start()
        yield server
    finally:
        server.stop()
