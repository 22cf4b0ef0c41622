import pytest
from cift_execution.domain.events import EVENTS, answered, refusal
from cift_execution.domain.request import Cancel, Key, Kind, New, Replace
from cift_proto.common.v1 import types_pb2
from cift_proto.matcher.v1 import matcher_pb2
from cift_proto.trading.v1 import trading_pb2

ORDER = trading_pb2.Order(order_id="n", account_id="acc", symbol="AAPL", side=types_pb2.SIDE_BUY)


def test_every_kind_of_report_has_a_subject() -> None:
    kinds = set(types_pb2.ExecutionType.values()) - {types_pb2.EXECUTION_TYPE_UNSPECIFIED}
    assert EVENTS.keys() == kinds


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (types_pb2.EXECUTION_TYPE_NEW, Key(Kind.NEW, "n")),
        (types_pb2.EXECUTION_TYPE_REJECTED, Key(Kind.NEW, "n")),
        (types_pb2.EXECUTION_TYPE_REPLACED, Key(Kind.REPLACE, "n")),
        (types_pb2.EXECUTION_TYPE_REPLACE_REJECTED, Key(Kind.REPLACE, "n")),
        (types_pb2.EXECUTION_TYPE_CANCEL_REJECTED, Key(Kind.CANCEL, "n")),
        (types_pb2.EXECUTION_TYPE_CANCELED, Key(Kind.CANCEL, "n")),
    ],
)
def test_a_report_answers_its_request(kind: types_pb2.ExecutionType, key: Key) -> None:
    assert key in answered(matcher_pb2.ExecutionReport(type=kind, order_id="n", original_order_id="o"))


@pytest.mark.parametrize(
    ("request_", "kind", "execution_id"),
    [
        (New(ORDER), types_pb2.EXECUTION_TYPE_REJECTED, "PAPER-REFUSED-n"),
        (Replace("o", ORDER), types_pb2.EXECUTION_TYPE_REPLACE_REJECTED, "PAPER-REPLACE-REFUSED-n"),
        (Cancel("n", "acc", "AAPL", 7), types_pb2.EXECUTION_TYPE_CANCEL_REJECTED, "PAPER-CANCEL-REFUSED-n-7"),
    ],
)
def test_a_refusal_has_the_same_id_whenever_it_is_told(
    request_: New | Replace | Cancel, kind: types_pb2.ExecutionType, execution_id: str
) -> None:
    first, again = (refusal("paper", request_, "UNKNOWN_SYMBOL", time_ns) for time_ns in (1, 2))
    assert first.execution_id == again.execution_id == execution_id
    assert (first.type, first.order_id, first.account_id, first.symbol) == (kind, "n", "acc", "AAPL")
    assert first.reason == "UNKNOWN_SYMBOL"
