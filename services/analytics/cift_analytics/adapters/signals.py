"""Signals in ClickHouse: written as they were said, read by symbol and time."""

from collections.abc import Sequence
from decimal import Decimal

from cift_common import money
from cift_proto.forecast.v1 import forecast_pb2

from cift_analytics.adapters.clickhouse import ClickHouse
from cift_analytics.adapters.questions import where
from cift_analytics.domain.selection import Selection

_COLUMNS = ("symbol", "at", "model", "version", "kind", "probability_up", "horizon_ns", "middle_price", "said_at")


class Signals:
    def __init__(self, clickhouse: ClickHouse) -> None:
        self._clickhouse = clickhouse

    async def write(self, signals: Sequence[forecast_pb2.Signal]) -> None:
        """A repeat changes nothing."""
        await self._clickhouse.insert("signals", _COLUMNS, [_row(signal) for signal in signals])

    async def find(self, selection: Selection, models: Sequence[str], limit: int) -> list[forecast_pb2.Signal]:
        """The latest first."""
        condition, parameters = where(selection, "at", is_time=True, owned=False)
        if models:
            condition += " AND model IN {models:Array(String)}"
            parameters["models"] = list(models)
        rows = await self._clickhouse.query(
            "SELECT symbol, toUnixTimestamp64Nano(at), model, version, kind, probability_up, horizon_ns, middle_price,"
            f" toUnixTimestamp64Nano(said_at) FROM signals FINAL WHERE {condition}"
            " ORDER BY at DESC, symbol, model, version LIMIT {limit:UInt32}",
            {**parameters, "limit": limit},
        )
        return [
            forecast_pb2.Signal(
                symbol=symbol,
                time_ns=time_ns,
                model=model,
                version=version,
                kind=kind,
                probability_up=probability,
                horizon_ns=horizon_ns,
                middle_price_nanos=money.to_nanos(middle) if middle is not None else 0,
                said_at_ns=said_at_ns,
            )
            for symbol, time_ns, model, version, kind, probability, horizon_ns, middle, said_at_ns in rows
        ]


def _row(signal: forecast_pb2.Signal) -> tuple[str, int, str, str, str, float, int, Decimal | None, int]:
    return (
        signal.symbol,
        signal.time_ns,
        signal.model,
        signal.version,
        signal.kind,
        signal.probability_up,
        signal.horizon_ns,
        money.from_nanos(signal.middle_price_nanos) if signal.middle_price_nanos else None,
        signal.said_at_ns or signal.time_ns,
    )
