"""Scopes: what a credential may do. A role grants scopes to its users; an API key carries some of them."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    TRADER = "trader"
    RISK = "risk"
    OPERATIONS = "operations"
    ADMIN = "admin"


class Scope(StrEnum):
    PROFILE_READ = "profile:read"
    PROFILE_WRITE = "profile:write"
    SESSIONS_MANAGE = "sessions:manage"
    KEYS_MANAGE = "keys:manage"
    MARKET_READ = "market:read"
    TRADING_READ = "trading:read"
    TRADING_WRITE = "trading:write"
    WATCHLISTS_READ = "watchlists:read"
    WATCHLISTS_WRITE = "watchlists:write"
    # Limits and halts that apply to the caller; `read_all`: those of every account.
    RISK_READ = "risk:read"
    RISK_READ_ALL = "risk:read_all"
    RISK_WRITE = "risk:write"
    OPERATIONS_READ = "operations:read"
    USERS_ADMIN = "users:admin"
    AUDIT_READ = "audit:read"


_EVERYBODY = frozenset(
    {
        Scope.PROFILE_READ,
        Scope.PROFILE_WRITE,
        Scope.SESSIONS_MANAGE,
        Scope.KEYS_MANAGE,
        Scope.MARKET_READ,
        Scope.TRADING_READ,
        Scope.WATCHLISTS_READ,
        Scope.WATCHLISTS_WRITE,
        Scope.RISK_READ,
    }
)
ROLE_SCOPES: Mapping[str, frozenset[Scope]] = MappingProxyType(
    {
        Role.TRADER: _EVERYBODY | {Scope.TRADING_WRITE},
        Role.RISK: _EVERYBODY | {Scope.RISK_READ_ALL, Scope.RISK_WRITE},
        Role.OPERATIONS: _EVERYBODY | {Scope.OPERATIONS_READ},
        Role.ADMIN: _EVERYBODY | {Scope.OPERATIONS_READ, Scope.USERS_ADMIN, Scope.AUDIT_READ},
    }
)
# What a program that trades needs, and nothing by which a stolen key could make its owner's loss permanent.
KEY_DEFAULT = frozenset(
    {
        Scope.PROFILE_READ,
        Scope.MARKET_READ,
        Scope.TRADING_READ,
        Scope.TRADING_WRITE,
        Scope.WATCHLISTS_READ,
        Scope.WATCHLISTS_WRITE,
        Scope.RISK_READ,
    }
)
# A key has these only if its maker names them one by one: they give others access, or take it from the owner.
NAMED_ONLY = frozenset({Scope.KEYS_MANAGE, Scope.SESSIONS_MANAGE, Scope.PROFILE_WRITE})


def scopes_of(roles: Iterable[str]) -> frozenset[Scope]:
    """All scopes that the roles grant; none for no roles."""
    granted: frozenset[Scope] = frozenset()
    for role in roles:
        granted |= ROLE_SCOPES.get(role, frozenset())
    return granted


def known(texts: Iterable[str]) -> frozenset[Scope]:
    """The scopes among stored texts; a scope of another release grants nothing."""
    return frozenset(Scope(text) for text in texts if text in Scope.__members__.values())


def role_for(scope: Scope) -> Role:
    """The role that grants a scope."""
    return next(role for role in Role if scope in ROLE_SCOPES[role])
