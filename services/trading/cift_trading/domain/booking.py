"""What must hold of an execution report before it is booked, whoever signed it: it is about its order, and within what
the order, the instrument and the fees allow.

Late, repeated and reordered reports are legal: a fill that happened before a cancel or a replacement counts whenever it
comes. What can never be right is more than the order asked for, at a worse price than its limit, or for someone else.
"""

from collections.abc import Callable
from typing import NamedTuple

from cift_common import money
from cift_common.platform import Fees, Platform

from cift_trading.domain.order import Order, OrderType, Side, Status
from cift_trading.domain.report import Kind, Report

_LIMITED = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT})
_REFUSALS = frozenset({Kind.REJECTED, Kind.CANCEL_REJECTED, Kind.REPLACE_REJECTED})
_NO_ACCOUNTS = frozenset({"", "00000000-0000-0000-0000-000000000000"})
_BASIS_POINTS = 10_000
Find = Callable[[str], Order | None]


class Violation(NamedTuple):
    """Why a report is not booked."""

    reason: str
    message: str


class BookingRules:
    """The rules of a platform: its instruments and its fees."""

    def __init__(self, platform: Platform) -> None:
        self._symbols, self._fees = platform.by_symbol, platform.fees

    def check(self, report: Report, order: Order, find: Find) -> Violation | None:
        """The first thing that is wrong; `find` gives the orders that this one is related to."""
        found = _check_identity(report, order)
        if found is None and report.kind is Kind.TRADE:
            found = self._check_trade(report, order, find)
        elif found is None and (report.price or report.quantity or report.commission):
            found = Violation("NOT_A_TRADE", f"a report of {report.kind.name} has a price, a quantity or a commission")
        return found

    def _check_trade(self, report: Report, order: Order, find: Find) -> Violation | None:
        terms = order.terms
        if report.price <= 0:
            return Violation("PRICE", f"the price must be > 0, not {money.text(report.price)}")
        if report.quantity <= 0:
            return Violation("QUANTITY", f"the quantity must be > 0, not {money.text(report.quantity)}")
        if order.status is Status.HELD:
            return Violation("ORDER_HELD", "the order is held here: no venue has it")
        instrument = self._symbols.get(terms.symbol)
        if instrument is not None and report.price % instrument.tick_size_nanos:
            tick = money.text(instrument.tick_size_nanos)
            return Violation("PRICE_OFF_GRID", f"the price {money.text(report.price)} is no multiple of {tick}")
        if instrument is not None and report.quantity % instrument.lot_size_nanos:
            lot = money.text(instrument.lot_size_nanos)
            return Violation("QUANTITY_OFF_GRID", f"the quantity {money.text(report.quantity)} is no multiple of {lot}")
        if terms.type in _LIMITED and terms.side.sign * (report.price - terms.limit_price) > 0:
            bound = "above" if terms.side is Side.BUY else "below"
            return Violation(
                "PRICE_OUTSIDE_LIMIT",
                f"the price {money.text(report.price)} is {bound} the limit {money.text(terms.limit_price)}",
            )
        return _check_quantity(report, order, find) or self._check_commission(report)

    def _check_commission(self, report: Report) -> Violation | None:
        least, most = commission_bounds(self._fees, report.quantity, report.price)
        if least <= report.commission <= most:
            return None
        return Violation(
            "COMMISSION",
            f"the commission {money.text(report.commission)} is outside {money.text(least)} to {money.text(most)},"
            " what the fees allow",
        )


def _check_identity(report: Report, order: Order) -> Violation | None:
    terms = order.terms
    nameless = report.kind is not Kind.TRADE and report.account_id in _NO_ACCOUNTS
    if report.account_id != terms.account_id and not nameless:
        return Violation("ACCOUNT_DIFFERS", f"it names account {report.account_id}, the order is {terms.account_id}'s")
    if report.symbol != terms.symbol:
        return Violation("SYMBOL_DIFFERS", f"it names {report.symbol}, the order is in {terms.symbol}")
    if report.kind is Kind.TRADE and report.side != terms.side:
        return Violation("SIDE_DIFFERS", f"it names side {report.side}, the order's is {terms.side.name}")
    replaced = report.kind is Kind.REPLACED and report.original_order_id
    if replaced and order.replaces and report.original_order_id != order.replaces:
        return Violation(
            "ORIGINAL_DIFFERS", f"it replaces order {report.original_order_id}, this one replaces {order.replaces}"
        )
    return _check_id(report)


def _check_id(report: Report) -> Violation | None:
    """The venue's ids name venue, symbol and sequence; refusals of ours have no sequence."""
    if report.sequence:
        is_right = report.execution_id.endswith(f"-{report.symbol}-{report.sequence}")
    else:
        is_right = report.kind in _REFUSALS and "REFUSED-" in report.execution_id
    if is_right:
        return None
    return Violation("EXECUTION_ID", f"the id {report.execution_id} is not that of sequence {report.sequence}")


def _check_quantity(report: Report, order: Order, find: Find) -> Violation | None:
    """All fills together are at most what was asked for: of the order, and of those that took its place."""
    carried = _not_carried_yet(order, find)
    filled = order.filled_quantity + carried + report.quantity
    most = max(filled, report.cumulative_quantity)
    if most > order.terms.quantity:
        asked = money.text(order.terms.quantity)
        return Violation("MORE_THAN_ORDERED", f"{money.text(most)} would be filled of {asked}")
    if 0 < report.cumulative_quantity < report.quantity:
        return Violation("CUMULATIVE_QUANTITY", "the cumulative quantity is less than the quantity of the fill")
    while order.replaced_by and (successor := find(order.replaced_by)) is not None:
        order = successor
        filled = order.filled_quantity + report.quantity
        if filled > order.terms.quantity:
            asked = money.text(order.terms.quantity)
            return Violation(
                "MORE_THAN_ORDERED", f"{money.text(filled)} would be filled of {asked}, of order {order.order_id}"
            )
    return None


def _not_carried_yet(order: Order, find: Find) -> int:
    """What an order has of the one that it replaces, as long as the venue's report of that is on its way."""
    original = find(order.replaces) if order.replaces else None
    return original.filled_quantity if original is not None and original.replaced_by != order.order_id else 0


def commission_bounds(fees: Fees, quantity: int, price: int) -> tuple[int, int]:
    """The least and the most that one execution can be charged, in nanos of money; a rebate is less than 0."""
    per_share = quantity * money.to_nanos(fees.per_share) * money.NANOS * _BASIS_POINTS
    value = quantity * price
    rates = [money.to_nanos(fees.maker_bp), money.to_nanos(fees.taker_bp)]
    unit = money.NANOS**2 * _BASIS_POINTS
    least = (per_share + value * min(rates)) // unit
    most = -(-(per_share + value * max(rates)) // unit) + money.to_nanos(fees.per_order)
    return least, most
