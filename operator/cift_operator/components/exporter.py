"""Tells Prometheus about the stores that do not do so themselves (`cift_common.exporter`)."""

from cift_operator.api import TradingPlatform
from cift_operator.components import nats, postgres, valkey
from cift_operator.components.model import Component, Probe, Stage
from cift_operator.components.service import image, metrics_port
from cift_operator.components.values import Listen

# Any image of a Python service has it.
IMAGE = "risk"


def component(platform: TradingPlatform) -> Component:
    spec = platform.spec
    return Component(
        name="exporter",
        stage=Stage.EDGE,
        image=image(platform, IMAGE),
        version=spec.version,
        command=("python", "-m", "cift_common.exporter"),
        env={
            "CIFT_METRICS_LISTEN": Listen("metrics"),
            "CIFT_LOG_FORMAT": spec.observability.logging.format,
            "CIFT_DATABASE_URL": postgres.url(spec, "exporter"),
            "CIFT_NATS_URL": nats.url(spec, "exporter"),
            "CIFT_CACHE_URL": valkey.url(spec),
        },
        ports=(metrics_port(9107),),
        readiness=Probe("http", "metrics", "/metrics"),
        depends_on=("postgres", "nats", "valkey"),
    )
