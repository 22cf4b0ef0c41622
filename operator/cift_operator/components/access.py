"""What each service may do in the stores: the one declaration that users, roles, permissions and grants derive from.

Whatever is not here is refused by the store itself (docs/decisions/0022).
"""

from dataclasses import dataclass

from cift_common.streams import (
    ANALYTICS_SIGNALS,
    ANALYTICS_UPDATES,
    COMMANDS,
    EXECUTION_COMMANDS,
    MARKETDATA_FILLS,
    REPORTS,
    TRADING_REPORTS,
    DurableConsumer,
)

from cift_operator.api import PlatformSpec

ADMINISTRATOR = "cift"
"""May do everything in every store, and is given to no service: for people, and for tests."""


@dataclass(frozen=True)
class Access:
    """The rights of one service."""

    publishes: tuple[str, ...] = ()
    """Subjects of NATS, as all those below."""
    subscribes: tuple[str, ...] = ()
    consumes: tuple[DurableConsumer, ...] = ()
    keeps_streams: bool = False
    """Makes streams and durable consumers, also those that other services read."""
    schema: str = ""
    """Of PostgreSQL: its own, where it reads and writes rows and makes nothing. Nobody reads another's."""
    append_only: tuple[str, ...] = ()
    """Tables of the schema where it may add rows, and neither change nor remove one."""
    monitors: bool = False
    """Sees the state of every store, and nothing that they keep."""


ACCESS: dict[str, Access] = {
    "trading": Access(
        publishes=(*COMMANDS, "account.*.updates", "risk.refused.>"),
        subscribes=("md.quote.>", "risk.policy", "risk.halt"),
        consumes=(TRADING_REPORTS,),
        keeps_streams=True,
        schema="trading",
        append_only=("ledger", "executions", "unmatched_executions", "events", "audit_seals", "audit_checkpoints"),
    ),
    "execution": Access(
        publishes=REPORTS,
        subscribes=("md.quote.>", "md.status.>"),
        consumes=(EXECUTION_COMMANDS,),
        schema="execution",
    ),
    "risk": Access(
        publishes=("risk.policy", "risk.halt"),
        subscribes=("risk.refused.>",),
        schema="risk",
        append_only=("change_log",),
    ),
    "marketdata": Access(
        publishes=("md.>",),
        consumes=(MARKETDATA_FILLS,),
    ),
    "gateway": Access(
        publishes=("auth.revoked",),
        subscribes=("auth.revoked", "account.*.updates", "md.quote.>", "md.trade.>", "md.bar.>"),
        schema="auth",
        append_only=("security_events",),
    ),
    "analytics": Access(
        consumes=(ANALYTICS_UPDATES, ANALYTICS_SIGNALS),
    ),
    "forecast": Access(
        publishes=("signal.*",),
        subscribes=("md.quote.>", "md.trade.>"),
    ),
    "exporter": Access(
        monitors=True,
    ),
    # A user's own program, outside the platform: it reads signals and prices.
    "strategy": Access(
        subscribes=("signal.*", "md.>"),
    ),
}


def services(spec: PlatformSpec) -> tuple[str, ...]:
    """The names of those that this platform has."""
    missing = {
        name
        for name, present in (
            ("analytics", spec.analytics.enabled),
            ("forecast", spec.forecast.enabled),
            ("strategy", spec.forecast.enabled),
            ("exporter", spec.observability.prometheus.enabled),
        )
        if not present
    }
    return tuple(name for name in ACCESS if name not in missing)


def kept_consumers(spec: PlatformSpec) -> tuple[DurableConsumer, ...]:
    """The durable consumers of every service of this platform."""
    return tuple(consumer for name in services(spec) for consumer in ACCESS[name].consumes)
