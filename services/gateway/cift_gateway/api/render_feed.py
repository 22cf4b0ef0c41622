"""What only some feeds say, depths and trading statuses → JSON, in names like those of quotes and trades."""

from collections.abc import Iterable

from cift_proto.marketdata.v1 import marketdata_pb2 as marketdata

from cift_gateway.api.render import Json, number
from cift_gateway.domain.times import rfc3339


def depth(message: marketdata.Depth) -> Json:
    def side(levels: Iterable[marketdata.Depth.Level]) -> list[Json]:
        return [{"p": number(at.price_nanos), "s": number(at.quantity_nanos)} for at in levels]

    return {
        "t": rfc3339(message.exchange_time_ns),
        "x": message.exchange,
        "b": side(message.bids),
        "a": side(message.asks),
    }


def status(message: marketdata.TradingStatus) -> Json:
    return {
        "t": rfc3339(message.exchange_time_ns),
        "x": message.exchange,
        "action": message.action,
        "reason": message.reason,
        "trading": message.trading if message.HasField("trading") else None,
        "quoting": message.quoting if message.HasField("quoting") else None,
    }
