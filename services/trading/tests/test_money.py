"""Positions, cash and the ledger, with exact numbers."""

from fractions import Fraction

from cift_trading.domain import ledger
from cift_trading.domain.account import value
from cift_trading.domain.position import Position, cash_of, trade
from hypothesis import given
from hypothesis import strategies as st

NANOS = 10**9
quantities = st.integers(-(10**6), 10**6).filter(bool).map(lambda lots: lots * NANOS) | st.integers(
    -(10**15), 10**15
).filter(bool)
prices = st.integers(1, 10**6).map(lambda cents: cents * NANOS // 100) | st.integers(1, 10**15)
trades = st.lists(st.tuples(quantities, prices), max_size=30)


def run(history: list[tuple[int, int]]) -> tuple[Position, int]:
    position, cash = Position("a", "AAPL"), 0
    for quantity, price in history:
        position = trade(position, quantity, price, 1)
        cash += cash_of(quantity, price)
    return position, cash


@given(trades)
def test_cash_is_realized_profit_less_what_is_still_invested(history: list[tuple[int, int]]) -> None:
    position, cash = run(history)
    assert cash == position.realized_pnl - position.cost_basis
    assert position.quantity == sum(quantity for quantity, _ in history)


@given(trades)
def test_the_cost_has_the_sign_of_the_position(history: list[tuple[int, int]]) -> None:
    position, _ = run(history)
    assert position.cost_basis * position.quantity >= 0
    assert position.quantity or not position.cost_basis
    assert position.version == len(history)


@given(trades)
def test_average_cost_is_that_of_an_exact_book(history: list[tuple[int, int]]) -> None:
    """Against fractions, which round nothing: at most half a nano a trade apart."""
    quantity, cost = 0, Fraction(0)
    for signed, price in history:
        if quantity * signed >= 0:
            cost += Fraction(signed * price, NANOS)
        elif abs(signed) <= abs(quantity):
            cost -= cost * abs(signed) / abs(quantity)
        else:
            cost = Fraction((quantity + signed) * price, NANOS)
        quantity += signed
    position, _ = run(history)
    assert abs(position.cost_basis - cost) <= len(history)


def test_through_zero_realizes_the_old_position_and_opens_the_new_one() -> None:
    position, cash = run([(10 * NANOS, 100 * NANOS), (-25 * NANOS, 110 * NANOS)])
    assert position.quantity == -15 * NANOS
    assert position.realized_pnl == 100 * NANOS
    assert position.cost_basis == -1650 * NANOS
    assert position.average_price == 110 * NANOS
    assert cash == 1750 * NANOS


@given(trades, st.data())
def test_the_ledger_sums_to_zero_and_tells_cash_and_positions(
    history: list[tuple[int, int]], data: st.DataObject
) -> None:
    # Rebates among them.
    fees = [data.draw(st.integers(-(10**9), 10**9)) for _ in history]
    lines = list(ledger.deposit("deposit:a", "a", "USD", 10**14))
    for number, ((quantity, price), fee) in enumerate(zip(history, fees, strict=True)):
        lines += ledger.trade(f"x{number}", "a", "AAPL", "USD", quantity, price, fee)
    assert ledger.is_balanced(lines)
    position, cash = run(history)

    def balance(book: str, asset: str) -> int:
        return sum(line.amount for line in lines if line.book == book and line.asset == asset)

    assert balance(ledger.CUSTOMER, "USD") == 10**14 + cash - sum(fees)
    assert balance(ledger.CUSTOMER, "AAPL") == position.quantity
    assert balance(ledger.FEES, "USD") == sum(fees)


def test_an_account_is_worth_its_cash_and_its_positions() -> None:
    from datetime import date

    from cift_trading.domain.account import Account

    account = Account("a", "1", cash=1000 * NANOS, created_at=0, updated_at=0, day=date(2026, 1, 1))
    long = Position("a", "AAPL", 2 * NANOS, 200 * NANOS)
    short = Position("a", "MSFT", -3 * NANOS, -300 * NANOS)
    unpriced = Position("a", "IBM", NANOS, 50 * NANOS)
    seen = value(account, [(long, 110 * NANOS), (short, 90 * NANOS), (unpriced, 0)])
    assert (seen.long_value, seen.short_value) == (270 * NANOS, -270 * NANOS)
    assert seen.equity == 1000 * NANOS
