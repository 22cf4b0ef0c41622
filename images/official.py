"""Prints, a line each, the stores and tools that we pack and the official images that they stand for."""

from cift_operator.api import validate
from cift_operator.components import components

TOOLS = frozenset({"prometheus", "alertmanager", "jaeger"})
EVERYTHING = {
    "apiVersion": "cift.markets/v1alpha1",
    "kind": "TradingPlatform",
    "metadata": {"name": "all"},
    "spec": {"analytics": {"enabled": True}, "observability": {name: {"enabled": True} for name in TOOLS}},
}


def reference(image: str) -> str:
    """As a node writes it: with its registry."""
    first, *rest = image.split("/")
    if rest and ("." in first or ":" in first):
        return image
    return f"docker.io/{image}" if rest else f"docker.io/library/{image}"


for component in components(validate(EVERYTHING)):
    if component.store or component.name in TOOLS:
        print(component.name, reference(component.image))
