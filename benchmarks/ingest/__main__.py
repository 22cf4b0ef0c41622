"""`python benchmarks/ingest`: ticks on their way into QuestDB, and to whoever follows them.

    python benchmarks/ingest [--rows N] [--rounds N] [--seconds N]      (1000000, 3 and 10 where nothing is said)

Into QuestDB: made-up LEAN files replayed at full speed by the service, from the first tick to the last row visible;
beside it the bare `questdb` client with the same rows in a data frame, into the same tables with their views. They take
turns, on the same QuestDB, which shares this machine.

To followers: the simulated feed at 20,000 ticks a second; a tick's age when it is seen in the cache and when a NATS
subscriber has it, and the service's memory and processor time.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import nats
import numpy as np
import psutil
import redis.asyncio as redis
from cift_marketdata.adapters import questdb_rows, questdb_schema
from cift_marketdata.adapters.questdb_address import QuestDbAddress
from cift_marketdata.domain import columns
from cift_marketdata.domain.columns import Rows
from cift_operator.components import STORES
from cift_operator.local import Platform
from cift_proto.common.v1 import types_pb2
from cift_proto.marketdata.v1 import marketdata_pb2 as pb
from cift_proto.marketdata.v1 import marketdata_pb2_grpc
from nats.aio.msg import Msg
from questdb import Sender

from tests.processes import ServiceProcess

DAY_NS = 86_400 * 10**9
START_NS = 1_380_600_000 * 10**9
CHUNK = 10_000
TRADES = 0.2
TICKS_PER_SECOND = 20_000
# The simulated feed has 0.3 trades to a quote.
QUOTES_PER_SECOND = round(TICKS_PER_SECOND / 1.3)


class Service(ServiceProcess):
    def __init__(self, folder: Path, urls: dict[str, str], symbols: list[str], feed: dict[str, object]) -> None:
        path = folder / "platform.json"
        instruments = [{"symbol": symbol} for symbol in symbols]
        path.write_text(json.dumps({"name": "bench", "instruments": instruments, "feed": feed}))
        super().__init__(
            "marketdata",
            {
                "CIFT_NATS_URL": urls["nats_url"],
                "CIFT_CACHE_URL": urls["cache_url"],
                "CIFT_QUESTDB_URL": urls["questdb_url"],
                "CIFT_QUESTDB_SPOOL": str(folder / "spool"),
                "CIFT_PLATFORM_FILE": str(path),
                "CIFT_LOG_LEVEL": "ERROR",
            },
            migrate=False,
        )
        self.stub = marketdata_pb2_grpc.MarketDataServiceStub(self.channel)

    async def status(self) -> pb.GetFeedStatusResponse:
        answer: pb.GetFeedStatusResponse = await self.stub.GetFeedStatus(pb.GetFeedStatusRequest())
        return answer

    def system(self) -> psutil.Process:
        assert self._process is not None
        return psutil.Process(self._process.pid)


def write_lean(folder: Path, symbol: str, rows: int) -> None:
    """One day of a symbol: quotes of one side each, and trades at the touch."""
    rng = random.Random(symbol)
    trades = int(rows * TRADES)
    for kind, count in (("quote", rows - trades), ("trade", trades)):
        price, lines = 138_000, []
        for n in range(count):
            price = max(10_000, price + 100 * rng.choice([-1, 0, 0, 1]))
            ms, size, exchange = 34_200_000 + n * 23_400_000 // count, 100 * rng.randint(1, 50), rng.choice("PQZK")
            if kind == "trade":
                lines.append(f"{ms},{price},{size},{exchange},2000,0")
            elif rng.random() < 0.5:
                lines.append(f"{ms},{price},{size},0,0,{exchange},1,0")
            else:
                lines.append(f"{ms},0,0,{price + 100},{size},{exchange},1,0")
        path = folder / symbol.lower() / f"20131007_{kind}.zip"
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("ticks.csv", "\n".join(lines) + "\n")


def made_up(symbol: str, rows: int) -> tuple[Rows, Rows]:
    """The same amount as columns, for the bare client."""
    rng = np.random.default_rng(7)
    found = []
    for kind, count in ((columns.QUOTE, rows - int(rows * TRADES)), (columns.TRADE, int(rows * TRADES))):
        part = np.zeros(count, kind)
        part["symbol"], part["exchange"] = symbol, rng.choice([b"P", b"Q", b"Z", b"K"], count)
        part["row"] = np.arange(count)
        part["time"] = START_NS + 9 * 3600 * 10**9 + np.arange(count) * (23_400 * 10**9 // count)
        part["received"] = time.time_ns()
        for name in kind.names[3:-3]:  # type: ignore[index]
            part[name] = rng.integers(1, 5000, count) * 10**8
        found.append(part)
    return found[0], found[1]


async def visible(at: QuestDbAddress, symbol: str, rows: int) -> None:
    """Returns when QuestDB shows all rows of a symbol."""
    query = " UNION ALL ".join(f"SELECT count() n FROM {t} WHERE symbol = '{symbol}'" for t in ("quotes", "trades"))
    while sum(n for (n,) in await asyncio.to_thread(questdb_schema.execute, at, query)) < rows:  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def bare(at: QuestDbAddress, symbol: str, rows: int) -> float:
    """Rows a second. The frames are made beforehand; to encode and to send them is what the client does."""
    frames = []
    for table, part in zip(("quotes", "trades"), made_up(symbol, rows), strict=True):
        frames += [(table, questdb_rows.frame(part[n : n + CHUNK])) for n in range(0, len(part), CHUNK)]

    def send() -> None:
        with Sender.from_conf(at.sender_conf + "protocol_version=3;auto_flush=off;request_timeout=60000;") as sender:
            for table, frame in frames:
                sender.dataframe(frame, table_name=table, symbols=["symbol", "exchange"], at="timestamp")
                sender.flush()

    began = time.perf_counter()
    await asyncio.to_thread(send)
    await visible(at, symbol, rows)
    return rows / (time.perf_counter() - began)


async def served(folder: Path, urls: dict[str, str], symbol: str, rows: int) -> tuple[float, float, float]:
    """Rows a second from the first tick on; the service's processor time in µs a row, its memory in MiB."""
    feed: dict[str, object] = {"kind": "replay", "path": str(folder / "ticks" / symbol.lower()), "speed": "1000000000"}
    service = Service(folder, urls, [symbol], feed)
    service.begin()
    try:
        await service.channel.channel_ready()
        process = service.system()
        while not (await service.status()).ticks:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        began, spent = time.perf_counter(), sum(process.cpu_times()[:2])
        await visible(QuestDbAddress.parse(urls["questdb_url"]), symbol, rows)
        took = time.perf_counter() - began
        spent = sum(process.cpu_times()[:2]) - spent
        return rows / took, spent / rows * 1e6, process.memory_info().rss / 2**20
    finally:
        service.stop()
        await service.channel.close()


