"""Use cases: hear a signal, look at the account, order or rest. One symbol after the other: the last signal counts."""

import asyncio
import uuid
from collections.abc import Callable
from decimal import Decimal

import structlog

from examples.strategy.adapters.api import Api, ApiError
from examples.strategy.domain import Limits, Order, Rate, Signal, decide

_log = structlog.get_logger(__name__)


class Strategy:
    def __init__(self, api: Api, limits: Limits, name: str, symbols: frozenset[str], clock: Callable[[], int]) -> None:
        self._api, self._limits, self._name, self._symbols, self._clock = api, limits, name, symbols, clock
        self._rate = Rate()
        self._latest: dict[str, Signal] = {}
        self._changed = asyncio.Event()
        self._equity = Decimal(0)
        self.ordered = 0

    async def begin(self) -> None:
        """What is lost is counted from here."""
        self._equity = await self._api.equity()

    def hear(self, signal: Signal) -> None:
        if signal.symbol in self._symbols:
            self._latest[signal.symbol] = signal
            self._changed.set()

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            while self._latest:
                _, signal = self._latest.popitem()
                try:
                    await self._act(signal)
                except ApiError as error:
                    # Nothing is assumed: the next signal looks at the account afresh.
                    _log.warning("did not act", symbol=signal.symbol, error=str(error))

    async def _act(self, signal: Signal) -> None:
        holding = await self._api.holding(signal.symbol, self._equity)
        now_ns = self._clock()
        decision = decide(signal, holding, self._rate.count(now_ns), self._limits, now_ns)
        if not isinstance(decision, Order):
            _log.debug("rests", symbol=signal.symbol, reason=decision)
            return
        # One order a signal, however often it is heard.
        name = f"{self._name}/{signal.symbol}/{signal.said_at_ns}"
        self._rate.sent_ns.append(now_ns)
        order_id = await self._api.submit(signal.symbol, decision, uuid.uuid5(uuid.NAMESPACE_URL, name).hex, self._name)
        self.ordered += 1
        _log.info(
            "ordered", symbol=signal.symbol, side=decision.side, quantity=str(decision.quantity), order_id=order_id,
            probability_up=signal.probability_up,
        )  # fmt: skip
