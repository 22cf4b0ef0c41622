"""Replay of a journal as the matcher writes it; `examples/make_journal.rs` made the one beside this file."""

from decimal import Decimal
from pathlib import Path

import pytest
from cift_core import replay

JOURNAL = Path(__file__).parent / "journal"


def test_a_journal_gives_its_venue_back() -> None:
    venue = replay(JOURNAL, from_start=True)
    assert (venue.symbols, venue.records, venue.time_ns) == (["AAPL"], 7, 1006)
    assert [(trade.price, trade.quantity) for trade in venue.trades("AAPL")] == [
        (Decimal(189), Decimal(10)),
        (Decimal(190), Decimal(5)),
    ]
    depth = venue.depth("AAPL")
    assert [(level.price, level.quantity) for level in depth.bids] == [(Decimal(187), Decimal(5))]
    assert [(level.price, level.quantity) for level in depth.asks] == [(Decimal(190), Decimal(5))]
    assert {order.order_id[-1] for order in venue.orders("AAPL")} == {"2", "5"}


def test_a_snapshot_and_the_rest_give_the_same_state() -> None:
    whole, resumed = replay(JOURNAL, from_start=True), replay(JOURNAL)
    assert resumed.state_hash() == whole.state_hash()
    assert resumed.events < whole.events


def test_a_replay_stops_where_it_is_told() -> None:
    venue = replay(JOURNAL, upto=3)
    assert venue.records == 3
    assert not venue.trades("AAPL")
    assert len(venue.orders("AAPL")) == 2


def test_what_is_not_a_journal_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="is not a folder"):
        replay(tmp_path / "none")
    with pytest.raises(KeyError, match="MSFT"):
        replay(JOURNAL).depth("MSFT")

    damaged = tmp_path / "journal"
    damaged.mkdir()
    for file in JOURNAL.iterdir():
        (damaged / file.name).write_bytes(file.read_bytes())
    segment = damaged / "00000000000000000001.journal"
    bytes_ = bytearray(segment.read_bytes())
    bytes_[70] ^= 0xFF
    segment.write_bytes(bytes_)
    with pytest.raises(OSError, match=r"00000000000000000001\.journal"):
        replay(damaged, from_start=True)