async def throughput(folder: Path, urls: dict[str, str], rows: int, rounds: int) -> None:
    at = QuestDbAddress.parse(urls["questdb_url"])
    questdb_schema.ensure_tables(at)
    questdb_schema.ensure_views(at, "UTC")
    found = []
    print(f"{rows:,} rows, {TRADES:.0%} of them trades; rows a second until QuestDB shows them")
    print(f"{'':8}{'client':>12}{'service':>12}{'ratio':>8}{'µs a row':>10}{'memory':>10}")
    for n in range(rounds):
        write_lean(folder / "ticks", f"SV{n}", rows)
        client = await bare(at, f"BR{n}", rows)
        service, spent, memory = await served(folder, urls, f"SV{n}", rows)
        found.append((client, service))
        figures = f"{client:>12,.0f}{service:>12,.0f}{service / client:>8.2f}{spent:>10.2f}{memory:>6.0f} MiB"
        print(f"round {n + 1:<2}{figures}", flush=True)
    client, service = (statistics.median(side) for side in zip(*found, strict=True))
    print(f"median  {client:>12,.0f}{service:>12,.0f}{service / client:>8.2f}\n", flush=True)


@dataclass
class Ages:
    """How old ticks were when they were seen, in ms."""

    nats_quotes: list[float]
    nats_trades: list[float]
    cache: list[float]


