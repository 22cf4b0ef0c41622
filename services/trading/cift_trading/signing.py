"""What trading signs: decisions and cancels for execution, updates of accounts for who tells and books them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cift_common import decision as decisions
from cift_common import sealed
from cift_core import Decision
from cift_proto.trading.v1 import trading_pb2

from cift_trading import api
from cift_trading.domain.account import SelfTradePrevention
from cift_trading.domain.order import Order


@dataclass(frozen=True)
class Keys:
    """The keys that trading signs with; `seals` by the service that shares the key."""

    decision: bytes = field(repr=False)
    seals: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def cancel(self, order: Order, now: int) -> trading_pb2.OrderCancel:
        """A signed cancel of an order."""
        cancel = trading_pb2.OrderCancel(
            order_id=order.order_id,
            account_id=order.terms.account_id,
            symbol=order.terms.symbol,
            requested_at_ns=now,
        )
        cancel.signature = decisions.sign_cancel(self.decision, cancel)
        return cancel

    def update_headers(self, subject: str, payload: bytes) -> dict[str, str]:
        """The seals of an account's update, one for each service that reads it."""
        return {sealed.header(name): sealed.seal(key, subject, payload) for name, key in self.seals.items()}


def sign(
    order: Order,
    decision: Decision,
    touch: tuple[int, int],
    checked_at: int,
    key: bytes,
    self_trade_prevention: SelfTradePrevention,
    original_order_id: str = "",
) -> tuple[Order, trading_pb2.OrderNew]:
    """The order with its decision, made on this bid and ask under this policy of the account, and both as a message.
    With `original_order_id` the decision is good for the replacement of that order and for nothing else."""
    approved = trading_pb2.OrderNew(
        order=api.order(order),
        decision=trading_pb2.RiskDecision(
            policy_version=decision.policy_version,
            decided_at_ns=checked_at,
            checks_passed=decision.checks,
            duration_ns=decision.duration_ns,
            bid_price_nanos=touch[0],
            ask_price_nanos=touch[1],
            original_order_id=original_order_id,
            protection_price_nanos=decision.protection_price,
            self_trade_prevention=int(self_trade_prevention),  # type: ignore[arg-type]
        ),
    )
    approved.decision.signature = decisions.sign(key, approved.order, approved.decision)
    return order._replace(decision=approved.decision.SerializeToString()), approved
