"""Sends orders to the broker and brings executions back."""

from cift_operator.api import TradingPlatform
from cift_operator.components import nats, postgres, valkey
from cift_operator.components.model import Component, GeneratedSecret, Stage
from cift_operator.components.service import GRPC_HEALTH, grpc_port, metrics_port, service
from cift_operator.components.values import Address, Listen, Secret

# Signs risk decisions: trading writes them, execution sends nothing without one.
DECISION_KEY = GeneratedSecret("decision", "key")


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
            "CIFT_DATABASE_URL": postgres.url(spec),
            "CIFT_NATS_URL": nats.url(spec),
            "CIFT_CACHE_URL": valkey.url(spec),
            "CIFT_MATCHER_ADDRESS": Address("matcher", "grpc"),
            "CIFT_DECISION_KEY": Secret(DECISION_KEY.name, DECISION_KEY.key),
        },
        secrets=(DECISION_KEY,),
        calls={"trading": ("ListOpenOrders",), "marketdata": ("GetClock",)},
        depends_on=("postgres", "nats", "valkey", "matcher", "migrate-execution"),
    )
