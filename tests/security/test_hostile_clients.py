"""A stranger floods, stalls, inflates and hides: the gateway's memory stays bounded, and a trader is answered.

Ten minutes with CIFT_TEST_LONG=1, printing how long the trader's orders took; some seconds otherwise.
"""

import asyncio
import contextlib
import os
import re
import socket
import statistics
import struct
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.client import connect, market_order
from tests.conftest import RunningPlatform

LONG = os.environ.get("CIFT_TEST_LONG") == "1"
SECONDS = 600 if LONG else 6
CENT = Decimal("0.01")
GROWTH_MAX = 96 * 2**20
# Of a gateway that is limited to 512 MiB.
RESIDENT_MAX = 512 * 2**20
HANDSHAKE = (
    b"GET /stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
HEAD = b"GET /v2/account HTTP/1.1\r\nHost: localhost\r\n"


def frame(opcode: int, payload: bytes) -> bytes:
    return bytes([0x80 | opcode, 0x80 | len(payload)]) + b"\0\0\0\0" + payload


class Stranger:
    """Opens connections without a credential and does one kind of harm on each, again and again."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)

    async def connect(self) -> socket.socket:
        made = socket.socket()
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await asyncio.get_running_loop().sock_connect(made, self._address)
        return made

    async def writes_and_never_reads(self, head: bytes, part: bytes) -> None:
        with contextlib.closing(await self.connect()) as made:
            await self._send(made, head)
            # The server must have answered the handshake before frames mean anything.
            await asyncio.sleep(0.05)
            while True:
                await self._send(made, part)

    async def _send(self, made: socket.socket, data: bytes) -> None:
        async with asyncio.timeout(SECONDS):
            await asyncio.get_running_loop().sock_sendall(made, data)

    async def floods_a_websocket(self) -> None:
        await self.writes_and_never_reads(HANDSHAKE, frame(1, b'{"action":"listen"}') * 500)

    async def floods_with_pings(self) -> None:
        await self.writes_and_never_reads(HANDSHAKE, frame(9, b"p" * 125) * 100)

    async def floods_with_empty_parts(self) -> None:
        await self.writes_and_never_reads(HANDSHAKE + b"", b"\x01\x80\0\0\0\0" + b"\x00\x80\0\0\0\0" * 5000)

    async def sends_one_giant_header(self) -> None:
        await self.writes_and_never_reads(HEAD + b"A: ", b"a" * 65_536)

    async def sends_headers_without_end(self) -> None:
        await self.writes_and_never_reads(HEAD, b"A: a\r\n" * 10_000)

    async def sends_a_giant_body(self) -> None:
        head = b"POST /v2/orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        await self.writes_and_never_reads(head, b"10000\r\n" + b"a" * 65_536 + b"\r\n")

    async def floods_with_requests(self) -> None:
        await self.writes_and_never_reads(b"", (HEAD + b"\r\n") * 100)

    async def asks_for_much_and_never_reads(self) -> None:
        await self.writes_and_never_reads(b"", b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")

    async def drips(self) -> None:
        with contextlib.closing(await self.connect()) as made:
            await self._send(made, HEAD)
            while True:
                await self._send(made, b"A: a\r\n")
                await asyncio.sleep(0.2)

    async def holds_many(self) -> None:
        """Half of them begin a WebSocket, half say nothing; all of them stay, and vanish without a word."""
        held: list[socket.socket] = []
        try:
            for n in range(1000):
                made = await self.connect()
                held.append(made)
                if n % 2:
                    await self._send(made, HANDSHAKE)
            await asyncio.sleep(SECONDS)
        finally:
            for made in held:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                made.close()

    def all(self) -> list[Callable[[], Awaitable[None]]]:
        return [
            *(self.floods_a_websocket,) * 3,
            self.floods_with_pings,
            self.floods_with_empty_parts,
            self.sends_one_giant_header,
            self.sends_headers_without_end,
            self.sends_a_giant_body,
            self.floods_with_requests,
            self.asks_for_much_and_never_reads,
            *(self.drips,) * 20,
            self.holds_many,
        ]


async def again_and_again(attack: Callable[[], Awaitable[None]]) -> None:
    """A connection that the gateway ended is followed by the next one."""
    while True:
        with contextlib.suppress(OSError, TimeoutError):
            await attack()
        await asyncio.sleep(0.02)


def resident(pid: int) -> int:
    """Bytes of memory that the process holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found, "no VmRSS"
    return int(found[1]) * 1024


async def watch(pid: int, seen: list[int]) -> None:
    while True:
        seen.append(resident(pid))
        await asyncio.sleep(0.05)


@pytest.mark.timeout(SECONDS + 600)
async def test_a_gateway_survives_hostile_clients(platform: RunningPlatform) -> None:
    pid = platform.components()["gateway"]["pid"]
    async with connect(platform.base_url, platform.headers) as trader:
        # What a first order loads is not an attack's.
        bid = Decimal(str((await trader.get("/v2/stocks/AAPL/quotes/latest"))["quote"]["bp"]))
        terms = {"type": "limit", "time_in_force": "ioc", "limit_price": str((bid * Decimal("0.9")).quantize(CENT))}
        await trader.submit(**terms)
        before = resident(pid)
        memory: list[int] = []
        stranger = Stranger(platform.base_url)
        tasks = [asyncio.create_task(again_and_again(attack)) for attack in stranger.all()]
        tasks.append(asyncio.create_task(watch(pid, memory)))
        took: list[float] = []
        ends = time.monotonic() + SECONDS
        try:
            while time.monotonic() < ends:
                started = time.perf_counter()
                status, body = await trader.call("POST", "/v2/orders", json=market_order(**terms))
                took.append(time.perf_counter() - started)
                # Risk may refuse an order, where prices moved or orders repeat; a refusal is an answer as well.
                assert status in (200, 403, 429), (status, body)
                await asyncio.sleep(0.05)
            # A trader who comes now finds a place, too.
            async with connect(platform.base_url, platform.headers) as late:
                assert (await late.call("GET", "/v2/account"))[0] == 200
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes), outcomes
    assert platform.components()["gateway"]["pid"] == pid
    assert max(memory) - before < GROWTH_MAX, f"{before >> 20} MiB grew to {max(memory) >> 20} MiB"
    assert max(memory) < RESIDENT_MAX
    assert took
    p99 = statistics.quantiles(took, n=100)[98] if len(took) > 1 else took[0]
    print(f"\n{len(took)} orders, p99 {p99 * 1000:.1f} ms; memory {before >> 20} to {max(memory) >> 20} MiB")
