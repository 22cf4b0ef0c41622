import pytest
from cift_execution.domain.quotes import QuoteBoard, on_grid
from cift_proto.common.v1 import types_pb2

MAX_AGE = 1_000


def quote(bid: int, ask: int, received: int, symbol: str = "AAPL", size: int = 5, **more: int) -> types_pb2.Quote:
    return types_pb2.Quote(
        symbol=symbol,
        bid_price_nanos=bid,
        bid_quantity_nanos=size,
        ask_price_nanos=ask,
        ask_quantity_nanos=size,
        received_time_ns=received,
        **more,  # type: ignore[arg-type]
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


def test_a_quote_that_is_sent_again_is_not_liquidity_again(board: QuoteBoard) -> None:
    first = quote(100, 110, 1, sequence=7, exchange_time_ns=1)
    assert board.put(first, 1)
    board.take()
    assert not board.put(first, 2)
    assert not board.put(quote(100, 110, 3, sequence=7, exchange_time_ns=1), 3), "stamped anew by whoever sent it"
    assert board.take() == []
    assert board.put(quote(100, 110, 3, sequence=8, exchange_time_ns=3), 3), "the market quoted the same anew"
    assert len(board.take()) == 1


def test_a_quote_grows_old_by_its_own_time_however_often_it_is_sent(board: QuoteBoard) -> None:
    standing = quote(100, 110, 1, sequence=7)
    for now in range(1, MAX_AGE, 100):
        board.put(standing, now)
    board.take()
    assert board.expire(2 + MAX_AGE) == 1
    assert not board.put(standing, 2 + MAX_AGE)
    assert [taken.bid_quantity_nanos for taken in board.take()] == [0]


@pytest.mark.parametrize(
    ("bad", "now"),
    [
        (quote(100, 110, 5), 5 + MAX_AGE + 1),
        (quote(100, 110, 12 + MAX_AGE), 10),
        (quote(100, 110, 1), 10),
        (quote(111, 110, 10), 10),
        (quote(110, 110, 10), 10),
        (quote(100, 110, 10, size=-5), 10),
        (quote(-100, 110, 10), 10),
        (quote(100, 110, 10, "TSLA"), 10),
    ],
    ids=[
        "stale",
        "of a clock that is ahead",
        "older than the one held",
        "crossed",
        "locked",
        "negative size",
        "negative price",
        "unknown symbol",
    ],
)
def test_what_cannot_be_shown_is_ignored(board: QuoteBoard, bad: types_pb2.Quote, now: int) -> None:
    board.put(quote(100, 110, 2), 2)
    board.take()
    assert not board.put(bad, now)
    assert board.take() == []


def test_a_silent_feed_withdraws_its_liquidity_until_it_quotes_again(board: QuoteBoard) -> None:
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


def test_sequences_of_a_restarted_feed_begin_again(board: QuoteBoard) -> None:
    board.put(quote(100, 110, 10, sequence=900, exchange_time_ns=10), 10)
    assert board.put(quote(101, 111, 11, sequence=1, exchange_time_ns=11), 11)
    assert board.take()[0].bid_price_nanos == 101


def test_a_clock_that_is_set_back_does_not_silence_a_symbol(board: QuoteBoard) -> None:
    board.put(quote(100, 110, 90_000), 90_000)
    assert board.expire(50_000) == 1
    assert board.put(quote(101, 111, 50_001), 50_001)


def test_a_new_session_withdraws_what_may_have_traded_and_shows_what_has_not(board: QuoteBoard) -> None:
    used = quote(100, 110, 1)
    board.put(used, 1)
    board.take()
    board.put(quote(200, 210, 2, "MSFT"), 2)
    board.retake()
    assert [(taken.symbol, taken.bid_price_nanos) for taken in board.take()] == [("AAPL", 0), ("MSFT", 200)]
    assert not board.put(used, 3)
    assert board.put(quote(100, 110, 3), 3)


def test_a_quote_from_before_the_start_may_have_been_used(board: QuoteBoard) -> None:
    restarted = QuoteBoard(("AAPL",), MAX_AGE, since_ns=500)
    assert not restarted.put(quote(100, 110, 499), 501)
    assert restarted.put(quote(100, 110, 502), 502)


def test_a_halted_symbol_has_no_liquidity_until_it_trades_and_quotes_again(board: QuoteBoard) -> None:
    board.put(quote(100, 110, 1), 1)
    board.take()
    board.set_trading("AAPL", False, 2)
    board.put(quote(100, 110, 3), 3)
    assert [taken.bid_quantity_nanos for taken in board.take()] == [0]
    board.set_trading("AAPL", True, 1)
    board.put(quote(100, 110, 4), 4)
    assert board.take() == [], "the resumption is older than the halt"
    board.set_trading("AAPL", True, 5)
    board.put(quote(100, 110, 6), 6)
    assert [taken.bid_quantity_nanos for taken in board.take()] == [5]


def test_a_quote_off_the_grid_of_the_venue_is_never_better_than_it_was() -> None:
    shown = on_grid(quote(1005, 1005, 1, size=25), 10, 10)
    assert (shown.bid_price_nanos, shown.ask_price_nanos) == (1000, 1010)
    assert (shown.bid_quantity_nanos, shown.ask_quantity_nanos) == (20, 20)
    empty = on_grid(quote(5, 1005, 1, size=5), 10, 10)
    assert (empty.bid_price_nanos, empty.bid_quantity_nanos, empty.ask_quantity_nanos) == (0, 0, 0)
