"""Execution reports: the subject that each is published on, and the ones that we write ourselves."""

from cift_proto.common.v1 import types_pb2
from cift_proto.matcher.v1 import matcher_pb2

from cift_execution.domain.request import Cancel, Key, Kind, Replace, Request

EVENTS = {
    types_pb2.EXECUTION_TYPE_NEW: "accepted",
    types_pb2.EXECUTION_TYPE_TRADE: "filled",
    types_pb2.EXECUTION_TYPE_CANCELED: "canceled",
    types_pb2.EXECUTION_TYPE_REPLACED: "replaced",
    types_pb2.EXECUTION_TYPE_REJECTED: "rejected",
    types_pb2.EXECUTION_TYPE_EXPIRED: "expired",
    types_pb2.EXECUTION_TYPE_CANCEL_REJECTED: "cancel_rejected",
    types_pb2.EXECUTION_TYPE_REPLACE_REJECTED: "replace_rejected",
}


def answered(report: matcher_pb2.ExecutionReport) -> tuple[Key, ...]:
    """The requests that a report shows to have arrived."""
    order_id = report.order_id
    match report.type:
        case types_pb2.EXECUTION_TYPE_REPLACED:
            return (Key(Kind.REPLACE, order_id),)
        case types_pb2.EXECUTION_TYPE_REPLACE_REJECTED:
            return (Key(Kind.REPLACE, order_id), Key(Kind.REPLACE, report.original_order_id))
        case types_pb2.EXECUTION_TYPE_CANCEL_REJECTED:
            return (Key(Kind.CANCEL, order_id),)
        case types_pb2.EXECUTION_TYPE_CANCELED:
            return (Key(Kind.NEW, order_id), Key(Kind.CANCEL, order_id))
        case _:
            return (Key(Kind.NEW, order_id),)


def refusal(broker: str, request: Request, reason: str, time_ns: int) -> matcher_pb2.ExecutionReport:
    """The report of a request that no broker took. Its execution id is the same for every repeat of the request."""
    prefix = broker.upper()
    if isinstance(request, Cancel):
        return matcher_pb2.ExecutionReport(
            execution_id=f"{prefix}-CANCEL-REFUSED-{request.order_id}-{request.requested_at_ns}",
            type=types_pb2.EXECUTION_TYPE_CANCEL_REJECTED,
            order_id=request.order_id,
            account_id=request.account_id,
            symbol=request.symbol,
            reason=reason,
            time_ns=time_ns,
        )
    order = request.order
    report = matcher_pb2.ExecutionReport(
        execution_id=f"{prefix}-REFUSED-{order.order_id}",
        type=types_pb2.EXECUTION_TYPE_REJECTED,
        order_id=order.order_id,
        account_id=order.account_id,
        symbol=order.symbol,
        side=order.side,
        reason=reason,
        time_ns=time_ns,
    )
    if isinstance(request, Replace):
        report.execution_id = f"{prefix}-REPLACE-REFUSED-{order.order_id}"
        report.type = types_pb2.EXECUTION_TYPE_REPLACE_REJECTED
        report.original_order_id = request.original_order_id
    return report
