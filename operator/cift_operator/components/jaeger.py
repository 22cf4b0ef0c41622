"""Jaeger: takes spans by OTLP, keeps them in Badger, and answers about them."""

from cift_operator.api import TradingPlatform
from cift_operator.api.resources import resources
from cift_operator.components.model import Component, ConfigFile, Port, Probe, Stage, Volume
from cift_operator.components.values import File, Folder, Host, Listen, PortNumber, Text, text

_HOURS = {"h": 1, "d": 24, "w": 168}


def component(platform: TradingPlatform) -> Component:
    spec = platform.spec.observability.jaeger
    return Component(
        name="jaeger",
        stage=Stage.EDGE,
        image="jaegertracing/jaeger:2.13.0",
        command=("jaeger",),
        args=("--config", text("file:", File("jaeger.yaml"))),
        files=(ConfigFile("jaeger.yaml", configuration(spec.retention)),),
        ports=(
            Port("http", 16686, scheme="http"),
            Port("otlp", 4317, scheme="grpc"),
            Port("query", 16685, scheme="grpc"),
            Port("health", 13133, scheme="http"),
            Port("metrics", 8888, scheme="http", metrics="/metrics"),
        ),
        readiness=Probe("http", "health", "/"),
        volumes=(Volume("data", "/badger", size=spec.storage.size, class_name=spec.storage.class_name),),
        resources=spec.resources,
        needs=resources("50m", "128Mi", "1Gi"),
        pod=spec.pod,
        # It waits for clients to go, which they do not; Badger survives a kill.
        stop_seconds=4,
    )


def configuration(retention: str) -> Text:
    """What is sampled is decided by the services; here everything that comes is kept."""
    hours = int(retention[:-1]) * _HOURS[retention[-1]]
    return text(
        "service:\n"
        "  extensions: [jaeger_storage, jaeger_query, healthcheckv2]\n"
        "  pipelines:\n"
        "    traces: {receivers: [otlp], processors: [memory_limiter, batch], exporters: [jaeger_storage_exporter]}\n"
        "  telemetry:\n"
        "    resource: {service.name: jaeger}\n"
        "    metrics: {level: basic, readers: [{pull: {exporter: {prometheus: {host: '",
        Host(),
        "', port: ",
        PortNumber("metrics"),
        "}}}}]}\n    logs: {level: warn}\nextensions:\n  healthcheckv2: {use_v2: true, http: {endpoint: '",
        Listen("health"),
        "', status: {enabled: true, path: /}}}\n  jaeger_query:\n    storage: {traces: badger}\n    http: {endpoint: '",
        Listen("http"),
        "'}\n    grpc: {endpoint: '",
        Listen("query"),
        "'}\n  jaeger_storage:\n    backends:\n      badger: {badger: {ephemeral: false, directories: {keys: '",
        Folder("data"),
        "/keys', values: '",
        Folder("data"),
        f"/values'}}, ttl: {{spans: {hours}h}}}}}}\nreceivers:\n  otlp: {{protocols: {{grpc: {{endpoint: '",
        Listen("otlp"),
        "'}}}\n"
        "processors:\n"
        "  memory_limiter: {check_interval: 1s, limit_mib: 512}\n"
        "  batch: {timeout: 200ms}\n"
        "exporters:\n"
        "  jaeger_storage_exporter: {trace_storage: badger}\n",
    )
