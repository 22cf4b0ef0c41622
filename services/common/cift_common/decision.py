"""The proof that an order passed the risk engine: an HMAC over what was decided. Execution sends nothing without it."""

import hashlib
import hmac
from collections.abc import Iterable

from cift_proto.trading.v1 import trading_pb2


def canonical_bytes(order: trading_pb2.Order, decision: trading_pb2.RiskDecision) -> bytes:
    """What the signature covers: everything that makes the order's risk, and the decision itself."""
    return "\x1f".join(
        map(
            str,
            (
                "cift.decision.v1",
                order.order_id,
                order.account_id,
                order.symbol,
                order.side,
                order.type,
                order.time_in_force,
                order.quantity_nanos,
                order.limit_price_nanos,
                order.stop_price_nanos,
                order.trail_price_nanos,
                order.trail_percent_bp,
                order.expires_at_ns,
                decision.policy_version,
                decision.decided_at_ns,
                decision.checks_passed,
            ),
        )
    ).encode()


def sign(key: bytes, order: trading_pb2.Order, decision: trading_pb2.RiskDecision) -> bytes:
    return hmac.digest(key, canonical_bytes(order, decision), hashlib.sha256)


def verify(key: bytes, order: trading_pb2.Order, decision: trading_pb2.RiskDecision) -> bool:
    return hmac.compare_digest(sign(key, order, decision), decision.signature)


def verify_any(keys: Iterable[bytes], order: trading_pb2.Order, decision: trading_pb2.RiskDecision) -> bool:
    """By the key of now or one before it: what was on its way when it was replaced is still good."""
    return any(verify(key, order, decision) for key in keys)
