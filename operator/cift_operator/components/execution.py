"""Sends orders to the broker and brings executions back."""

from cift_operator.api import TradingPlatform
from cift_operator.components import nats, postgres, valkey
from cift_operator.components.model import Component, GeneratedSecret, Stage
from cift_operator.components.service import GRPC_HEALTH, grpc_port, metrics_port, service
from cift_operator.components.values import Address, Listen, PublicKey, Secret

# Signs risk decisions: trading writes them, execution sends nothing without one.
DECISION_KEY = GeneratedSecret("decision", "key")
# The seed of the key that signs execution reports: execution alone reads it, others its public key.
REPORT_KEY = GeneratedSecret("execution-reports", "key")
REPORT_PUBLIC_KEYS = PublicKey(REPORT_KEY.name, REPORT_KEY.key)


def component(platform: TradingPlatform) -> Component:
    spec = platform.spec
    return service(
        platform,
        "execution",
        stage=Stage.VENUE,
        ports=(grpc_port(50053), metrics_port(9104)),
        readiness=GRPC_HEALTH,
        env={
            "CIFT_GRPC_LISTEN": Listen("grpc"),
            "CIFT_DATABASE_URL": postgres.url(spec, "execution"),
            "CIFT_NATS_URL": nats.url(spec, "execution"),
            "CIFT_CACHE_URL": valkey.url(spec),
            "CIFT_MATCHER_ADDRESS": Address("matcher", "grpc"),
            "CIFT_DECISION_KEY": Secret(DECISION_KEY.name, DECISION_KEY.key),
            "CIFT_REPORT_KEY": Secret(REPORT_KEY.name, REPORT_KEY.key),
        },
        secrets=(DECISION_KEY, REPORT_KEY),
        calls={"trading": ("ListOpenOrders", "ListBookedTrades"), "marketdata": ("GetClock", "GetSnapshots")},
        depends_on=("postgres", "nats", "valkey", "matcher", "migrate-execution"),
    )
