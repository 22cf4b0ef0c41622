"""What is signed is what counts: no field can be altered, moved or left out, and none serves another purpose."""

import pytest
from cift_common import canonical, decision, execution_report, sealed
from cift_common.execution_report import GROUP_SIZE_MAX, Signer, Verifier
from cift_proto.execution.v1 import execution_pb2
from cift_proto.matcher.v1 import matcher_pb2
from cift_proto.trading.v1 import trading_pb2
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

SEED, OTHER = b"\x01" * 32, b"\x02" * 32
KEY = b"\x05" * 32


def verifier(*seeds: bytes) -> Verifier:
    ring = ",".join(seed.hex() for seed in seeds)
    return Verifier(execution_report.ring("", execution_report.public_keys(ring)))


def filled(message: Message, salt: int) -> None:
    """Gives every scalar field a value of its own."""
    for field in message.DESCRIPTOR.fields:
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            continue
        setattr(message, field.name, value(field, salt + field.number))


def value(field: FieldDescriptor, number: int) -> object:
    match field.type:
        case FieldDescriptor.TYPE_STRING:
            return f"text {number}"
        case FieldDescriptor.TYPE_BYTES:
            return b"bytes %d" % number
        case FieldDescriptor.TYPE_BOOL:
            return bool(number % 2)
        case FieldDescriptor.TYPE_ENUM:
            return number % 7 + 1
        case _:
            return number


def execution(number: int = 1) -> execution_pb2.OrderExecution:
    made = execution_pb2.OrderExecution(broker="paper", commission_nanos=number)
    filled(made.report, number * 100)
    return made


def test_every_single_field_of_a_report_is_signed() -> None:
    made = execution()
    Signer([SEED]).sign([made])
    assert verifier(SEED).is_genuine(made)
    for field in matcher_pb2.ExecutionReport.DESCRIPTOR.fields:
        altered = execution_pb2.OrderExecution()
        altered.CopyFrom(made)
        new = not getattr(made.report, field.name) if field.type == FieldDescriptor.TYPE_BOOL else value(field, 9)
        setattr(altered.report, field.name, new)
        assert not verifier(SEED).is_genuine(altered), field.name
    for change in ({"broker": "other"}, {"commission_nanos": 2}, {"signature": b""}, {"digests": b""}):
        altered = execution_pb2.OrderExecution()
        altered.CopyFrom(made)
        for name, new in change.items():
            setattr(altered, name, new)
        assert not verifier(SEED).is_genuine(altered), change


