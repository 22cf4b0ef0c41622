"""Spec → components, purely; one file each. Nothing else in the repository knows what a component consists of."""

from dataclasses import replace

from cift_operator.api import TradingPlatform
from cift_operator.components import (
    execution,
    gateway,
    marketdata,
    matcher,
    nats,
    postgres,
    questdb,
    risk,
    trading,
    valkey,
)
from cift_operator.components.model import Component
from cift_operator.components.order import in_order
from cift_operator.components.service import migration

STORES = frozenset({"postgres", "nats", "valkey", "questdb"})


def components(platform: TradingPlatform) -> tuple[Component, ...]:
    """Every component, each after those that it depends on; external stores are not among them."""
    stores = platform.spec.stores
    found = [
        component(platform.spec)
        for component, store in (
            (postgres.component, stores.postgres),
            (nats.component, stores.nats),
            (valkey.component, stores.cache),
            (questdb.component, stores.questdb),
        )
        if store.external is None
    ]
    services = [part.component(platform) for part in (risk, execution, trading, marketdata, gateway)]
    found += [matcher.component(platform), *services]
    found += [migration(service) for service in services if "CIFT_DATABASE_URL" in service.env]
    overrides = platform.spec.image.overrides
    return in_order(replace(part, image=overrides.get(part.name, part.image)) for part in found)


__all__ = ["STORES", "Component", "components"]
