"""What executions cost, against exact fractions."""

from decimal import Decimal
from fractions import Fraction

from cift_common.platform import Fees
from cift_execution.domain.commission import commission
from cift_proto.common.v1 import types_pb2
from cift_proto.matcher.v1 import matcher_pb2
from hypothesis import given
from hypothesis import strategies as st

NANOS = 10**9
amounts = st.decimals(0, 100, places=4)
rates = st.decimals(0, 100, places=3)
schedules = st.builds(
    Fees, per_order=amounts, per_share=amounts, maker_bp=st.decimals(-100, 100, places=3), taker_bp=rates
)
quantities = st.integers(1, 10**6).map(lambda lots: lots * NANOS) | st.integers(1, 10**14)
prices = st.integers(1, 10**7).map(lambda cents: cents * NANOS // 100)
executions = st.lists(st.tuples(quantities, prices, st.booleans()), min_size=1, max_size=8)


def trade(quantity: int, price: int, cumulative: int, maker: bool = False) -> matcher_pb2.ExecutionReport:
    return matcher_pb2.ExecutionReport(
        type=types_pb2.EXECUTION_TYPE_TRADE,
        last_quantity_nanos=quantity,
        last_price_nanos=price,
        cumulative_quantity_nanos=cumulative,
        maker=maker,
    )


@given(schedules, executions)
def test_an_order_is_charged_for_once_and_each_execution_by_its_size(
    fees: Fees, some: list[tuple[int, int, bool]]
) -> None:
    charged, cumulative, expected = 0, 0, Fraction(fees.per_order) * NANOS
    for quantity, price, maker in some:
        cumulative += quantity
        charged += commission(fees, trade(quantity, price, cumulative, maker))
        rate = Fraction(fees.maker_bp if maker else fees.taker_bp) / 10_000
        expected += Fraction(quantity, NANOS) * (Fraction(fees.per_share) * NANOS + Fraction(price) * rate)
    # Half a nano of rounding each.
    assert abs(charged - expected) <= Fraction(len(some), 2)


@given(executions)
def test_nothing_is_charged_where_nothing_is_said(some: list[tuple[int, int, bool]]) -> None:
    assert all(commission(Fees(), trade(quantity, price, quantity, maker)) == 0 for quantity, price, maker in some)


def test_a_schedule_in_figures() -> None:
    fees = Fees(per_order="1", per_share="0.005", maker_bp="-0.2", taker_bp="0.3")
    # 1 + 200 × 0.005 + 0.003 % of 20,000
    assert commission(fees, trade(200 * NANOS, 100 * NANOS, 200 * NANOS)) == Decimal("2.6") * NANOS
    # The rest of the order, as a maker: 100 × 0.005 − 0.002 % of 10,000
    assert commission(fees, trade(100 * NANOS, 100 * NANOS, 300 * NANOS, maker=True)) == Decimal("0.3") * NANOS
    accepted = matcher_pb2.ExecutionReport(type=types_pb2.EXECUTION_TYPE_NEW)
    assert commission(fees, accepted) == 0
