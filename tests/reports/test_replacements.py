"""Issue 21, 1: a replacement reaches everything that must know it."""

from decimal import Decimal

import pytest
from cift_common.errors import InvalidArgument
from cift_gateway.domain.order_request import ReplaceOrder, to_replace
from cift_proto.common.v1 import types_pb2
from cift_trading import api
from cift_trading.domain import exits, lifecycle
from cift_trading.domain.order import Exits, Order, OrderClass, OrderTerms, TimeInForce
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.reports.engines import ACCOUNT, Engines, buy, nanos

DAY, GTC, GTD, IOC, FOK = (TimeInForce[name] for name in ("DAY", "GTC", "GTD", "IOC", "FOK"))


def replaced(terms: OrderTerms, **body: str) -> OrderTerms:
    """The final terms that `PATCH /v2/orders/{id}` with this body asks for."""
    return api.replaced_terms(terms, to_replace(ReplaceOrder.model_validate(body), ACCOUNT, "", "c"))._replace(
        client_order_id=""
    )


def at_100() -> Engines:
    engines = Engines()
    engines.quote("100.00", "100.02")
    return engines


def test_a_trail_of_50_is_refused_as_a_new_order_with_it_is() -> None:
    engines, fresh = at_100(), at_100()
    terms = buy("trailing_stop", 800, trail_price="0.50")
    assert engines.submit(terms)
    wider = replaced(terms, trail="50")
    answers = engines.replace(engines.last, wider), fresh.submit(wider)
    assert [(answer.accepted, answer.reason, answer.field) for answer in answers] == [
        (False, "BUYING_POWER", "quantity")
    ] * 2


def test_a_day_order_made_gtc_outlives_the_close() -> None:
    engines = at_100()
    engines.submit(buy("limit", 1, DAY, limit_price="90.00"))
    engines.replace(engines.last, engines.orders[engines.last].terms._replace(time_in_force=GTC))
    engines.close_session()
    assert engines.resting(engines.last) is not None


def test_a_gtc_order_made_day_ends_at_the_close() -> None:
    engines = at_100()
    engines.submit(buy("limit", 1, limit_price="90.00"))
    engines.replace(engines.last, engines.orders[engines.last].terms._replace(time_in_force=DAY))
    engines.close_session()
    assert engines.ends[engines.last] == "SESSION_CLOSE"


@pytest.mark.parametrize("immediate", ["ioc", "fok", "opg", "cls"])
def test_nothing_that_rests_becomes_immediate(immediate: str) -> None:
    engines = at_100()
    engines.submit(buy("limit", 1, limit_price="90.00"))
    terms = replaced(engines.orders[engines.last].terms, time_in_force=immediate)
    with pytest.raises(InvalidArgument) as refused:
        engines.replace(engines.last, terms)
    assert (refused.value.field, refused.value.limit) == ("time_in_force", "day, gtc, gtd")


def test_expires_at_is_honoured_or_refused() -> None:
    engines = at_100()
    engines.submit(buy("limit", 1, limit_price="90.00"))
    date = replaced(engines.orders[engines.last].terms, time_in_force="gtd", expires_at="2023-11-15T00:00:00Z")
    assert engines.replace(engines.last, date)
    engines.book.expire(time_ns=date.expires_at)
    assert engines.resting(engines.last) is None
    gtc = buy("limit", 1, limit_price="90.00")
    engines.submit(gtc)
    with pytest.raises(InvalidArgument) as refused:
        engines.replace(engines.last, replaced(gtc, expires_at="2023-11-15T00:00:00Z"))
    assert refused.value.field == "expires_at"


def test_the_trail_of_a_percent_order_is_a_percentage() -> None:
    engines = at_100()
    terms = buy("trailing_stop", 10, trail_percent="1")
    engines.submit(terms)
    wider = replaced(terms, trail="2.5")
    assert (wider.trail_percent_bp, wider.trail_price) == (250, 0)
    engines.replace(engines.last, wider)
    resting = engines.resting(engines.last)
    assert resting is not None
    assert resting.stop_price == Decimal("102.52")


def test_the_venue_says_where_a_trailing_stop_stands() -> None:
    engines = at_100()
    engines.submit(buy("trailing_stop", 10, trail_price="1.00"))
    engines.quote("97.00", "97.02")
    resting = engines.resting(engines.last)
    assert resting is not None
    assert (resting.high_water_price, resting.stop_price) == (
        Decimal("97.02"),
        Decimal("98.02"),
    )


