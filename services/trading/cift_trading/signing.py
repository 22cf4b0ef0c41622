"""The proof that risk let an order through, which execution asks for."""

from cift_common import decision as decisions
from cift_proto.trading.v1 import trading_pb2

from cift_trading import api
from cift_trading.adapters.answer import Answer
from cift_trading.domain.order import Order


def sign(
    order: Order, decision: Answer, touch: tuple[int, int], checked_at: int, key: bytes
) -> tuple[Order, trading_pb2.OrderNew]:
    """The order with its decision, made on this bid and ask, and both as a message."""
    approved = trading_pb2.OrderNew(
        order=api.order(order),
        decision=trading_pb2.RiskDecision(
            policy_version=decision.policy_version,
            decided_at_ns=checked_at,
            checks_passed=decision.checks,
            duration_ns=decision.duration_ns,
            bid_price_nanos=touch[0],
            ask_price_nanos=touch[1],
        ),
    )
    approved.decision.signature = decisions.sign(key, approved.order, approved.decision)
    return order._replace(decision=approved.decision.SerializeToString()), approved
