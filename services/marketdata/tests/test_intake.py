"""Which ticks are believed."""

import dataclasses

import pytest
from cift_marketdata.domain.intake import LATE_BELIEVED, OUTLIERS_BELIEVED, Refused, SymbolIntake
from cift_marketdata.domain.ticks import CROSSED, LATE, OUTLIER, SUSPICIOUS, Quote, QuoteTick, Trade, TradeTick

DOLLAR = 10**9


def bid(price: int, quantity: int = 100 * DOLLAR, time_ns: int = 1) -> QuoteTick:
    return QuoteTick("BAC", time_ns, price, quantity, None, None, "P", 1)


def ask(price: int, quantity: int = 100 * DOLLAR, time_ns: int = 1) -> QuoteTick:
    return QuoteTick("BAC", time_ns, None, None, price, quantity, "P", 1)


def trade(price: int, quantity: int = DOLLAR, time_ns: int = 1) -> TradeTick:
    return TradeTick("BAC", time_ns, price, quantity, "P", 1)


def take(intake: SymbolIntake, tick: QuoteTick | TradeTick) -> Quote | Trade:
    taken = intake.quote(tick, 0) if isinstance(tick, QuoteTick) else intake.trade(tick, 0)
    assert not isinstance(taken, Refused)
    return taken


def sides(taken: Quote | Trade) -> tuple[int, int]:
    assert isinstance(taken, Quote)
    return taken.bid_price_nanos // DOLLAR, taken.ask_price_nanos // DOLLAR


def test_a_side_that_is_not_mentioned_is_the_last_one() -> None:
    intake = SymbolIntake("BAC")
    assert sides(take(intake, ask(14 * DOLLAR))) == (0, 14)
    assert sides(take(intake, bid(13 * DOLLAR))) == (13, 14)
    assert sides(take(intake, ask(15 * DOLLAR))) == (13, 15)
    # A side without quantity is empty.
    assert sides(take(intake, bid(13 * DOLLAR, quantity=0))) == (0, 15)
    assert intake.quote_sequence == 4


@pytest.mark.parametrize(
    ("tick", "reason"),
    [
        (trade(0), "price"),
        (trade(-5), "price"),
        (trade(10**18), "price"),
        (trade(DOLLAR, quantity=0), "quantity"),
        (trade(DOLLAR, quantity=10**18), "quantity"),
        (bid(-DOLLAR), "price"),
        (ask(DOLLAR, quantity=-1), "quantity"),
    ],
)
def test_what_cannot_be_stored_is_refused(tick: QuoteTick | TradeTick, reason: str) -> None:
    intake = SymbolIntake("BAC")
    refused = intake.quote(tick, 0) if isinstance(tick, QuoteTick) else intake.trade(tick, 0)
    assert isinstance(refused, Refused)
    assert refused.reason == reason


def test_an_absurd_price_is_flagged_until_the_market_stays_there() -> None:
    intake = SymbolIntake("BAC")
    take(intake, trade(14 * DOLLAR))
    assert take(intake, trade(1400 * DOLLAR)).flags == OUTLIER
    assert take(intake, trade(15 * DOLLAR)).flags == 0
    flags = [take(intake, trade(3 * DOLLAR)).flags for _ in range(OUTLIERS_BELIEVED)]
    assert flags == [OUTLIER] * (OUTLIERS_BELIEVED - 1) + [0]


def test_a_market_that_moved_on_both_sides_is_believed_after_ten_quotes() -> None:
    intake = SymbolIntake("BAC")
    both = [QuoteTick("BAC", n, price, DOLLAR, price + DOLLAR, DOLLAR, "P", n) for n, price in
            enumerate([100 * DOLLAR] + [400 * DOLLAR] * OUTLIERS_BELIEVED)]  # fmt: skip
    flags = [take(intake, tick).flags for tick in both]
    assert flags == [0] + [OUTLIER] * (OUTLIERS_BELIEVED - 1) + [0]


def test_a_tick_that_was_old_when_it_arrived_changes_nothing() -> None:
    intake = SymbolIntake("BAC")
    take(intake, bid(13 * DOLLAR, time_ns=100))
    stale = intake.quote(bid(12 * DOLLAR, time_ns=200), 0, stale=True)
    assert isinstance(stale, Quote)
    assert stale.flags == LATE
    assert sides(take(intake, ask(14 * DOLLAR, time_ns=150))) == (13, 14)


def test_a_stub_quote_does_not_become_a_side() -> None:
    intake = SymbolIntake("BAC")
    take(intake, bid(13 * DOLLAR))
    take(intake, ask(14 * DOLLAR))
    assert take(intake, ask(199_999 * DOLLAR)).flags == OUTLIER
    assert sides(take(intake, bid(13 * DOLLAR))) == (13, 14)


def test_a_crossed_quote_is_known_but_not_shown() -> None:
    intake = SymbolIntake("BAC")
    take(intake, bid(13 * DOLLAR))
    take(intake, ask(14 * DOLLAR))
    assert take(intake, bid(15 * DOLLAR)).flags == CROSSED
    last = take(intake, ask(16 * DOLLAR))
    assert (sides(last), last.flags) == ((15, 16), 0)


def test_time_going_backwards_is_late() -> None:
    intake = SymbolIntake("BAC")
    take(intake, trade(14 * DOLLAR, time_ns=100))
    assert take(intake, trade(14 * DOLLAR, time_ns=99)).flags == LATE
    assert take(intake, trade(14 * DOLLAR, time_ns=100)).flags == 0
    take(intake, bid(13 * DOLLAR, time_ns=100))
    assert take(intake, bid(12 * DOLLAR, time_ns=50)).flags == LATE
    assert sides(take(intake, ask(14 * DOLLAR, time_ns=100))) == (13, 14)


def test_a_wrong_time_ahead_does_not_make_the_rest_late_for_ever() -> None:
    intake = SymbolIntake("BAC")
    take(intake, trade(14 * DOLLAR, time_ns=10**15))
    flags = [take(intake, trade(14 * DOLLAR, time_ns=n)).flags for n in range(LATE_BELIEVED)]
    assert flags == [LATE] * (LATE_BELIEVED - 1) + [0]


def test_what_the_source_calls_suspicious_is_not_believed() -> None:
    intake = SymbolIntake("BAC")
    take(intake, bid(13 * DOLLAR))
    suspicious = dataclasses.replace(bid(12 * DOLLAR), suspicious=True)
    assert take(intake, suspicious).flags == SUSPICIOUS
    assert sides(take(intake, ask(14 * DOLLAR))) == (13, 14)
