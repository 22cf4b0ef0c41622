"""Proto ↔ domain, and nothing else."""

from cift_common import money
from cift_proto.common.v1 import types_pb2
from cift_proto.forecast.v1 import forecast_pb2 as pb

from cift_forecast.domain.live import SECOND_NS, Quote
from cift_forecast.domain.reference import CHAMPION
from cift_forecast.serving import Forecast, Served

_NANOS = money.NANOS
_ROLES = {CHAMPION: pb.ROLE_CHAMPION}


def quote(told: types_pb2.Quote) -> Quote:
    return Quote(
        told.exchange_time_ns,
        told.bid_price_nanos / _NANOS,
        told.ask_price_nanos / _NANOS,
        told.bid_quantity_nanos / _NANOS,
        told.ask_quantity_nanos / _NANOS,
    )


def trade(told: types_pb2.Trade) -> tuple[int, float]:
    return told.exchange_time_ns, told.quantity_nanos / _NANOS


def signal(symbol: str, served: Served, forecast: Forecast) -> pb.Signal:
    return pb.Signal(
        symbol=symbol,
        time_ns=forecast.time_ns,
        probability_up=forecast.probability,
        horizon_ns=served.told.horizon * served.told.step_seconds * SECOND_NS,
        middle_price_nanos=round(forecast.middle * _NANOS),
        model=served.model,
        version=served.version,
        kind=served.told.kind,
        said_at_ns=forecast.said_at_ns,
    )


def served_model(symbol: str, served: Served, refused: str) -> pb.ServedModel:
    return pb.ServedModel(
        symbol=symbol,
        model=served.model,
        version=served.version,
        kind=served.told.kind,
        role=_ROLES.get(served.role, pb.ROLE_CHALLENGER),
        from_cache=served.from_cache,
        loaded_at_ns=served.loaded_at_ns,
        outcomes=served.outcomes.count,
        hit_rate=served.outcomes.hit_rate,
        log_loss=served.outcomes.log_loss,
        drift=max(served.drift.indices().values(), default=0.0),
        refused=refused,
    )
