"""What buys hold back for their commissions is enough, however they fill: cash never falls below zero."""

from decimal import Decimal

from cift_common import money
from cift_common.platform import Fees
from cift_trading.domain.holds import Holds, commission_at_most
from hypothesis import given
from hypothesis import strategies as st

SHARE = 10**9
CENT = SHARE // 100
rates = st.decimals(0, 50, places=6)
schedules = st.builds(
    Fees,
    per_order=st.decimals(0, 10, places=9),
    per_share=st.decimals(0, 1, places=9),
    maker_bp=st.decimals(-50, 50, places=6),
    taker_bp=rates,
)


def charged(fees: Fees, quantity: int, price: int, *, maker: bool, first: bool) -> int:
    """As a broker charges an execution: rounded half to even, and by the order once."""
    rate = money.to_nanos(fees.maker_bp if maker else fees.taker_bp)
    exact = quantity * money.to_nanos(fees.per_share) * SHARE * 10_000 + quantity * price * rate
    return money.divide_half_even(exact, SHARE**2 * 10_000) + (money.to_nanos(fees.per_order) if first else 0)


@given(st.data(), schedules, st.integers(0, 10**6), st.integers(1, 10**6))
def test_all_the_buying_power_spent_leaves_no_debt(data: st.DataObject, fees: Fees, cents: int, worst: int) -> None:
    """As many shares as the buying power allows, at the worst price that was reserved or a better one."""
    cash, worst_price = cents * CENT, worst * CENT
    shares = data.draw(st.integers(1, 200))
    value = shares * worst_price
    hold = commission_at_most(fees, shares * SHARE, value, SHARE, first=True)
    if value + hold > cash:
        cash = value + hold
    holds = Holds()
    holds.add("o", "a", hold)
    left, first = shares, True
    while left:
        part = data.draw(st.integers(1, left))
        price = data.draw(st.integers(1, worst)) * CENT
        commission = charged(fees, part * SHARE, price, maker=data.draw(st.booleans()), first=first)
        cash -= part * price + commission
        holds.charge("o", commission)
        left, first = left - part, False
        # What is still open can be paid for, and so can what was promised to others.
        assert cash - left * worst_price - holds.of("a") >= 0
    holds.release("o")
    assert (holds.of("a"), cash >= 0) == (0, True)


def test_a_hold_goes_with_the_order_that_takes_the_place() -> None:
    holds = Holds()
    holds.add("o1", "a", 5)
    holds.add("o1", "a", 2)
    holds.add("o2", "a", 1)
    holds.add("o3", "b", 4)
    holds.move("o1", "o4")
    holds.charge("o4", 3)
    holds.charge("o4", -9)
    assert (holds.of("a"), holds.of("b")) == (5, 4)
    holds.release("o1")
    holds.release("o4")
    assert holds.of("a") == 1
    holds.charge("o2", 100)
    assert holds.of("a") == 0


def test_nothing_is_held_where_nothing_is_charged() -> None:
    assert commission_at_most(Fees(), 10 * SHARE, 10**12, SHARE, first=True) == 0
    one = commission_at_most(Fees(per_order=Decimal(1)), 10 * SHARE, 10**12, SHARE, first=True)
    assert one == SHARE + 10