async def followed(folder: Path, urls: dict[str, str], seconds: float) -> None:
    symbols = [f"LT{chr(65 + n)}" for n in range(20)]
    feed: dict[str, object] = {"kind": "simulated", "quotesPerSecond": QUOTES_PER_SECOND}
    service = Service(folder, urls, symbols, feed)
    ages, measuring, looking_now = Ages([], [], []), asyncio.Event(), asyncio.Event()

    async def hear(message: Msg) -> None:
        now = time.time_ns()
        if measuring.is_set():
            quote = message.subject.startswith("md.quote.")
            tick = (types_pb2.Quote if quote else types_pb2.Trade).FromString(message.data)
            (ages.nats_quotes if quote else ages.nats_trades).append((now - tick.received_time_ns) / 1e6)

    client = await nats.connect(urls["nats_url"])
    for symbol in symbols:
        await client.subscribe(f"md.quote.{symbol}", cb=hear)
        await client.subscribe(f"md.trade.{symbol}", cb=hear)
    await client.flush()
    cache = redis.Redis.from_url(urls["cache_url"])

    async def look() -> None:
        """Asks for one symbol after the other; a value that is new is as old as it is."""
        last: dict[str, int] = {}
        await looking_now.wait()
        while looking_now.is_set():
            for symbol in symbols:
                payload = await cache.get(f"md:quote:{symbol}")
                quote = types_pb2.Quote.FromString(payload or b"")
                if quote.sequence != last.get(symbol, quote.sequence):
                    ages.cache.append((time.time_ns() - quote.received_time_ns) / 1e6)
                last[symbol] = quote.sequence

    service.begin()
    looking = asyncio.create_task(look())
    try:
        await service.ready()
        process = service.system()
        await asyncio.sleep(2)
        before, spent, began = (await service.status()).ticks, sum(process.cpu_times()[:2]), time.perf_counter()
        measuring.set()
        await asyncio.sleep(seconds)
        measuring.clear()
        took = time.perf_counter() - began
        ticks = (await service.status()).ticks - before
        spent = sum(process.cpu_times()[:2]) - spent
        memory = process.memory_info().rss / 2**20
        # One after the other: whoever keeps asking keeps this process busy.
        await client.close()
        looking_now.set()
        await asyncio.sleep(seconds / 2)
    finally:
        # Its client may take a cancellation for a time-out of its own.
        looking_now.clear() if looking_now.is_set() else looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        service.stop()
        await service.channel.close()
        await cache.aclose()
    print(
        f"{ticks / took:,.0f} ticks a second of {len(symbols)} symbols for {took:.0f} s: {spent / took:.0%} of a core,",
        end=" ",
    )
    print(f"{memory:.0f} MiB")
    print(f"{'age in ms when seen':<34}{'p50':>8}{'p99':>8}{'p99.9':>8}{'seen':>10}")
    for name, found in (
        ("by a NATS subscriber, quotes", ages.nats_quotes),
        ("by a NATS subscriber, trades", ages.nats_trades),
        ("in the cache, by who keeps asking", ages.cache),
    ):
        p50, p99, p999 = np.percentile(found, [50, 99, 99.9])
        print(f"{name:<34}{p50:>8.2f}{p99:>8.2f}{p999:>8.2f}{len(found):>10,}")


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--only", choices=("questdb", "followers"))
    said = parser.parse_args()
    os.environ.pop("CIFT_PLATFORM_FILE", None)
    folder = Path(tempfile.mkdtemp(prefix="cift-bench-"))
    platform = Platform(folder / "state", port_offset=None)
    try:
        await asyncio.to_thread(platform.up, STORES)
        urls = platform.store_urls()
        if said.only != "followers":
            await throughput(folder, urls, said.rows, said.rounds)
        if said.only != "questdb":
            await followed(folder, urls, said.seconds)
    finally:
        await asyncio.to_thread(platform.down, purge=True)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(main())
