"""Books what trading tells into ClickHouse, and answers about it."""

from cift_operator.api import TradingPlatform
from cift_operator.components import clickhouse, nats, seals
from cift_operator.components.model import Component, Stage
from cift_operator.components.service import GRPC_HEALTH, grpc_port, metrics_port, service
from cift_operator.components.values import Listen


def component(platform: TradingPlatform) -> Component:
    spec = platform.spec
    return service(
        platform,
        "analytics",
        stage=Stage.EDGE,
        ports=(grpc_port(50055), metrics_port(9108)),
        readiness=GRPC_HEALTH,
        env={
            "CIFT_GRPC_LISTEN": Listen("grpc"),
            "CIFT_NATS_URL": nats.url(spec, "analytics"),
            "CIFT_SEAL_KEY": seals.reference(seals.ANALYTICS),
            "CIFT_CLICKHOUSE_URL": clickhouse.url(spec),
        },
        secrets=(seals.ANALYTICS,),
        calls={
            "trading": ("GetPortfolioHistory", "ListAccountSequences", "ListAccountUpdates"),
            "marketdata": ("ListBars", "ListSessions"),
        },
        depends_on=("nats", "clickhouse", "trading", "marketdata"),
    )
