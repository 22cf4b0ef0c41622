"""The simulated market: log prices that walk with GARCH(1,1) volatility, quotes around them, trades at the touch.

Pure: the same instruments, seed and starting prices give the same ticks for the same times. Floats make the walk; what
leaves is whole ticks and lots.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cift_common.platform import Instrument

from cift_marketdata.domain.ticks import QuoteTick, TradeTick

SESSION_SECONDS_A_YEAR = 252 * 6.5 * 3600
"""Volatility is per trading year, as it is quoted; a simulated minute moves like one of an open market."""
CLUSTER_SECONDS = 60.0
"""How long a burst of volatility lasts (the time in which it decays to 1/e)."""
SPREAD_BASIS_POINTS = 0.8
ROUND_LOT = 100
TRADES_PER_QUOTE = 0.3
QUANTITY_NANOS_MAX = 10**17
SHARE_NANOS = 10**9


@dataclass(slots=True)
class _Walk:
    """One symbol's state. `heat` is the variance in units of its long-run mean."""

    instrument: Instrument
    rng: random.Random
    log_ticks: float
    step_deviation: float
    alpha: float
    beta: float
    heat: float = 1.0
    bid_ticks: int = 0
    ask_ticks: int = 0
    row: int = 0

    def step(self, time_ns: int) -> list[QuoteTick | TradeTick]:
        rng, instrument = self.rng, self.instrument
        shock = math.sqrt(self.heat) * rng.gauss(0.0, 1.0)
        self.heat = (1 - self.alpha - self.beta) + self.alpha * shock * shock + self.beta * self.heat
        # Two ticks are the floor: there is always room for a bid.
        self.log_ticks = max(self.log_ticks + self.step_deviation * shock, math.log(2.0))
        ticks: list[QuoteTick | TradeTick] = []
        if self.bid_ticks and rng.random() < TRADES_PER_QUOTE:
            # A move up is more often led by a buyer who takes the offer.
            buyer = rng.random() < (0.7 if shock > 0 else 0.3)
            self.row += 1
            ticks.append(
                TradeTick(
                    instrument.symbol,
                    time_ns,
                    (self.ask_ticks if buyer else self.bid_ticks) * instrument.tick_size_nanos,
                    self._quantity(rng.randint(1, ROUND_LOT * rng.randint(1, 4))),
                    instrument.exchange,
                    self.row,
                )
            )
        middle = math.exp(self.log_ticks)
        wanted = middle * SPREAD_BASIS_POINTS / 1e4 * math.sqrt(self.heat) * rng.uniform(0.5, 1.5)
        spread = max(1, round(wanted))
        self.bid_ticks = max(1, round(middle - spread / 2))
        self.ask_ticks = self.bid_ticks + spread
        self.row += 1
        ticks.append(
            QuoteTick(
                instrument.symbol,
                time_ns,
                self.bid_ticks * instrument.tick_size_nanos,
                self._quantity(ROUND_LOT * self._depth()),
                self.ask_ticks * instrument.tick_size_nanos,
                self._quantity(ROUND_LOT * self._depth()),
                instrument.exchange,
                self.row,
            )
        )
        return ticks

    def _depth(self) -> int:
        return 1 + int(self.rng.expovariate(0.4))

    def _quantity(self, shares: int) -> int:
        """Shares in whole lots, one at least."""
        lot = self.instrument.lot_size_nanos
        return max(min(shares * SHARE_NANOS, QUANTITY_NANOS_MAX) // lot * lot, lot)


class SimulatedMarket:
    """Quotes of all symbols in turn, every symbol once a round, in an order that changes."""

    def __init__(
        self,
        instruments: Sequence[Instrument],
        seed: int,
        quotes_per_second: int,
        start_prices: Mapping[str, int] | None = None,
    ) -> None:
        """`start_prices` in nanos go before the instruments' reference prices."""
        seconds = len(instruments) / quotes_per_second
        persistence = math.exp(-seconds / CLUSTER_SECONDS)
        # This alpha gives returns a kurtosis of 6, whatever the rate is.
        alpha = math.sqrt((1 - persistence**2) / 4)
        self._order = random.Random(f"{seed}")
        self._walks: list[_Walk] = []
        for instrument in instruments:
            start = (start_prices or {}).get(instrument.symbol) or int(instrument.reference_price * 10**9)
            self._walks.append(
                _Walk(
                    instrument,
                    random.Random(f"{seed} {instrument.symbol}"),
                    math.log(max(start / instrument.tick_size_nanos, 2.0)),
                    float(instrument.volatility) * math.sqrt(seconds / SESSION_SECONDS_A_YEAR),
                    min(alpha, persistence),
                    max(persistence - alpha, 0.0),
                )
            )
        self._round: list[_Walk] = []

    def step(self, time_ns: int) -> list[QuoteTick | TradeTick]:
        """The next symbol's quote, with the trade before it if there was one."""
        if not self._round:
            self._round = self._order.sample(self._walks, len(self._walks))
        return self._round.pop().step(time_ns)
