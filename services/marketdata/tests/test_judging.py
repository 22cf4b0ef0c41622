"""Judging many ticks at once gives what judging each gives, and leaves the same behind."""

import dataclasses

import numpy as np
from cift_marketdata.domain import columns, judging
from cift_marketdata.domain.intake import Refused, SymbolIntake
from cift_marketdata.domain.ticks import Quote, QuoteTick, Trade, TradeTick
from hypothesis import given, settings
from hypothesis import strategies as st

DOLLAR = 10**9
# Mostly what a market says, now and then something that nobody should believe.
times = st.integers(0, 30) | st.just(100)
prices = st.integers(10 * DOLLAR, 12 * DOLLAR) | st.sampled_from([0, -1, 30 * DOLLAR, 10**18])
quantities = st.integers(1, 5) | st.sampled_from([0, -1, 10**18])
side = st.tuples(prices, quantities) | st.just((None, None))


@st.composite
def blocks(draw: st.DrawFn) -> list[list[QuoteTick | TradeTick]]:
    usual = draw(st.booleans())
    found, time_ns, row = [], 0, 0
    for size in draw(st.lists(st.integers(1, 8), min_size=1, max_size=5)):
        block: list[QuoteTick | TradeTick] = []
        for _ in range(size):
            time_ns = time_ns + draw(st.integers(0, 3)) if usual else draw(times)
            row += 1
            if draw(st.booleans()):
                price, quantity = draw(prices), draw(quantities)
                block.append(TradeTick("BAC", time_ns, price, quantity, "P", row, not usual and draw(st.booleans())))
            else:
                block.append(QuoteTick("BAC", time_ns, *draw(side), *draw(side), "Q", row))
        found.append(block)
    return found


def one_by_one(intake: SymbolIntake, ticks: list[QuoteTick | TradeTick]) -> list[Quote | Trade]:
    taken = [intake.quote(t, 7) if isinstance(t, QuoteTick) else intake.trade(t, 7) for t in ticks]
    return [row for row in taken if not isinstance(row, Refused)]


@settings(deadline=None)
@given(blocks())
def test_at_once_and_one_by_one_are_the_same(blocks: list[list[QuoteTick | TradeTick]]) -> None:
    single, together = SymbolIntake("BAC"), SymbolIntake("BAC")
    for block in blocks:
        ticks = columns.of_ticks(block)
        assert columns.to_ticks(ticks) == block
        expected = columns.of(one_by_one(single, block))
        for part, judge, rows in (
            (~ticks["trade"], judging.quotes, expected[0]),
            (ticks["trade"], judging.trades, expected[1]),
        ):
            if not part.any():
                continue
            before = dataclasses.asdict(together)
            found = judge(together, ticks[part], 7)
            if found is None:
                assert dataclasses.asdict(together) == before
                found = columns.of(one_by_one(together, columns.to_ticks(ticks[part])))[int(ticks[part]["trade"][0])]
            assert np.array_equal(found, rows)
        # An anchor's candidate counts only while there are candidates.
        for intake in (single, together):
            for anchor in (intake.bid_anchor, intake.ask_anchor, intake.trade_anchor):
                anchor.candidate_nanos = anchor.candidate_nanos if anchor.candidates else 0
        assert together == single


def test_the_ordinary_is_judged_at_once() -> None:
    ticks: list[QuoteTick | TradeTick] = [
        QuoteTick("BAC", n, *((10 * DOLLAR, 1, None, None) if n % 2 else (None, None, 11 * DOLLAR, 1)), "Q", n)
        for n in range(1, 100)
    ]
    assert judging.quotes(SymbolIntake("BAC"), columns.of_ticks(ticks), 7) is not None
    trades: list[QuoteTick | TradeTick] = [TradeTick("BAC", n, 10 * DOLLAR + n, 1, "Q", n) for n in range(1, 100)]
    assert judging.trades(SymbolIntake("BAC"), columns.of_ticks(trades), 7) is not None
