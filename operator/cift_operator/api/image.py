"""Where images come from."""

from typing import Annotated, Literal

from pydantic import Field

from cift_operator.api.base import ApiModel, Name

ImageReference = Annotated[str, Field(min_length=1, max_length=512, pattern=r"^[^\s]+$")]


class ImageSpec(ApiModel):
    """Ours are `<registry>/cift-<service>:<tag>`; stores have their makers' official ones."""

    registry: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\s]+[^\s/]$")] = "ghcr.io/cift-markets"
    tag: Annotated[str, Field(max_length=128, pattern=r"^[A-Za-z0-9_][-A-Za-z0-9_.]*$")] | None = None
    """Without it the version."""
    overrides: Annotated[dict[Name, ImageReference], Field(max_length=40)] = Field(default_factory=dict)
    """Component → whole image reference, as `postgres: registry.example/postgres:18`."""
    pull_policy: Literal["IfNotPresent", "Always", "Never"] = "IfNotPresent"
    pull_secrets: Annotated[tuple[Name, ...], Field(max_length=8)] = ()
