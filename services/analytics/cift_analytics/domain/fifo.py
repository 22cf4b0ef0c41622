"""First in, first out: a fill closes the oldest open lots of the other side; what is left of it opens one."""

from collections.abc import Iterable

from cift_common import money

from cift_analytics.domain.trades import Fill, Lot, RoundTrip


def match(lots: tuple[Lot, ...], fill: Fill) -> tuple[tuple[Lot, ...], list[RoundTrip]]:
    """The open lots after the fill, oldest first, and what it closed. All lots are of one side."""
    closed: list[RoundTrip] = []
    left, fee_left = fill.quantity, fill.fee
    rest = 0
    for lot in lots:
        if left == 0 or lot.side == fill.side:
            break
        quantity = min(left, lot.quantity)
        # Fees go with their share of the quantity; the last share takes what rounding left.
        entry_fee, exit_fee = _share(lot.fee, quantity, lot.quantity), _share(fee_left, quantity, left)
        closed.append(_round_trip(lot, fill, quantity, entry_fee + exit_fee))
        left, fee_left = left - quantity, fee_left - exit_fee
        if quantity < lot.quantity:
            remaining = lot._replace(quantity=lot.quantity - quantity, fee=lot.fee - entry_fee)
            return (remaining, *lots[rest + 1 :]), closed
        rest += 1
    open_lots = lots[rest:]
    if left:
        lot = Lot(fill.execution_id, fill.order_id, fill.side, left, fill.price, fee_left, fill.at)
        open_lots = (*open_lots, lot)
    return open_lots, closed


def match_all(fills: Iterable[Fill]) -> tuple[tuple[Lot, ...], list[RoundTrip]]:
    """Of one account, strategy and symbol, in their order."""
    lots: tuple[Lot, ...] = ()
    closed: list[RoundTrip] = []
    for fill in fills:
        lots, round_trips = match(lots, fill)
        closed += round_trips
    return lots, closed


def _share(amount: int, quantity: int, of: int) -> int:
    return amount if quantity == of else amount * quantity // of


def _round_trip(lot: Lot, fill: Fill, quantity: int, fees: int) -> RoundTrip:
    return RoundTrip(
        account_id=fill.account_id,
        strategy=fill.strategy,
        symbol=fill.symbol,
        entry_execution_id=lot.execution_id,
        exit_execution_id=fill.execution_id,
        entry_order_id=lot.order_id,
        exit_order_id=fill.order_id,
        side=lot.side,
        quantity=quantity,
        entry_price=lot.price,
        exit_price=fill.price,
        fees=fees,
        profit=money.multiply(quantity, (fill.price - lot.price) * lot.side) - fees,
        opened_at=lot.at,
        closed_at=fill.at,
    )
