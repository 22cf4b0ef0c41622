"""What waits for the broker's answer, and in which order it is sent."""

from cift_execution.domain.pending import Pending
from cift_execution.domain.request import Cancel, Key, Kind, New, Replace, Request
from cift_proto.trading.v1 import trading_pb2
from hypothesis import given
from hypothesis import strategies as st


def new(order_id: str) -> New:
    return New(trading_pb2.Order(order_id=order_id, symbol="AAPL"))


def cancel(order_id: str) -> Cancel:
    return Cancel(order_id, "account", "AAPL", 1)


def replace(original: str, order_id: str) -> Replace:
    return Replace(original, trading_pb2.Order(order_id=order_id, symbol="AAPL"))


def test_a_repeat_is_not_sent_but_its_delivery_is_acknowledged_too() -> None:
    pending: Pending[str] = Pending()
    assert pending.add(new("a"), "first") is not None
    assert pending.add(new("a"), "again") is None
    entry, released = pending.answer(Key(Kind.NEW, "a"))
    assert entry is not None
    assert (entry.deliveries, released) == (["first", "again"], [])
    assert pending.answer(Key(Kind.NEW, "a")) == (None, [])


def test_a_cancel_waits_behind_its_order_and_a_replacement_behind_the_original() -> None:
    pending: Pending[str] = Pending()
    pending.add(new("a"))
    assert pending.add(replace("a", "b")) is None
    assert pending.add(cancel("b")) is None
    assert [entry.request.key for entry in pending.sendable()] == [Key(Kind.NEW, "a")]

    _, released = pending.answer(Key(Kind.NEW, "a"))
    assert [entry.request.key for entry in released] == [Key(Kind.REPLACE, "b")]
    _, released = pending.answer(Key(Kind.REPLACE, "b"))
    assert [entry.request.key for entry in released] == [Key(Kind.CANCEL, "b")]
    assert len(pending) == 1


def test_a_cancel_of_an_order_that_the_broker_has_is_sent_at_once() -> None:
    pending: Pending[str] = Pending()
    assert pending.add(cancel("a")) is not None


IDS = st.sampled_from("abc")
REQUESTS = st.one_of(st.builds(new, IDS), st.builds(cancel, IDS), st.builds(replace, IDS, IDS))


@given(st.lists(st.one_of(REQUESTS, st.just(None))))
def test_every_request_is_sent_once_and_nothing_is_left(steps: list[Request | None]) -> None:
    """Whatever arrives in whatever order: all of it becomes sendable, none twice, and answers empty the table."""
    pending: Pending[str] = Pending()
    sent: list[Key] = []
    waiting: set[Key] = set()
    expected = 0

    def send(key: Key) -> None:
        assert key not in waiting
        waiting.add(key)
        sent.append(key)

    def answer_oldest() -> None:
        key = next(key for key in sent if key in waiting)
        waiting.discard(key)
        entry, released = pending.answer(key)
        assert entry is not None
        for freed in released:
            send(freed.request.key)

    for step in steps:
        if step is not None:
            if step.key in pending:
                continue
            expected += 1
            if pending.add(step) is not None:
                send(step.key)
        elif waiting:
            answer_oldest()
    while waiting:
        answer_oldest()
    assert (len(sent), len(pending)) == (expected, 0)
