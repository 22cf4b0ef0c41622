"""What trading sends to execution, signed (HMAC-SHA-256): orders with their risk decision, and cancels.

Execution sends nothing to a broker without it. The signature covers what the message asks for (a new order, or the
replacement of a named one) and when that was decided, so that an order cannot be sent again as a replacement of
another, nor a cancel be made of either.
"""

import hashlib
import hmac
from collections.abc import Iterable

from cift_proto.trading.v1 import trading_pb2

from cift_common import canonical

# Every field that never changes in an order's life. What becomes of it (status, fills, times) is none of the decision.
ORDER_FIELDS = (
    "order_id", "account_id", "client_order_id", "symbol", "side", "type", "time_in_force", "quantity_nanos",
    "limit_price_nanos", "stop_price_nanos", "trail_price_nanos", "trail_percent_bp", "expires_at_ns",
    "extended_hours", "strategy", "order_class", "group_id", "submitted_at_ns", "replaces",
)  # fmt: skip
DECISION_FIELDS = (
    "original_order_id", "policy_version", "decided_at_ns", "checks_passed", "duration_ns", "bid_price_nanos",
    "ask_price_nanos", "protection_price_nanos", "self_trade_prevention",
)  # fmt: skip
CANCEL_FIELDS = ("order_id", "account_id", "symbol", "requested_at_ns")


def canonical_bytes(order: trading_pb2.Order, decision: trading_pb2.RiskDecision) -> bytes:
    """What the signature of a decision covers: the order's terms, what is asked for, and the decision itself."""
    kind = "replace" if decision.original_order_id else "new"
    fields = (*canonical.values(order, ORDER_FIELDS), *canonical.values(decision, DECISION_FIELDS))
    return canonical.framed(f"cift.decision.{kind}.v2", fields)


def cancel_bytes(cancel: trading_pb2.OrderCancel) -> bytes:
    """What the signature of a cancel covers."""
    return canonical.framed("cift.cancel.v1", canonical.values(cancel, CANCEL_FIELDS))


def sign(key: bytes, order: trading_pb2.Order, decision: trading_pb2.RiskDecision) -> bytes:
    return hmac.digest(key, canonical_bytes(order, decision), hashlib.sha256)


def verify(key: bytes, order: trading_pb2.Order, decision: trading_pb2.RiskDecision) -> bool:
    return hmac.compare_digest(sign(key, order, decision), decision.signature)


def verify_any(keys: Iterable[bytes], order: trading_pb2.Order, decision: trading_pb2.RiskDecision) -> bool:
    """By the key of now or one before it: what was on its way when it was replaced is still good."""
    signed = canonical_bytes(order, decision)
    return _any(keys, signed, decision.signature)


def sign_cancel(key: bytes, cancel: trading_pb2.OrderCancel) -> bytes:
    return hmac.digest(key, cancel_bytes(cancel), hashlib.sha256)


def verify_cancel(keys: Iterable[bytes], cancel: trading_pb2.OrderCancel) -> bool:
    """By the key of now or one before it."""
    return _any(keys, cancel_bytes(cancel), cancel.signature)


def _any(keys: Iterable[bytes], signed: bytes, signature: bytes) -> bool:
    return any(hmac.compare_digest(hmac.digest(key, signed, hashlib.sha256), signature) for key in keys)
