"""The paper venue: price-time matching in Rust, beside execution."""

from cift_operator.api import TradingPlatform
from cift_operator.api.resources import resources
from cift_operator.components.model import Component, Port, Probe, Stage, Volume
from cift_operator.components.service import image, metrics_port
from cift_operator.components.values import Folder, Listen, Site


def component(platform: TradingPlatform) -> Component:
    settings = platform.spec.services.matcher
    return Component(
        name="matcher",
        stage=Stage.VENUE,
        image=image(platform, "matcher"),
        version=platform.spec.version,
        command=("cift-matcher",),
        env={
            "CIFT_MATCHER_ADDRESS": Listen("grpc"),
            "CIFT_METRICS_LISTEN": Listen("metrics"),
            "CIFT_MATCHER_JOURNAL": Folder("data"),
            "CIFT_LOG_LEVEL": settings.log_level,
            "CIFT_LOG_FORMAT": platform.spec.observability.logging.format,
            "CIFT_TRACE_EXPORT": Site("trace-export"),
            # It traces groups of commands, not orders.
            "CIFT_TRACE_RATIO": "0",
            # Its journal is in no backup: it begins anew, and must not give an execution the id of a restored one.
            **({"CIFT_MATCHER_VENUE": f"PAPER-{platform.metadata.name}"} if platform.spec.bootstrap else {}),
        },
        ports=(Port("grpc", 50061, scheme="grpc", socket="matcher.sock"), metrics_port(9106)),
        readiness=Probe("grpc", "grpc"),
        volumes=(Volume("data", "/var/lib/cift-matcher", subfolder="journal"),),
        resources=settings.resources,
        needs=resources("50m", "64Mi", "1Gi"),
        pod=settings.pod,
        liveness=Probe("http", "metrics", "/healthz", period_seconds=10, timeout_seconds=5),
        stop_seconds=15,
        sidecar_of="execution",
    )
