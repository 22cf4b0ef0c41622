"""The life of an order, positions, cash, the audit trail; the risk engine runs in its process."""

from cift_operator.api import PlatformSpec, TradingPlatform
from cift_operator.components import nats, postgres, seals, valkey
from cift_operator.components.access import ACCESS, kept_consumers
from cift_operator.components.execution import DECISION_KEY, REPORT_PUBLIC_KEYS
from cift_operator.components.model import Component, GeneratedSecret, Stage, Volume
from cift_operator.components.service import GRPC_HEALTH, grpc_port, metrics_port, service
from cift_operator.components.values import Folder, Listen, Secret, Value, text

AUDIT_KEY = GeneratedSecret("audit", "key")
# Signs for whom the gateway calls; each service has its own.
PRINCIPAL_KEY = GeneratedSecret("principal-trading", "key")


def _consumers(spec: PlatformSpec) -> dict[str, Value]:
    """Those that other services read; on a NATS that somebody else runs each service makes its own."""
    if spec.stores.nats.external is not None:
        return {}
    own = ACCESS["trading"].consumes
    return {"CIFT_NATS_CONSUMERS": ",".join(one.name for one in kept_consumers(spec) if one not in own)}


def component(platform: TradingPlatform) -> Component:
    spec = platform.spec
    return service(
        platform,
        "trading",
        stage=Stage.TRADING,
        ports=(grpc_port(50051), metrics_port(9102)),
        readiness=GRPC_HEALTH,
        env={
            "CIFT_GRPC_LISTEN": Listen("grpc"),
            "CIFT_DATABASE_URL": postgres.url(spec, "trading"),
            "CIFT_NATS_URL": nats.url(spec, "trading"),
            **_consumers(spec),
            "CIFT_CACHE_URL": valkey.url(spec),
            "CIFT_DECISION_KEY": Secret(DECISION_KEY.name, DECISION_KEY.key),
            "CIFT_AUDIT_KEY": Secret(AUDIT_KEY.name, AUDIT_KEY.key),
            "CIFT_PRINCIPAL_KEY": Secret(PRINCIPAL_KEY.name, PRINCIPAL_KEY.key),
            "CIFT_REPORT_PUBLIC_KEYS": REPORT_PUBLIC_KEYS,
            "CIFT_GATEWAY_SEAL_KEY": seals.reference(seals.GATEWAY),
            **({"CIFT_ANALYTICS_SEAL_KEY": seals.reference(seals.ANALYTICS)} if spec.analytics.enabled else {}),
            "CIFT_AUDIT_ANCHOR": text(Folder("audit"), "/anchor.jsonl"),
        },
        volumes=(Volume("audit", "/var/lib/cift-audit", shared=True),),
        secrets=(
            DECISION_KEY,
            AUDIT_KEY,
            PRINCIPAL_KEY,
            seals.GATEWAY,
            *((seals.ANALYTICS,) if spec.analytics.enabled else ()),
        ),
        calls={
            "risk": ("LeasePolicy",),
            "marketdata": ("GetSnapshots",),
            "execution": ("GetStatus",),
            # `python -m cift_trading quarantine` asks the process that alone writes.
            "trading": ("ListQuarantine", "ResolveQuarantine"),
        },
        depends_on=("postgres", "nats", "valkey", "risk", "execution", "migrate-trading"),
        stop_seconds=20,
        # The anchor lies outside the database, and so outside its backups.
        setup="python -m cift_trading begin-anchor" if spec.bootstrap else "",
    )
