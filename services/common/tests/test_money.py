from decimal import Decimal
from fractions import Fraction

import pytest
from cift_common import money
from cift_common.errors import InvalidArgument
from hypothesis import given
from hypothesis import strategies as st

nanos = st.integers(-money.MAX_NANOS, money.MAX_NANOS)


@given(nanos)
def test_nanos_survive_decimal_and_text(value: int) -> None:
    assert money.to_nanos(money.from_nanos(value)) == value
    assert money.parse_nanos("price", money.text(value)) == value


@given(nanos, nanos)
def test_products_are_the_nearest_number_ties_to_even(left: int, right: int) -> None:
    exact = Fraction(left * right, money.NANOS)
    product = money.multiply(left, right)
    assert abs(product - exact) <= Fraction(1, 2)
    if abs(product - exact) == Fraction(1, 2):
        assert product % 2 == 0


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-inf", "1e30", "0.0000000001", "ten", "", "9223372036.854775808"])
def test_what_no_fixed_point_number_can_hold_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        money.parse_decimal("limit_price", text)
    assert refusal.value.field == "limit_price"
    assert "limit_price" in refusal.value.message


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**9), max_value=10**9))
def test_stripped_is_equal_and_plain(value: Decimal) -> None:
    assert money.strip(value) == value
    assert "E" not in str(money.strip(value)) or abs(value) < Decimal("0.000001")
