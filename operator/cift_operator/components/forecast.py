"""Forecasts on live bars, from registered models."""

from cift_operator.api import TradingPlatform
from cift_operator.api.resources import resources
from cift_operator.components import mlflow, nats, questdb
from cift_operator.components.model import Component, Stage, Volume
from cift_operator.components.service import GRPC_HEALTH, grpc_port, metrics_port, service
from cift_operator.components.values import Folder, Listen


def component(platform: TradingPlatform) -> Component:
    spec = platform.spec
    return service(
        platform,
        "forecast",
        stage=Stage.EDGE,
        ports=(grpc_port(50056), metrics_port(9109)),
        readiness=GRPC_HEALTH,
        env={
            "CIFT_GRPC_LISTEN": Listen("grpc"),
            "CIFT_NATS_URL": nats.url(spec, "forecast"),
            "CIFT_QUESTDB_URL": questdb.url(spec),
            "CIFT_MLFLOW_URL": mlflow.url(spec),
            "CIFT_FORECAST_MODEL": spec.forecast.model.reference,
            "CIFT_FORECAST_SHADOW": str(spec.forecast.shadow).lower(),
            "CIFT_MODEL_CACHE": Folder("models"),
        },
        # What it served before is served again where the registry is away.
        volumes=(Volume("models", "/var/lib/cift-models"),),
        depends_on=("nats", "questdb", "marketdata", "mlflow"),
        needs=resources("100m", "256Mi", "600Mi"),
    )