def test_the_exits_of_an_entry_made_gtc_are_gtc() -> None:
    entry = buy("limit", 1, DAY, limit_price="100.00")._replace(
        order_class=OrderClass.BRACKET, exits=Exits(nanos(110), nanos(90))
    )
    parent = exits.parent(Order("entry", entry, 0, 0))
    for leg in exits.legs(parent, "profit", "loss"):
        followed = lifecycle.retime_held(leg, entry._replace(time_in_force=GTC), 1)
        assert (followed.terms.time_in_force, followed.version) == (GTC, leg.version + 1)


CENTS = st.integers(5_000, 15_000).map(lambda cents: f"{cents / 100:.2f}")
QUANTITIES = st.integers(1, 900)
TIMES = st.sampled_from([DAY, GTC])
ORDERS = st.one_of(
    st.builds(lambda q, t, p: buy("limit", q, t, limit_price=p), QUANTITIES, TIMES, CENTS),
    st.builds(lambda q, t, p: buy("stop", q, t, stop_price=p), QUANTITIES, TIMES, CENTS),
    st.builds(lambda q, t, p, s: buy("stop_limit", q, t, stop_price=s, limit_price=p), QUANTITIES, TIMES, CENTS, CENTS),
    st.builds(lambda q, t, p: buy("trailing_stop", q, t, trail_price=p), QUANTITIES, TIMES, CENTS),
    st.builds(lambda q, t, p: buy("trailing_stop", q, t, trail_percent=str(p)), QUANTITIES, TIMES, st.integers(1, 60)),
)
STEPS = st.lists(st.one_of(ORDERS, st.sampled_from(["cancel"]), st.integers(7_000, 13_000)), max_size=12)


@settings(max_examples=200, deadline=None)
@given(ORDERS, STEPS)
def test_a_replacement_is_worth_a_new_order_with_its_terms(
    first: OrderTerms, steps: list[OrderTerms | str | int]
) -> None:
    """After any quotes, cancels and changes: the same answer, the same reservation, the same terms at the venue."""
    engines, ask = at_100(), 10_002
    assume(engines.submit(first).accepted)
    live = engines.last
    for step in steps:
        if isinstance(step, int):
            ask = step
            engines.quote(f"{(ask - 2) / 100:.2f}", f"{ask / 100:.2f}")
            continue
        resting = engines.resting(live)
        # A stop that was elected is a limit order now; the venue refuses to make it wait again.
        if resting is None or resting.type != engines.orders[live].terms.type.name.lower():
            break
        if step == "cancel":
            engines.cancel(live)
            assert engines.reserved == 0
            break
        old = engines.orders[live].terms
        assert isinstance(step, OrderTerms)
        # What a request can change of an order of this type.
        terms = step if step.type is old.type and bool(step.trail_price) == bool(old.trail_price) else old
        fresh = Engines()
        fresh.quote(f"{(ask - 2) / 100:.2f}", f"{ask / 100:.2f}")
        answer, wanted = engines.replace(live, terms), fresh.submit(terms)
        assert (answer.accepted, answer.reason, answer.field) == (wanted.accepted, wanted.reason, wanted.field)
        if not answer.accepted:
            continue
        live = engines.last
        mine, new = engines.resting(live), fresh.resting(fresh.last)
        if mine is None or new is None:
            break
        assert engines.reserved == fresh.reserved
        assert (mine.type, mine.time_in_force, mine.leaves_quantity, mine.limit_price) == (
            new.type, new.time_in_force, new.leaves_quantity, new.limit_price,
        )  # fmt: skip
        if not (terms.trail_price or terms.trail_percent_bp):
            assert mine.stop_price == new.stop_price


def test_the_contract_carries_every_term_of_a_replacement() -> None:
    body = {"qty": "2", "time_in_force": "gtd", "expires_at": "2030-01-02T00:00:00Z", "trail": "1.5"}
    message = to_replace(ReplaceOrder.model_validate(body), ACCOUNT, "", "c")
    assert message.time_in_force == types_pb2.TIME_IN_FORCE_GTD
    assert (message.expires_at_ns, message.trail_nanos) == (1_893_542_400 * 10**9, 1_500_000_000)
