"""The venue's book → JSON, in the words of Alpaca's stream of order books."""

from collections.abc import Iterable

from cift_proto.execution.v1 import execution_pb2 as execution

from cift_gateway.api.render import Json, Number, Time, number
from cift_gateway.domain.times import rfc3339


def book(message: execution.GetBookResponse, number: Number = number, time: Time = rfc3339) -> Json:
    """Best price first. Without a time the venue did not answer: nothing is known of the book."""

    def side(levels: Iterable[execution.GetBookResponse.Level]) -> list[Json]:
        return [{"p": number(at.price_nanos), "s": number(at.quantity_nanos), "n": at.orders} for at in levels]

    return {
        "t": time(message.time_ns) if message.time_ns else None,
        "b": side(message.bids),
        "a": side(message.asks),
        "sequence": message.sequence,
    }