@pytest.mark.parametrize("count", [1, 2, GROUP_SIZE_MAX, GROUP_SIZE_MAX + 1, 3 * GROUP_SIZE_MAX])
def test_reports_that_are_signed_together_are_verified_one_by_one(count: int) -> None:
    made = [execution(number) for number in range(1, count + 1)]
    Signer([SEED]).sign(made)
    seen = verifier(SEED)
    assert all(map(seen.is_genuine, made))
    assert len({one.signature for one in made}) == -(-count // GROUP_SIZE_MAX)
    # A proof is good for the reports that it names and for no other.
    stranger = execution(count + 1)
    stranger.digests, stranger.signature = made[0].digests, made[0].signature
    assert not seen.is_genuine(stranger)
    stranger.digests += execution_report.digest(stranger)
    assert not seen.is_genuine(stranger)


def test_a_ring_verifies_what_any_of_its_keys_has_signed_and_nothing_else() -> None:
    old, new, foreign = execution(1), execution(2), execution(3)
    Signer([SEED]).sign([old])
    Signer([OTHER, SEED]).sign([new])
    Signer([b"\x03" * 32]).sign([foreign])
    ring = verifier(OTHER, SEED)
    assert (ring.is_genuine(old), ring.is_genuine(new), ring.is_genuine(foreign)) == (True, True, False)
    assert not Verifier([]).is_genuine(old)


@given(st.lists(st.text(max_size=5) | st.integers() | st.binary(max_size=5), max_size=5), st.data())
def test_different_fields_have_different_canonical_bytes(fields: list[canonical.Field], data: st.DataObject) -> None:
    other = data.draw(st.lists(st.text(max_size=5) | st.integers() | st.binary(max_size=5), max_size=5))
    kinds = [(type(field), field) for field in fields], [(type(field), field) for field in other]
    assert (canonical.framed("p", fields) == canonical.framed("p", other)) == (kinds[0] == kinds[1])
    assert canonical.framed("p", fields) != canonical.framed("q", fields)


# What becomes of an order, and what is nobody's terms.
NOT_DECIDED = {
    "status", "filled_quantity_nanos", "filled_average_price_nanos", "reason", "updated_at_ns", "filled_at_ns",
    "canceled_at_ns", "expired_at_ns", "failed_at_ns", "replaced_at_ns", "replaced_by", "version", "legs",
    "high_water_price_nanos", "trailing_stop_price_nanos",
}  # fmt: skip


def test_every_term_of_an_order_and_what_is_asked_for_is_signed() -> None:
    order, risk = trading_pb2.Order(), trading_pb2.RiskDecision()
    for message in (order, risk):
        for field in message.DESCRIPTOR.fields:
            if field.name not in NOT_DECIDED | {"signature"}:
                setattr(message, field.name, value(field, field.number))
    risk.signature = decision.sign(KEY, order, risk)
    assert decision.verify_any([OTHER, KEY], order, risk)
    assert not decision.verify_any([OTHER], order, risk)
    for message in (order, risk):
        for field in message.DESCRIPTOR.fields:
            if field.name in NOT_DECIDED | {"signature"}:
                continue
            before = getattr(message, field.name)
            setattr(message, field.name, not before if field.type == FieldDescriptor.TYPE_BOOL else value(field, 99))
            assert not decision.verify_any([KEY], order, risk), field.name
            setattr(message, field.name, before)


def test_what_was_decided_for_a_new_order_is_no_replacement_and_no_cancel() -> None:
    order = trading_pb2.Order(order_id="o", account_id="a", symbol="AAPL")
    risk = trading_pb2.RiskDecision(decided_at_ns=1)
    risk.signature = decision.sign(KEY, order, risk)
    assert decision.verify_any([KEY], order, risk)
    risk.original_order_id = "other"
    assert not decision.verify_any([KEY], order, risk)
    cancel = trading_pb2.OrderCancel(order_id="o", account_id="a", symbol="AAPL", signature=risk.signature)
    assert not decision.verify_cancel([KEY], cancel)
    cancel.signature = decision.sign_cancel(KEY, cancel)
    assert decision.verify_cancel([OTHER, KEY], cancel)
    for field in decision.CANCEL_FIELDS:
        altered = trading_pb2.OrderCancel()
        altered.CopyFrom(cancel)
        setattr(altered, field, value(cancel.DESCRIPTOR.fields_by_name[field], 9))
        assert not decision.verify_cancel([KEY], altered), field


def test_a_seal_is_good_for_one_recipient_subject_and_payload() -> None:
    headers = {sealed.header("gateway"): sealed.seal(KEY, "account.a.updates", b"payload")}
    assert sealed.is_sealed([OTHER, KEY], "gateway", "account.a.updates", b"payload", headers)
    for recipient, subject, payload in (
        ("analytics", "account.a.updates", b"payload"),
        ("gateway", "account.b.updates", b"payload"),
        ("gateway", "account.a.updates", b"payloae"),
    ):
        assert not sealed.is_sealed([KEY], recipient, subject, payload, headers)
    for keys, found in (([OTHER], headers), ([], headers), ([KEY], None), ([KEY], {"Cift-Seal-gateway": "ä"})):
        assert not sealed.is_sealed(keys, "gateway", "account.a.updates", b"payload", found)
