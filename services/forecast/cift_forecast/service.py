"""Use cases: hear the market, forecast, follow the registry, tell."""

import asyncio
import time
from collections.abc import Callable, Sequence

from cift_common import logging
from cift_common.errors import CiftError, InvalidArgument, NotFound, Unavailable
from cift_common.ids import Clock
from prometheus_client import Counter, Gauge, Histogram

from cift_forecast.adapters.models import Models
from cift_forecast.adapters.questdb import QuestDb
from cift_forecast.adapters.runtime import Runtime
from cift_forecast.domain.described import WrongModel
from cift_forecast.domain.live import SECOND_NS, Quote
from cift_forecast.domain.reference import CHALLENGER, CHAMPION, Reference
from cift_forecast.serving import Desk, Forecast, Served

_log = logging.get(__name__)
_seconds = Histogram(
    "cift_forecast_prediction_seconds",
    "From the end of a step to its forecast: features and model",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1),
)
_forecasts = Counter("cift_forecast_predictions", "Forecasts made", ["symbol", "role"])
_outcomes = Counter("cift_forecast_outcomes", "Forecasts whose future is known", ["symbol", "role", "right"])
_hit_rate = Gauge("cift_forecast_hit_rate", "Of the last 500 known outcomes", ["symbol", "role"])
_log_loss = Gauge("cift_forecast_log_loss", "Of the last 500 known outcomes; 0.693 is a coin", ["symbol", "role"])
_drift = Gauge("cift_forecast_drift", "Population stability index against training", ["symbol", "feature"])
_loads = Counter("cift_forecast_model_loads", "Versions that were loaded, or refused", ["outcome"])
_served_info = Gauge("cift_forecast_model_info", "1 for each version that is served", ["symbol", "role", "version"])
_registry_up = Gauge("cift_forecast_registry_up", "1 where the registry answered last")
DRIFT_EVERY = 20
HISTORY_RETRY_SECONDS = 30.0
HISTORY_RANGES = (3, 100)
"""How many times the wanted range is asked for, one after the other: quiet markets have few steps in it."""

NOT_ASKED = "was not asked yet"

Tell = Callable[[Served, str, Forecast], None]


