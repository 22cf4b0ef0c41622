"""Proto ↔ domain, and nothing else."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from cift_common import money
from cift_common.errors import InvalidArgument, Unavailable
from cift_core import Usage
from cift_proto.execution.v1 import execution_pb2
from cift_proto.trading.v1 import trading_pb2

from cift_trading.domain.account import SelfTradePrevention
from cift_trading.domain.order import Exits, Order, OrderClass, OrderTerms, OrderType, Side, TimeInForce
from cift_trading.domain.quarantine import Quarantined
from cift_trading.domain.report import Kind, Report
from cift_trading.preview import OrderPreview
from cift_trading.views import AccountView, PositionView

E = TypeVar("E", Side, OrderType, TimeInForce, OrderClass, SelfTradePrevention)
# Hundredths of a percent in a percentage of nanos.
_NANOS_PER_BP = 10_000_000


def terms(request: trading_pb2.SubmitOrderRequest) -> OrderTerms:
    """`InvalidArgument` where an enumeration is not set."""
    return OrderTerms(
        account_id=request.account_id,
        client_order_id=request.client_order_id,
        symbol=request.symbol,
        side=_known(Side, "side", request.side),
        type=_known(OrderType, "type", request.type),
        time_in_force=_known(TimeInForce, "time_in_force", request.time_in_force),
        quantity=request.quantity_nanos,
        limit_price=request.limit_price_nanos,
        stop_price=request.stop_price_nanos,
        trail_price=request.trail_price_nanos,
        trail_percent_bp=request.trail_percent_bp,
        # Microseconds are what the store keeps; the decision's signature covers this number.
        expires_at=request.expires_at_ns // 1000 * 1000,
        extended_hours=request.extended_hours,
        strategy=request.strategy,
        order_class=_known(OrderClass, "order_class", request.order_class or OrderClass.SIMPLE),
        exits=Exits(
            request.take_profit_limit_price_nanos,
            request.stop_loss_stop_price_nanos,
            request.stop_loss_limit_price_nanos,
        ),
    )


def replaced_terms(old: OrderTerms, request: trading_pb2.ReplaceOrderRequest) -> OrderTerms:
    """The terms of the order that shall take an order's place: what is not set stays."""
    changes: dict[str, int | TimeInForce] = {}
    for name in ("quantity", "limit_price", "stop_price"):
        if request.HasField(f"{name}_nanos"):
            changes[name] = getattr(request, f"{name}_nanos")
    changes |= _replaced_trail(old, request)
    if request.time_in_force:
        changes["time_in_force"] = _known(TimeInForce, "time_in_force", request.time_in_force)
        if changes["time_in_force"] is not TimeInForce.GTD:
            changes["expires_at"] = 0
    if request.HasField("expires_at_ns"):
        changes["expires_at"] = request.expires_at_ns // 1000 * 1000
    return old._replace(client_order_id=request.client_order_id, **changes)  # type: ignore[arg-type]


