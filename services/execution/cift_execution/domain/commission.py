"""What an execution costs: the platform's schedule, applied to a report of the broker."""

from cift_common import money
from cift_common.platform import Fees
from cift_proto.common.v1 import types_pb2
from cift_proto.matcher.v1 import matcher_pb2

_BASIS_POINTS = 10_000


def commission(fees: Fees, report: matcher_pb2.ExecutionReport) -> int:
    """In nanos of the account's currency, rounded half to even; negative is a rebate, 0 what is no trade.

    Says the same of the same report whenever it is asked. What an order costs by itself goes with its first execution;
    an order that takes another's place goes on with its fills, so both are charged for once.
    """
    if report.type != types_pb2.EXECUTION_TYPE_TRADE or fees.is_free:
        return 0
    quantity = report.last_quantity_nanos
    rate = money.to_nanos(fees.maker_bp if report.maker else fees.taker_bp)
    per_share = quantity * money.to_nanos(fees.per_share) * money.NANOS * _BASIS_POINTS
    ad_valorem = quantity * report.last_price_nanos * rate
    charge = money.divide_half_even(per_share + ad_valorem, money.NANOS**2 * _BASIS_POINTS)
    if report.cumulative_quantity_nanos == quantity:
        charge += money.to_nanos(fees.per_order)
    return max(-money.MAX_NANOS, min(charge, money.MAX_NANOS))
