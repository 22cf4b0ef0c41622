"""The writer while QuestDB is away: rows wait up to the bound, then the oldest go, and it says so."""

import pytest
from cift_common.errors import Unavailable
from cift_marketdata.adapters.questdb_address import QuestDbAddress
from cift_marketdata.adapters.questdb_rows import Fill
from cift_marketdata.adapters.questdb_writer import CHUNK_ROWS, QuestDbWriter
from cift_marketdata.domain.ticks import Trade

from services.marketdata.tests.support import eventually
from tests.processes import free_port

ROWS = 8 * CHUNK_ROWS


async def test_the_buffer_is_bounded_and_fills_are_refused() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    writer = QuestDbWriter(url, "UTC", flush_seconds=0.05, buffer_bytes_max=2**21)
    writer.start()
    writer.add([Trade("AAPL", 10**9, 10**9, n, n, n, "XNAS", n) for n in range(ROWS)])
    with pytest.raises(Unavailable):
        await writer.write_fills([Fill(1, "AAPL", "buy", "paper", "e", "o", "a", 1, 1, 1, 0, False, 1, 1)])

    async def dropped() -> int:
        return writer.rows_dropped

    await eventually(dropped, lambda rows: rows > 0)
    await writer.stop()
    assert writer.rows_written == 0
    assert writer.rows_dropped % CHUNK_ROWS == 0
    assert 0 < writer.rows_waiting == ROWS - writer.rows_dropped
    # A trade is more than 50 bytes on the wire.
    assert writer.rows_waiting < 2**21 / 50


def test_credentials_are_taken_from_the_url() -> None:
    at = QuestDbAddress.parse("https://me:p%40ss%3B@questdb:9443/")
    assert at.base_url == "https://questdb:9443"
    assert at.headers == {"Authorization": "Basic bWU6cEBzczs="}
    assert at.sender_conf == "https::addr=questdb:9443;username=me;password=p@ss;;;"
    assert QuestDbAddress.parse("http://127.0.0.1:9000") == QuestDbAddress(
        "http://127.0.0.1:9000", {}, "http::addr=127.0.0.1:9000;"
    )