def _replaced_trail(old: OrderTerms, request: trading_pb2.ReplaceOrderRequest) -> dict[str, int | TimeInForce]:
    """A trailing stop keeps the unit of its trail."""
    if request.HasField("trail_nanos"):
        if not old.trail_percent_bp:
            return {"trail_price": request.trail_nanos}
        if request.trail_nanos % _NANOS_PER_BP:
            raise InvalidArgument(
                "trail of an order with a trail_percent must have at most two decimal places",
                reason="PRICE",
                field="trail",
                limit="0.01..99.99",
            )
        return {"trail_percent_bp": request.trail_nanos // _NANOS_PER_BP}
    if request.HasField("trail_price_nanos"):
        return {"trail_price": request.trail_price_nanos}
    return {"trail_percent_bp": request.trail_percent_bp} if request.HasField("trail_percent_bp") else {}


def side_or_none(number: int) -> Side | None:
    return _known(Side, "side", number) if number else None


def self_trade_prevention_or_none(number: int) -> SelfTradePrevention | None:
    return _known(SelfTradePrevention, "self_trade_prevention", number) if number else None


def _known(kind: type[E], field: str, number: int) -> E:
    try:
        return kind(number)
    except ValueError:
        names = ", ".join(member.name.lower() for member in kind)
        raise InvalidArgument(f"{field} must be one of {names}", field=field, limit=names) from None


def order(order: Order, legs: Iterable[Order] = ()) -> trading_pb2.Order:
    terms = order.terms
    message = trading_pb2.Order(
        order_id=order.order_id,
        account_id=terms.account_id,
        client_order_id=terms.client_order_id,
        symbol=terms.symbol,
        side=int(terms.side),  # type: ignore[arg-type]
        type=int(terms.type),  # type: ignore[arg-type]
        time_in_force=int(terms.time_in_force),  # type: ignore[arg-type]
        quantity_nanos=terms.quantity,
        limit_price_nanos=terms.limit_price,
        stop_price_nanos=terms.stop_price,
        trail_price_nanos=terms.trail_price,
        trail_percent_bp=terms.trail_percent_bp,
        expires_at_ns=terms.expires_at,
        extended_hours=terms.extended_hours,
        strategy=terms.strategy,
        status=int(order.status),  # type: ignore[arg-type]
        filled_quantity_nanos=order.filled_quantity,
        filled_average_price_nanos=order.average_price,
        reason=order.reason,
        submitted_at_ns=order.submitted_at,
        updated_at_ns=order.updated_at,
        filled_at_ns=order.filled_at,
        canceled_at_ns=order.canceled_at,
        expired_at_ns=order.expired_at,
        failed_at_ns=order.failed_at,
        replaced_at_ns=order.replaced_at,
        replaced_by=order.replaced_by,
        replaces=order.replaces,
        version=order.version,
    )
    if order.group:
        message.order_class, message.group_id = int(terms.order_class), order.group  # type: ignore[assignment]
        message.legs.extend(_order(leg) for leg in legs)
    return message


_order = order


def order_held(of: Order) -> bytes:
    """For the audit trail: an order that waits here, with no decision yet."""
    return trading_pb2.OrderNew(order=order(of)).SerializeToString()


def order_new(of: Order) -> trading_pb2.OrderNew:
    """With the decision that let it through."""
    return trading_pb2.OrderNew(order=order(of), decision=trading_pb2.RiskDecision.FromString(of.decision))


def report(message: execution_pb2.OrderExecution) -> Report:
    """`ValueError` where the venue says something that we do not know."""
    said = message.report
    return Report(
        execution_id=said.execution_id,
        sequence=said.sequence,
        kind=Kind(said.type),
        order_id=said.order_id,
        account_id=said.account_id,
        symbol=said.symbol,
        price=said.last_price_nanos,
        quantity=said.last_quantity_nanos,
        cumulative_quantity=said.cumulative_quantity_nanos,
        original_order_id=said.original_order_id,
        reason=said.reason,
        time=said.time_ns // 1000 * 1000,
        commission=message.commission_nanos,
        side=said.side,
    )


def account(view: AccountView) -> trading_pb2.Account:
    account, valuation = view.account, view.valuation
    return trading_pb2.Account(
        account_id=account.account_id,
        account_number=account.number,
        currency=account.currency,
        cash=money.text(account.cash),
        buying_power=money.text(view.buying_power),
        equity=money.text(valuation.equity),
        last_equity=money.text(account.last_equity),
        long_market_value=money.text(valuation.long_value),
        short_market_value=money.text(valuation.short_value),
        reserved=money.text(view.reserved),
        trading_blocked=account.suspended,
        blocked_reason="suspended by its owner" if account.suspended else "",
        suspended_by_user=account.suspended,
        self_trade_prevention=int(account.self_trade_prevention),  # type: ignore[arg-type]
        created_at_ns=account.created_at,
        sequence=account.sequence,
        multiplier=account.multiplier,
        shorting_enabled=account.shorting_enabled,
    )


def position(view: PositionView) -> trading_pb2.Position:
    position = view.position
    return trading_pb2.Position(
        account_id=position.account_id,
        symbol=position.symbol,
        quantity_nanos=position.quantity,
        average_entry_price_nanos=position.average_price,
        cost_basis=money.text(position.cost_basis),
        realized_pnl=money.text(position.realized_pnl),
        quantity_available_nanos=view.available,
        current_price_nanos=view.price,
        last_day_price_nanos=view.last_day_price,
        intraday_quantity_nanos=view.intraday_quantity,
        intraday_cost_basis=money.text(view.intraday_cost),
        updated_at_ns=position.updated_at,
    )


def preview(seen: OrderPreview) -> trading_pb2.PreviewOrderResponse:
    answer = trading_pb2.PreviewOrderResponse(
        accepted=seen.refused is None,
        unavailable=isinstance(seen.refused, Unavailable),
        checks=seen.checks,
        policy_version=seen.policy_version,
        usages=map(_usage, seen.usages),
        bid_price_nanos=seen.touch[0],
        ask_price_nanos=seen.touch[1],
    )
    if (refused := seen.refused) is not None:
        answer.reason, answer.message = refused.reason, refused.message
        answer.field, answer.limit = refused.field, refused.limit
    return answer


def _usage(usage: Usage) -> trading_pb2.PreviewOrderResponse.Usage:
    text = str if usage.unit == "count" else money.text
    return trading_pb2.PreviewOrderResponse.Usage(
        rule=usage.rule,
        unit=usage.unit,
        before=text(usage.before),
        after=text(usage.after),
        limit="" if usage.limit is None else text(usage.limit),
    )


def quarantined(report: Quarantined) -> trading_pb2.QuarantinedReport:
    return trading_pb2.QuarantinedReport(
        quarantine_id=report.quarantine_id,
        reason=report.reason,
        message=report.message,
        execution_id=report.execution_id,
        order_id=report.order_id,
        account_id=report.account_id,
        symbol=report.symbol,
        payload=report.payload,
        halt_scope=report.halt.scope if report.halt is not None else "",
        halt_key=report.halt.key if report.halt is not None else "",
        recorded_at_ns=report.recorded_at,
        state=report.state.value,  # type: ignore[arg-type]
        resolved_by=report.resolved_by,
        resolved_at_ns=report.resolved_at,
    )


def booked_trade(row: Mapping[str, Any]) -> trading_pb2.BookedTrade:
    return trading_pb2.BookedTrade(
        execution_id=row["execution_id"],
        sequence=row["sequence"],
        order_id=row["order_id"],
        account_id=row["account_id"],
        symbol=row["symbol"],
        side=int(Side[row["side"]]) if row["side"] else 0,  # type: ignore[arg-type]
        price_nanos=money.to_nanos(row["price"]) if row["price"] is not None else 0,
        quantity_nanos=money.to_nanos(row["quantity"]) if row["quantity"] is not None else 0,
        discarded=row["discarded"],
    )
