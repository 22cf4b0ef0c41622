"""The CustomResourceDefinition, generated from the models."""

from typing import Any


def crd() -> dict[str, Any]:
    """`tradingplatforms.cift.markets`, as the API server takes it."""
    return {}
