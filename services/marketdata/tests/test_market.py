"""The simulated market: deterministic, on the grid, with volatility that clusters."""

import itertools
from decimal import Decimal

from cift_common.platform import Instrument
from cift_marketdata.domain.ticks import QuoteTick, TradeTick
from cift_marketdata.feeds.market import SimulatedMarket
from hypothesis import given
from hypothesis import strategies as st

instruments = st.lists(
    st.builds(
        Instrument,
        symbol=st.sampled_from(["AAPL", "MSFT", "BRK.B", "X", "BTCUSD"]),
        tick_size=st.sampled_from([Decimal("0.01"), Decimal("0.0001"), Decimal("0.25"), Decimal(5)]),
        lot_size=st.sampled_from([Decimal(1), Decimal("0.001"), Decimal("1E-9"), Decimal(100)]),
        reference_price=st.decimals("0.01", "90000", places=2),
        volatility=st.sampled_from([Decimal("0.01"), Decimal("0.3"), Decimal(5)]),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda instrument: instrument.symbol,
)


def ticks(market: SimulatedMarket, steps: int) -> list[QuoteTick | TradeTick]:
    return [tick for n in range(steps) for tick in market.step(10**18 + n)]


@given(instruments, st.integers(0, 2**63 - 1), st.integers(1, 100_000))
def test_the_same_seed_gives_the_same_ticks(instruments: list[Instrument], seed: int, rate: int) -> None:
    first = ticks(SimulatedMarket(instruments, seed, rate), 60)
    assert first == ticks(SimulatedMarket(instruments, seed, rate), 60)
    assert first != ticks(SimulatedMarket(instruments, seed + 1, rate), 60)


@given(instruments, st.integers(0, 1000), st.integers(1, 100_000))
def test_ticks_lie_on_the_grid_and_trades_at_the_touch(instruments: list[Instrument], seed: int, rate: int) -> None:
    by_symbol = {instrument.symbol: instrument for instrument in instruments}
    last: dict[str, QuoteTick] = {}
    for tick in ticks(SimulatedMarket(instruments, seed, rate), 200):
        instrument = by_symbol[tick.symbol]
        if isinstance(tick, QuoteTick):
            last[tick.symbol] = tick
            bid, ask, sizes = (
                tick.bid_price_nanos,
                tick.ask_price_nanos,
                [tick.bid_quantity_nanos, tick.ask_quantity_nanos],
            )
            assert bid is not None
            assert ask is not None
            assert 0 < bid < ask
            assert bid % instrument.tick_size_nanos == ask % instrument.tick_size_nanos == 0
        else:
            quote, sizes = last[tick.symbol], [tick.quantity_nanos]
            assert tick.price_nanos in (quote.bid_price_nanos, quote.ask_price_nanos)
        assert all(size and size % instrument.lot_size_nanos == 0 for size in sizes)


@given(instruments, st.integers(0, 1000))
def test_every_symbol_is_quoted_once_a_round(instruments: list[Instrument], seed: int) -> None:
    quotes = [
        t for t in ticks(SimulatedMarket(instruments, seed, 40), 5 * len(instruments)) if isinstance(t, QuoteTick)
    ]
    for start in range(0, len(quotes), len(instruments)):
        symbols = [quote.symbol for quote in quotes[start : start + len(instruments)]]
        assert sorted(symbols) == sorted(instrument.symbol for instrument in instruments)


def test_a_restart_goes_on_from_the_last_price() -> None:
    instrument = Instrument(symbol="AAPL", reference_price=Decimal(100))
    (quote,) = ticks(SimulatedMarket([instrument], 7, 40, {"AAPL": 123_450_000_000}), 1)
    assert isinstance(quote, QuoteTick)
    assert abs((quote.bid_price_nanos or 0) - 123_450_000_000) < 100_000_000


def test_volatility_is_as_declared_and_clusters() -> None:
    # A fine tick, so that rounding does not blur the returns.
    instrument = Instrument(symbol="AAPL", tick_size=Decimal("0.000001"), reference_price=Decimal(100))
    quotes = [t for t in ticks(SimulatedMarket([instrument], 1, 1), 40_000) if isinstance(t, QuoteTick)]
    middles = [((q.bid_price_nanos or 0) + (q.ask_price_nanos or 0)) / 2 for q in quotes]
    returns = [b / a - 1 for a, b in itertools.pairwise(middles)]
    squares = [r * r for r in returns]
    mean = sum(squares) / len(squares)
    yearly = (mean * 252 * 6.5 * 3600) ** 0.5
    assert 0.25 < yearly < 0.36
    deviations = [s - mean for s in squares]
    variance = sum(d * d for d in deviations)
    correlation = sum(a * b for a, b in itertools.pairwise(deviations)) / variance
    # Independent returns would give 0 ± 0.01.
    assert correlation > 0.05
