"""Domain ↔ PostgreSQL: the composite rows that the functions of the schema take, and rows back to domain."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from cift_common import money
from cift_common.outbox import OutboxMessage

from cift_trading.domain.account import Account, SelfTradePrevention
from cift_trading.domain.ledger import Line
from cift_trading.domain.order import (
    Exits,
    Order,
    OrderClass,
    OrderTerms,
    OrderType,
    Role,
    Side,
    Status,
    TimeInForce,
)
from cift_trading.domain.position import Position
from cift_trading.domain.report import Report

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
Row = tuple[Any, ...]


def moment(nanoseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=nanoseconds // 1000)


def moment_or_none(nanoseconds: int) -> datetime | None:
    return moment(nanoseconds) if nanoseconds else None


def nanoseconds(at: datetime | None) -> int:
    return (at - _EPOCH) // _MICROSECOND * 1000 if at is not None else 0


def amount(nanos: int) -> Decimal:
    return Decimal(nanos).scaleb(-money.PLACES)


def new_order(order: Order, message: OutboxMessage) -> Row:
    return _new_order(order, message.payload, message.subject, _json(message.headers))


def new_held(order: Order, payload: bytes) -> Row:
    """An order that no venue hears of; `payload` goes into the audit trail."""
    return _new_order(order, payload, "", "{}")


def _new_order(order: Order, payload: bytes, subject: str, headers: str) -> Row:
    terms = order.terms
    return (
        order.order_id,
        terms.account_id,
        terms.client_order_id,
        terms.symbol,
        terms.side.name,
        terms.type.name,
        terms.time_in_force.name,
        terms.quantity,
        terms.limit_price,
        terms.stop_price,
        terms.trail_price,
        terms.trail_percent_bp,
        moment_or_none(terms.expires_at),
        terms.extended_hours,
        terms.strategy,
        moment(order.submitted_at),
        order.replaces or None,
        order.decision,
        payload,
        subject,
        headers,
    )


def grouped(order: Order) -> Row:
    """What an order of a group has beside."""
    terms, exits = order.terms, order.terms.exits
    return (
        order.order_id,
        order.group,
        order.role.name,
        terms.order_class.name,
        exits.take_profit,
        exits.stop_loss,
        exits.stop_loss_limit,
        moment_or_none(order.triggered_at),
    )


def changed_leg(order: Order) -> Row:
    """What only an order that was held can change."""
    return (order.order_id, order.terms.quantity, order.decision, moment_or_none(order.triggered_at))


def changed_leg_terms(order: Order) -> Row:
    """What a held order takes over of the order that it depends on."""
    return (order.order_id, order.terms.time_in_force.name, moment_or_none(order.terms.expires_at))


def account_policy(account: Account) -> Row:
    return (account.account_id, account.self_trade_prevention.name)


def changed_order(from_version: int, order: Order) -> Row:
    return (
        order.order_id,
        from_version,
        order.version,
        order.status.name,
        order.acknowledged,
        order.filled_quantity,
        Decimal(order.filled_value).scaleb(-2 * money.PLACES),
        order.reason,
        moment(order.updated_at),
        moment_or_none(order.filled_at),
        moment_or_none(order.canceled_at),
        moment_or_none(order.expired_at),
        moment_or_none(order.failed_at),
        moment_or_none(order.replaced_at),
        order.replaced_by or None,
        order.replacement or None,
    )


def new_execution(report: Report, order: Order, broker: str) -> Row:
    return (
        report.execution_id,
        order.order_id,
        order.terms.account_id,
        order.terms.symbol,
        broker,
        report.sequence,
        report.kind.name,
        report.price,
        report.quantity,
        report.reason,
        moment(report.time),
    )


def changed_position(before: Position, position: Position) -> Row:
    return (
        position.account_id,
        position.symbol,
        position.quantity,
        amount(position.cost_basis),
        amount(position.realized_pnl),
        before.version,
        position.version,
        moment(position.updated_at),
    )


def changed_account(before: Account, account: Account) -> Row:
    return (
        account.account_id,
        before.version,
        account.version,
        amount(account.cash),
        account.shorting_enabled,
        account.suspended,
        amount(account.last_equity),
        account.day,
        account.sequence,
        moment(account.updated_at),
    )


def new_line(line: Line) -> Row:
    return (line.transaction_id, line.account_id, line.book, line.asset, amount(line.amount))


def new_message(message: OutboxMessage) -> Row:
    return (message.id, message.subject, message.payload, _json(message.headers))


def new_event(
    account_id: str,
    order_id: str | None,
    sequence: int | None,
    kind: str,
    payload: bytes,
    message: OutboxMessage | None,
) -> Row:
    return (
        account_id,
        order_id,
        sequence,
        kind,
        payload,
        message.id if message is not None else None,
        _json(message.headers) if message is not None else "{}",
    )


def _json(headers: Mapping[str, str]) -> str:
    return json.dumps(headers) if headers else "{}"


def to_nanos(value: Decimal | None) -> int:
    return money.to_nanos(value) if value is not None else 0


def to_order(row: Mapping[str, Any]) -> Order:
    return Order(
        order_id=str(row["order_id"]),
        terms=OrderTerms(
            account_id=str(row["account_id"]),
            client_order_id=row["client_order_id"],
            symbol=row["symbol"],
            side=Side[row["side"]],
            type=OrderType[row["type"]],
            time_in_force=TimeInForce[row["time_in_force"]],
            quantity=to_nanos(row["quantity"]),
            limit_price=to_nanos(row["limit_price"]),
            stop_price=to_nanos(row["stop_price"]),
            trail_price=to_nanos(row["trail_price"]),
            trail_percent_bp=row["trail_percent_bp"] or 0,
            expires_at=nanoseconds(row["expires_at"]),
            extended_hours=row["extended_hours"],
            strategy=row["strategy"],
            order_class=OrderClass[row["order_class"]],
            exits=Exits(
                to_nanos(row["take_profit_limit_price"]),
                to_nanos(row["stop_loss_stop_price"]),
                to_nanos(row["stop_loss_limit_price"]),
            ),
        ),
        submitted_at=nanoseconds(row["submitted_at"]),
        updated_at=nanoseconds(row["updated_at"]),
        status=Status[row["status"]],
        acknowledged=row["acknowledged"],
        filled_quantity=to_nanos(row["filled_quantity"]),
        filled_value=int(row["filled_value"].scaleb(2 * money.PLACES)),
        reason=row["reason"],
        filled_at=nanoseconds(row["filled_at"]),
        canceled_at=nanoseconds(row["canceled_at"]),
        expired_at=nanoseconds(row["expired_at"]),
        failed_at=nanoseconds(row["failed_at"]),
        replaced_at=nanoseconds(row["replaced_at"]),
        replaces=_id(row["replaces"]),
        replaced_by=_id(row["replaced_by"]),
        replacement=_id(row["replacement"]),
        version=row["version"],
        decision=bytes(row["decision"]),
        group=_id(row["group_id"]),
        role=Role[row["role"]],
        triggered_at=nanoseconds(row["triggered_at"]),
    )


def _id(value: Any) -> str:
    return str(value) if value is not None else ""


def to_account(row: Mapping[str, Any]) -> Account:
    return Account(
        account_id=str(row["account_id"]),
        number=str(row["number"]),
        cash=to_nanos(row["cash"]),
        created_at=nanoseconds(row["created_at"]),
        updated_at=nanoseconds(row["updated_at"]),
        currency=row["currency"],
        multiplier=row["multiplier"],
        shorting_enabled=row["shorting_enabled"],
        suspended=row["suspended"],
        self_trade_prevention=SelfTradePrevention[row["self_trade_prevention"]],
        last_equity=to_nanos(row["last_equity"]),
        day=row["day"],
        sequence=row["sequence"],
        version=row["version"],
    )


def to_position(row: Mapping[str, Any]) -> Position:
    return Position(
        account_id=str(row["account_id"]),
        symbol=row["symbol"],
        quantity=to_nanos(row["quantity"]),
        cost_basis=to_nanos(row["cost_basis"]),
        realized_pnl=to_nanos(row["realized_pnl"]),
        updated_at=nanoseconds(row["updated_at"]),
        version=row["version"],
    )
