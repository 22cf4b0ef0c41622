"""The policy: limits, restrictions, halts, leased to the engines."""

from cift_operator.api import TradingPlatform
from cift_operator.components import nats, postgres, valkey
from cift_operator.components.model import Component, GeneratedSecret, Stage
from cift_operator.components.service import GRPC_HEALTH, grpc_port, metrics_port, service
from cift_operator.components.values import Listen, Secret

# Signs for whom the gateway calls; each service has its own.
PRINCIPAL_KEY = GeneratedSecret("principal-risk", "key")


def component(platform: TradingPlatform) -> Component:
    spec = platform.spec
    return service(
        platform,
        "risk",
        stage=Stage.VENUE,
        ports=(grpc_port(50052), metrics_port(9103)),
        readiness=GRPC_HEALTH,
        env={
            "CIFT_GRPC_LISTEN": Listen("grpc"),
            "CIFT_DATABASE_URL": postgres.url(spec, "risk"),
            "CIFT_NATS_URL": nats.url(spec, "risk"),
            "CIFT_CACHE_URL": valkey.url(spec),
            "CIFT_PRINCIPAL_KEY": Secret(PRINCIPAL_KEY.name, PRINCIPAL_KEY.key),
        },
        secrets=(PRINCIPAL_KEY,),
        calls={"trading": ("ListPositions", "ListAllPositions")},
        depends_on=("postgres", "nats", "valkey", "migrate-risk"),
    )