class Forecasts:
    """All symbols of the platform. `tell` gets every forecast of a champion."""

    def __init__(
        self,
        symbols: Sequence[str],
        models: Models,
        history: QuestDb,
        reference: Reference,
        clock: Clock,
        tell: Tell,
        *,
        shadow: bool,
    ) -> None:
        self.symbols = tuple(symbols)
        self.registry_reachable, self.registry_answered_ns, self.registry_problem = False, 0, NOT_ASKED
        self._models, self._history, self._reference, self._clock, self._tell = models, history, reference, clock, tell
        self._shadow = shadow
        self._desks: dict[str, dict[int, Desk]] = {symbol: {} for symbol in symbols}
        self._served: dict[tuple[str, str], Served] = {}
        self._former: dict[str, Served] = {}
        self._refused: dict[tuple[str, str], tuple[str, str, str]] = {}
        self._heard_ns = 0
        self._tasks: set[asyncio.Task[None]] = set()

    # the market

    def quote(self, symbol: str, quote: Quote) -> None:
        for desk in self._desks.get(symbol, {}).values():
            desk.steps.quote(quote)
        self._hear(quote.time_ns)

    def trade(self, symbol: str, time_ns: int, quantity: float) -> None:
        for desk in self._desks.get(symbol, {}).values():
            desk.steps.trade(time_ns, quantity)
        self._hear(time_ns)

    def _hear(self, time_ns: int) -> None:
        """The market's own time ends steps: a replay's is another than the clock's."""
        if time_ns <= self._heard_ns:
            return
        self._heard_ns = time_ns
        for symbol, desks in self._desks.items():
            for desk in desks.values():
                self._close(symbol, desk)

    def _close(self, symbol: str, desk: Desk) -> None:
        began = time.perf_counter()
        for served, forecast, right in desk.close(self._heard_ns):
            _seconds.observe(time.perf_counter() - began)
            _forecasts.labels(symbol, served.role).inc()
            if served.role == CHAMPION:
                self._tell(served, symbol, forecast)
            self._measure(symbol, served, right)
            began = time.perf_counter()
        if not desk.has_history and len(desk.steps):
            desk.has_history = True
            task = asyncio.get_running_loop().create_task(self._remember(symbol, desk))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _measure(self, symbol: str, served: Served, right: list[bool]) -> None:
        for was_right in right:
            _outcomes.labels(symbol, served.role, str(was_right).lower()).inc()
        if right:
            _hit_rate.labels(symbol, served.role).set(served.outcomes.hit_rate)
            _log_loss.labels(symbol, served.role).set(served.outcomes.log_loss)
            if served.role == CHAMPION and served.outcomes.count % DRIFT_EVERY == 0:
                for feature, index in served.drift.indices().items():
                    _drift.labels(symbol, feature).set(index)

    async def _remember(self, symbol: str, desk: Desk) -> None:
        """What was before the first step that we heard whole; without it we are silent until we have heard enough."""
        first_ns = desk.steps.first_ns
        assert first_ns is not None
        end_ns = first_ns - desk.steps.step_ns
        try:
            for times in HISTORY_RANGES:
                start_ns = end_ns - times * desk.history_seconds * SECOND_NS
                bars = await asyncio.to_thread(self._history.bars, symbol, desk.step_seconds, start_ns, end_ns)
                if len(bars) * desk.step_seconds >= desk.history_seconds:
                    break
            desk.steps.remember(bars)
        except InvalidArgument:
            return
        except Unavailable as error:
            _log.warning("no history yet", symbol=symbol, error=error.message)
            await asyncio.sleep(HISTORY_RETRY_SECONDS)
            desk.has_history = False
            return
        for served in list(desk.served.values()):
            self._say(symbol, desk, served)

    def _say(self, symbol: str, desk: Desk, served: Served) -> None:
        """A model speaks about the last step at once: nobody waits for the next one after a change."""
        forecast = desk.again(served)
        if forecast is not None and served.role == CHAMPION:
            self._tell(served, symbol, forecast)

    # the registry

    async def run_registry(self, poll_seconds: float) -> None:
        """Ends only by cancellation."""
        while True:
            await self.follow()
            await asyncio.sleep(poll_seconds)

    async def follow(self) -> None:
        """Asks the registry once, and loads what it names; where it is away, what was served before stays."""
        try:
            aliases = await asyncio.to_thread(self._models.aliases)
        except CiftError as error:
            if self.registry_reachable or self.registry_problem == NOT_ASKED:
                _log.warning("the registry is away; serving goes on", error=error.message)
            self.registry_reachable, self.registry_problem = False, error.message
            _registry_up.set(0)
            await self._load_remembered()
            return
        self.registry_reachable, self.registry_problem, self.registry_answered_ns = True, "", self._clock()
        _registry_up.set(1)
        for symbol in self.symbols:
            model = self._reference.model(symbol)
            known = aliases.get(model)
            if known is None:
                continue
            champion = self._reference.version(known)
            challenger = known.get(CHALLENGER) if self._shadow else None
            if champion is None and (symbol, CHAMPION) not in self._served:
                self._refused[symbol, CHAMPION] = (model, "", f"{model} has no {self._reference.which}")
            await self._serve(symbol, CHAMPION, model, champion)
            await self._serve(symbol, CHALLENGER, model, challenger if challenger != champion else None)

    async def _load_remembered(self) -> None:
        for symbol in self.symbols:
            if any((symbol, role) in self._served for role in (CHAMPION, CHALLENGER)):
                continue
            for role, (model, version) in (await asyncio.to_thread(self._models.remembered, symbol)).items():
                await self._serve(symbol, role, model, version, from_cache=True)

    async def _serve(
        self, symbol: str, role: str, model: str, version: str | None, *, from_cache: bool = False
    ) -> None:
        """Makes this the served version, unless it is already, or was refused."""
        served = self._served.get((symbol, role))
        if version is None:
            if served is not None and role == CHALLENGER:
                self._put(symbol, role, None)
            return
        if served is not None and (served.model, served.version) == (model, version):
            served.from_cache = served.from_cache and from_cache
            self._refused.pop((symbol, role), None)
            return
        refused = self._refused.get((symbol, role))
        if refused is not None and refused[:2] == (model, version):
            return
        try:
            folder = await asyncio.to_thread(self._models.fetch, model, version)
            runtime = await asyncio.to_thread(Runtime, folder)
            if runtime.told.symbol != symbol and not self._reference.name:
                raise WrongModel(f"it was trained on {runtime.told.symbol}")
        except (WrongModel, NotFound) as error:
            _loads.labels("refused").inc()
            _log.error("a model is refused", symbol=symbol, model=model, version=version, error=str(error))
            self._refused[symbol, role] = (model, version, f"{model} version {version}: {error}")
            return
        except CiftError as error:
            _log.warning("a model cannot be fetched", model=model, version=version, error=error.message)
            return
        _loads.labels("loaded").inc()
        self._refused.pop((symbol, role), None)
        self._put(symbol, role, Served(role, model, version, runtime, from_cache, self._clock()))
        _log.info("serving", symbol=symbol, role=role, model=model, version=version, kind=runtime.told.kind)
        if not from_cache:
            kept = {r: (s.model, s.version) for (of, r), s in self._served.items() if of == symbol}
            await asyncio.to_thread(self._models.remember, symbol, kept)

    def _put(self, symbol: str, role: str, served: Served | None) -> None:
        """In one step of the event loop: no request sees a moment without a model."""
        old = self._served.pop((symbol, role), None)
        if old is not None:
            del self._desks[symbol][old.told.step_seconds].served[role]
            _served_info.remove(symbol, role, old.version)
            if role == CHAMPION and old.latest is not None:
                # It answers until the new one has heard enough to speak.
                self._former[symbol] = old
        if served is not None:
            self._served[symbol, role] = served
            desk = self._desks[symbol].setdefault(served.told.step_seconds, Desk(served.told.step_seconds, self._clock))
            desk.served[role] = served
            _served_info.labels(symbol, role, served.version).set(1)
            self._say(symbol, desk, served)
        for step, desk in list(self._desks[symbol].items()):
            if not desk.served:
                del self._desks[symbol][step]

    # questions

    def predictions(self, symbols: Sequence[str]) -> list[tuple[str, Served, Served | None]]:
        """Champion and challenger with their latest forecasts; without symbols, of all that have one.

        `NotFound` names a symbol without a model; `Unavailable` one whose model has not heard enough yet.
        """
        if not symbols:
            found = [(symbol, self._speaking(symbol)) for symbol in self.symbols]
            return [(symbol, served, self._challenger(symbol)) for symbol, served in found if served is not None]
        asked = []
        for symbol in symbols:
            if symbol not in self._desks:
                raise NotFound(f"asset not found for {symbol}", reason="UNKNOWN_SYMBOL", field="symbols")
            if (symbol, CHAMPION) not in self._served:
                raise NotFound(self._why_not(symbol), reason="NO_MODEL", field="symbols")
            if (served := self._speaking(symbol)) is None:
                raise Unavailable(
                    f"the model of {symbol} has not heard enough of the market yet",
                    reason="WARMING_UP",
                    field="symbols",
                )
            asked.append((symbol, served, self._challenger(symbol)))
        return asked

    def served(self) -> list[tuple[str, Served, str]]:
        """Symbol, version, and why it is not the one that the registry names."""
        return [
            (symbol, served, self._refused.get((symbol, role), ("", "", ""))[2])
            for (symbol, role), served in sorted(self._served.items())
        ]

    def _speaking(self, symbol: str) -> Served | None:
        """The champion, or the one before it as long as it has nothing to say."""
        served = self._served.get((symbol, CHAMPION))
        return served if served is not None and served.latest is not None else self._former.get(symbol)

    def _challenger(self, symbol: str) -> Served | None:
        served = self._served.get((symbol, CHALLENGER))
        return served if served is not None and served.latest is not None else None

    def _why_not(self, symbol: str) -> str:
        if (refused := self._refused.get((symbol, CHAMPION))) is not None:
            return f"no model of {symbol} is served: {refused[2]}"
        if not self.registry_reachable:
            return f"no model of {symbol} is served: {self.registry_problem}"
        return f"no model of {symbol} is registered; `cift models train --symbols {symbol}` makes one"
