"""Account updates as trading tells them → what analytics works with."""

from cift_proto.common.v1 import types_pb2
from cift_proto.trading.v1 import trading_pb2

from cift_analytics.adapters.ledger import word
from cift_analytics.domain.trades import BUY, SELL, Fill

_FILLS = (trading_pb2.AccountUpdate.EVENT_FILL, trading_pb2.AccountUpdate.EVENT_PARTIAL_FILL)


def fill_of(update: trading_pb2.AccountUpdate) -> Fill | None:
    """None where the update is about something else."""
    if update.event not in _FILLS or not update.quantity_nanos:
        return None
    order = update.order
    buys = order.side == types_pb2.SIDE_BUY
    return Fill(
        account_id=update.account_id,
        strategy=order.strategy,
        symbol=order.symbol,
        execution_id=update.execution_id,
        order_id=order.order_id,
        order_type=word(types_pb2.OrderType, order.type),
        side=BUY if buys else SELL,
        quantity=update.quantity_nanos,
        price=update.price_nanos,
        fee=update.commission_nanos,
        touch=update.decision_ask_price_nanos if buys else update.decision_bid_price_nanos,
        decided_at=order.submitted_at_ns,
        at=update.occurred_at_ns,
        sequence=update.sequence,
    )
