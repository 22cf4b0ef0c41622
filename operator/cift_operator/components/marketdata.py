"""Takes feeds in, keeps history, gives it out."""

from cift_operator.api import TradingPlatform
from cift_operator.api.feeds import FeedsSpec
from cift_operator.components import nats, questdb, valkey
from cift_operator.components.execution import REPORT_PUBLIC_KEYS
from cift_operator.components.model import Component, Stage
from cift_operator.components.service import GRPC_HEALTH, grpc_port, metrics_port, service
from cift_operator.components.values import Listen, Secret, Site, Value, text

_BINANCE = "wss://stream.binance.com:9443"


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
            "CIFT_NATS_URL": nats.url(spec, "marketdata"),
            "CIFT_CACHE_URL": valkey.url(spec),
            "CIFT_REPORT_PUBLIC_KEYS": REPORT_PUBLIC_KEYS,
            "CIFT_QUESTDB_URL": questdb.url(spec),
            "CIFT_QUESTDB_SPOOL": text(Site("spool-dir"), "/marketdata"),
            **_live(spec.feeds),
        },
        external_egress=_streams(spec.feeds),
        depends_on=("nats", "valkey", "questdb"),
    )


def _streams(feeds: FeedsSpec) -> tuple[Value, ...]:
    live = feeds.alpaca or feeds.binance
    return () if live is None else (live.url or ("wss://stream.data.alpaca.markets" if feeds.alpaca else _BINANCE),)


def _live(feeds: FeedsSpec) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if (alpaca := feeds.alpaca) is not None:
        found["CIFT_FEED_KEY_ID"] = Secret(alpaca.key_from.name, alpaca.key_from.key)
        found["CIFT_FEED_SECRET_KEY"] = Secret(alpaca.secret_from.name, alpaca.secret_from.key)
    if live := feeds.alpaca or feeds.binance:
        found["CIFT_FEED_URL"] = live.url
    return found
