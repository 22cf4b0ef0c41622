"""Spec → components, purely; one file each. Nothing else in the repository knows what a component consists of."""

from collections.abc import Mapping
from dataclasses import replace

from cift_operator.api import TradingPlatform
from cift_operator.api.security import TlsSpec
from cift_operator.components import (
    alertmanager,
    analytics,
    backup,
    clickhouse,
    execution,
    exporter,
    forecast,
    gateway,
    grafana,
    jaeger,
    marketdata,
    matcher,
    mlflow,
    nats,
    postgres,
    prometheus,
    questdb,
    risk,
    trading,
    valkey,
)
from cift_operator.components.model import Component
from cift_operator.components.order import in_order
from cift_operator.components.peers import with_callers
from cift_operator.components.service import migration

STORES = frozenset({"postgres", "nats", "valkey", "questdb"})


def components(platform: TradingPlatform) -> tuple[Component, ...]:
    """Every component, each after those that it depends on; external stores are not among them."""
    stores, wants_analytics = platform.spec.stores, platform.spec.analytics.enabled
    found = [
        component(platform.spec)
        for component, store in (
            (postgres.component, stores.postgres),
            (nats.component, stores.nats),
            (valkey.component, stores.cache),
            (questdb.component, stores.questdb),
            *(((clickhouse.component, stores.clickhouse),) if wants_analytics else ()),
        )
        if store.external is None
    ]
    services = [part.component(platform) for part in (risk, execution, trading, marketdata, gateway)]
    if wants_analytics:
        services.append(analytics.component(platform))
    if platform.spec.forecast.enabled:
        services.append(forecast.component(platform))
        if stores.mlflow.external is None:
            found += [mlflow.component(platform), mlflow.migration(platform)]
    services = with_callers(services, tls=platform.spec.tls)
    found += [matcher.component(platform), *services]
    found += [migration(platform, service) for service in services if "CIFT_DATABASE_URL" in service.env]
    found += _observers(platform, found)
    found += backup.components(platform.spec)
    return in_order(_overridden(part, platform.spec.image.overrides) for part in found)


def on_one_machine(platform: TradingPlatform) -> TradingPlatform:
    """The same where there is no cluster: without certificates."""
    security = platform.spec.security.model_copy(update={"tls": TlsSpec(enabled=False, stores=False)})
    return platform.model_copy(update={"spec": platform.spec.model_copy(update={"security": security})})


def local_components(platform: TradingPlatform) -> tuple[Component, ...]:
    """Those that run where there is no cluster."""
    return in_order(component for component in components(on_one_machine(platform)) if not component.cluster_only)


def _overridden(component: Component, overrides: Mapping[str, str]) -> Component:
    """With the images that the spec names: those of the component, and of postgres and rclone where it uses them."""
    named = {postgres.IMAGE: overrides.get("postgres"), backup.RCLONE: overrides.get("rclone")}

    def image(default: str) -> str:
        return named.get(default) or default

    # A migration is a command of its owner's image.
    owner = component.name.removeprefix("migrate-")
    own = overrides.get(component.name) or overrides.get(owner) or image(component.image)
    return replace(component, image=own, setup_image=image(component.setup_image))


def _observers(platform: TradingPlatform, observed: list[Component]) -> list[Component]:
    """The programs that watch the others, as far as they are asked for."""
    spec = platform.spec.observability
    found = [part.component(platform) for part, wanted in (
        (exporter, spec.prometheus), (jaeger, spec.jaeger), (alertmanager, spec.alertmanager),
        (grafana, spec.grafana),
    ) if wanted.enabled]  # fmt: skip
    if spec.prometheus.enabled:
        found.append(prometheus.component(platform, in_order([*observed, *found])))
    return found


__all__ = ["STORES", "Component", "components", "local_components", "on_one_machine"]
