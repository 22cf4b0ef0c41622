"""What a change must be like before it is made; `InvalidArgument` names field and limit."""

import uuid
from collections.abc import Container

from cift_common.errors import InvalidArgument

from cift_risk.domain.policy import (
    DEFAULTS,
    Change,
    HaltChange,
    Level,
    LimitsChange,
    RestrictionChange,
    Scope,
)

TEXT_MAX = 200


def check(change: Change, actor: str, symbols: Container[str]) -> None:
    """A lift passes for a symbol that is no longer traded, so that nothing stays restricted for ever."""
    check_text("actor", actor)
    match change:
        case LimitsChange(level, limits):
            limits.check()
            if level == DEFAULTS:
                limits.check_complete()
            if not limits.empty:
                _check_level(level, symbols)
        case RestrictionChange(restriction, lifted):
            if not restriction.level.symbol:
                raise InvalidArgument("a restriction needs a symbol", field="symbol")
            if not lifted:
                _check_level(restriction.level, symbols)
                check_text("reason", restriction.reason)
        case HaltChange(halt, lifted):
            if halt.scope is Scope.PLATFORM and halt.key:
                raise InvalidArgument("a halt of the platform has no key", field="key", limit="empty")
            if halt.scope is not Scope.PLATFORM and not halt.key:
                raise InvalidArgument(f"a halt needs its {halt.scope.value}", field="key")
            if not lifted:
                check_text("reason", halt.reason)
                if halt.scope is Scope.ACCOUNT:
                    check_account("key", halt.key)
                elif halt.scope is Scope.SYMBOL:
                    _check_symbol("key", halt.key, symbols)


def check_text(field: str, text: str) -> None:
    if not text.strip():
        raise InvalidArgument(f"{field} must not be empty", field=field)
    if len(text) > TEXT_MAX:
        raise InvalidArgument(f"{field} is longer than {TEXT_MAX} characters", field=field, limit=str(TEXT_MAX))


def check_account(field: str, account_id: str) -> None:
    try:
        canonical = str(uuid.UUID(account_id))
    except ValueError:
        canonical = ""
    if canonical != account_id:
        raise InvalidArgument(f"{field} must be an account id, not {account_id[:64]!r}", field=field, limit="UUID")


def _check_level(level: Level, symbols: Container[str]) -> None:
    if level.account_id:
        check_account("account_id", level.account_id)
    if level.symbol:
        _check_symbol("symbol", level.symbol, symbols)


def _check_symbol(field: str, symbol: str, symbols: Container[str]) -> None:
    if symbol not in symbols:
        raise InvalidArgument(f"{symbol[:64]} is not traded here", reason="UNKNOWN_SYMBOL", field=field)
