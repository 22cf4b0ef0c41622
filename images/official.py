"""Prints, a line each, the stores and tools that we pack and the official images that they stand for."""

from cift_operator.api import default_platform
from cift_operator.components import components


def reference(image: str) -> str:
    """As a node writes it: with its registry."""
    first, *rest = image.split("/")
    if rest and ("." in first or ":" in first):
        return image
    return f"docker.io/{image}" if rest else f"docker.io/library/{image}"


for component in components(default_platform()):
    if component.store:
        print(component.name, reference(component.image))
