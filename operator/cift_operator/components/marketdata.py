"""Takes feeds in, keeps history, gives it out."""

from cift_operator.api import TradingPlatform
from cift_operator.components import nats, questdb, valkey
from cift_operator.components.model import Component, Stage
from cift_operator.components.service import GRPC_HEALTH, grpc_port, metrics_port, service
from cift_operator.components.values import Listen, Site, text


def component(platform: TradingPlatform) -> Component:
    spec = platform.spec
    return service(
        platform,
        "marketdata",
        stage=Stage.TRADING,
        ports=(grpc_port(50054), metrics_port(9105)),
        readiness=GRPC_HEALTH,
        env={
            "CIFT_GRPC_LISTEN": Listen("grpc"),
            "CIFT_NATS_URL": nats.url(spec),
            "CIFT_CACHE_URL": valkey.url(spec),
            "CIFT_QUESTDB_URL": questdb.url(spec),
            "CIFT_QUESTDB_SPOOL": text(Site("spool-dir"), "/marketdata"),
        },
        depends_on=("nats", "valkey", "questdb"),
    )
