import pytest
from cift_execution.domain.quotes import QuoteBoard
from cift_proto.common.v1 import types_pb2

MAX_AGE = 1_000


def quote(bid: int, ask: int, received: int, symbol: str = "AAPL") -> types_pb2.Quote:
    return types_pb2.Quote(
        symbol=symbol,
        bid_price_nanos=bid,
        bid_quantity_nanos=5,
        ask_price_nanos=ask,
        ask_quantity_nanos=5,
        received_time_ns=received,
    )


@pytest.fixture
def board() -> QuoteBoard:
    """After the first withdrawal of everything."""
    board = QuoteBoard(("AAPL", "MSFT"), MAX_AGE)
    assert [taken.bid_quantity_nanos for taken in board.take()] == [0, 0]
    return board


def test_only_the_latest_of_a_symbol_is_forwarded_and_once(board: QuoteBoard) -> None:
    for received in range(3):
        assert board.put(quote(100 + received, 110, received), received)
    assert [taken.bid_price_nanos for taken in board.take()] == [102]
    assert board.take() == []


def test_the_same_quote_again_shows_its_liquidity_again(board: QuoteBoard) -> None:
    board.put(quote(100, 110, 1), 1)
    board.take()
    board.put(quote(100, 110, 2), 2)
    assert len(board.take()) == 1


@pytest.mark.parametrize(
    ("bad", "now"),
    [
        (quote(100, 110, 5), 5 + MAX_AGE + 1),
        (quote(100, 110, 1), 10),
        (quote(111, 110, 10), 10),
        (quote(110, 110, 10), 10),
        (quote(100, 110, 10, "TSLA"), 10),
    ],
    ids=["stale", "older than the one held", "crossed", "locked", "unknown symbol"],
)
def test_what_cannot_be_shown_is_ignored(board: QuoteBoard, bad: types_pb2.Quote, now: int) -> None:
    board.put(quote(100, 110, 2), 2)
    board.take()
    assert not board.put(bad, now)
    assert board.take() == []


def test_a_silent_feed_takes_its_liquidity_away_until_it_speaks_again(board: QuoteBoard) -> None:
    board.put(quote(100, 110, 1), 1)
    board.put(quote(100, 110, 900, "MSFT"), 900)
    board.take()
    assert board.expire(1 + MAX_AGE) == 0
    assert board.expire(2 + MAX_AGE) == 1
    [withdrawn] = board.take()
    assert (withdrawn.symbol, withdrawn.bid_quantity_nanos, withdrawn.ask_quantity_nanos) == ("AAPL", 0, 0)
    assert board.expire(3 + MAX_AGE) == 0
    assert board.put(quote(101, 111, 2_000), 2_000)
    assert board.take()[0].bid_price_nanos == 101


def test_a_new_session_gets_everything_again(board: QuoteBoard) -> None:
    board.put(quote(100, 110, 1), 1)
    board.take()
    board.retake()
    assert [(taken.symbol, taken.bid_price_nanos) for taken in board.take()] == [("AAPL", 100), ("MSFT", 0)]
