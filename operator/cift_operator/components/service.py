"""What all Python services have in common."""

from cift_operator.api import TradingPlatform
from cift_operator.api.resources import ResourcesSpec, resources
from cift_operator.api.services import AutoscalingSpec, ServiceSpec
from cift_operator.components import platform_file, postgres
from cift_operator.components.model import Calls, Component, GeneratedSecret, Port, Probe, Stage, Volume
from cift_operator.components.postgres_roles import MIGRATIONS
from cift_operator.components.values import Address, File, Listen, Site, Value, text

GRPC_HEALTH = Probe("grpc", "grpc", start_seconds=120)
# Answers as long as the event loop turns, ready or not (`cift_common.rpc`).
GRPC_LIVENESS = Probe("grpc", "grpc", service="liveness", period_seconds=10, timeout_seconds=5)


def image(platform: TradingPlatform, name: str) -> str:
    """One of our own images."""
    spec = platform.spec
    return f"{spec.image.registry}/cift-{name}:{spec.image.tag or spec.version}"


def service(
    platform: TradingPlatform,
    name: str,
    *,
    stage: Stage,
    ports: tuple[Port, ...],
    readiness: Probe,
    env: dict[str, Value],
    depends_on: tuple[str, ...],
    calls: Calls | None = None,
    volumes: tuple[Volume, ...] = (),
    secrets: tuple[GeneratedSecret, ...] = (),
    replicas: int = 1,
    scalable: bool = False,
    autoscaling: AutoscalingSpec | None = None,
    liveness: Probe = GRPC_LIVENESS,
    needs: ResourcesSpec | None = None,
    stop_seconds: int = 15,
    setup: Value = "",
    external_egress: tuple[Value, ...] = (),
) -> Component:
    """`python -m cift_<name>` with the settings that every service takes.

    `calls` names the services that it calls, and their methods; those that it cannot start without stand in
    `depends_on` as well.
    """
    settings: ServiceSpec = getattr(platform.spec.services, name)
    common: dict[str, Value] = {
        "CIFT_METRICS_LISTEN": Listen("metrics"),
        "CIFT_PLATFORM_FILE": File(platform_file.NAME),
        "CIFT_LOG_LEVEL": settings.log_level,
        "CIFT_LOG_FORMAT": platform.spec.observability.logging.format,
        "CIFT_TRACE_EXPORT": trace_export(platform),
        "CIFT_TRACE_RATIO": format(platform.spec.observability.tracing.sampling_ratio, "f"),
        "CIFT_TRACE_SLOW_SECONDS": str(platform.spec.observability.tracing.slow_order_milliseconds / 1000),
    }
    security = platform.spec.security
    if not (security.grpc_reflection if security.grpc_reflection is not None else not platform.spec.production):
        common["CIFT_GRPC_REFLECTION"] = "false"
    addresses: dict[str, Value] = {f"CIFT_{peer.upper()}_ADDRESS": Address(peer, "grpc") for peer in calls or {}}
    return Component(
        name=name,
        stage=stage,
        image=image(platform, name),
        version=platform.spec.version,
        command=("python", "-m", f"cift_{name}"),
        env=common | addresses | env,
        files=(platform_file.config_file(platform.metadata.name, platform.spec),),
        ports=ports,
        readiness=readiness,
        volumes=volumes,
        secrets=secrets,
        depends_on=depends_on,
        calls=calls or {},
        resources=settings.resources,
        needs=needs or resources("50m", "160Mi", "512Mi"),
        replicas=replicas,
        scalable=scalable,
        autoscaling=autoscaling,
        liveness=liveness,
        secured=True,
        pod=settings.pod,
        stop_seconds=stop_seconds,
        setup=setup,
        external_egress=external_egress,
    )


def migration(platform: TradingPlatform, owner: Component) -> Component:
    """The task that brings the schema of a service up to date, before the service starts."""
    return Component(
        name=f"migrate-{owner.name}",
        kind="task",
        stage=Stage.MIGRATIONS,
        image=owner.image,
        version=owner.version,
        command=owner.command,
        args=("migrate",),
        # None of the service's secrets, and not the level of its logs: to change that is no reason to migrate again.
        env={
            "CIFT_LOG_FORMAT": owner.env["CIFT_LOG_FORMAT"],
            "CIFT_DATABASE_URL": postgres.url(platform.spec, MIGRATIONS),
            **postgres.grants(platform.spec, owner.name),
        },
        depends_on=("postgres", "restore"),
        pod=owner.pod,
    )


def trace_export(platform: TradingPlatform) -> Value:
    """To somebody else's collector, to our Jaeger, or to what the installation has."""
    observed = platform.spec.observability
    if observed.tracing.endpoint:
        return f"otlp:{observed.tracing.endpoint}"
    return text("otlp:http://", Address("jaeger", "otlp")) if observed.jaeger.enabled else Site("trace-export")


def metrics_port(number: int) -> Port:
    return Port("metrics", number, scheme="http", metrics="/metrics")


def grpc_port(number: int) -> Port:
    return Port("grpc", number, scheme="grpc")
