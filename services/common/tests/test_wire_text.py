"""What no method of a service should ever see in a request."""

import pytest
from cift_common import wire_text
from cift_common.errors import InvalidArgument
from cift_proto.common.v1 import types_pb2
from cift_proto.trading.v1 import trading_pb2
from google.protobuf.message import Message

REQUESTS = [
    (trading_pb2.ListOrdersRequest(filter=99), "filter"),  # type: ignore[arg-type]
    (trading_pb2.SubmitOrderRequest(side=-1), "side"),  # type: ignore[arg-type]
    (trading_pb2.SubmitOrderRequest(client_order_id="a\x00"), "client_order_id"),
    (trading_pb2.ListOrdersRequest(symbols=["AAPL", "A" * (wire_text.CHARACTERS_MAX + 1)]), "symbols"),
]


@pytest.mark.parametrize(("request_", "field"), REQUESTS, ids=[field for _, field in REQUESTS])
def test_nonsense_is_refused_by_field(request_: Message, field: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        wire_text.check(request_)
    assert refused.value.field == field


def test_what_is_declared_passes() -> None:
    wire_text.check(trading_pb2.SubmitOrderRequest(side=types_pb2.SIDE_SELL, symbol="AAPL"))
    wire_text.check(trading_pb2.ListOrdersRequest(filter=trading_pb2.ListOrdersRequest.FILTER_ALL))
