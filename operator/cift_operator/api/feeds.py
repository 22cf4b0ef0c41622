"""Where market data comes from."""

from decimal import Decimal
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from cift_operator.api.base import ApiModel, PositiveDecimal, cel


class SimulatedFeed(ApiModel):
    """Random walks with realistic spreads; the same seed gives the same ticks."""

    seed: Annotated[int, Field(ge=0, le=2**53 - 1)] = 7
    quotes_per_second: Annotated[int, Field(ge=1, le=100_000)] = 40
    """Over all symbols together."""


class ReplayFeed(ApiModel):
    """Real ticks in the LEAN format, as fast as they happened or faster."""

    path: Annotated[str, Field(min_length=1, max_length=4096)]
    """A folder or a zip file, as the market data service sees it."""
    speed: PositiveDecimal = Decimal(1)


class FeedsSpec(ApiModel):
    """Exactly one of the kinds; the simulated one when nothing is said."""

    model_config = ConfigDict(
        json_schema_extra=cel(
            ("!(has(self.simulated) && has(self.replay))", "simulated and replay exclude each other"),
        )
    )

    simulated: SimulatedFeed | None = None
    replay: ReplayFeed | None = None

    @model_validator(mode="after")
    def _one(self) -> "FeedsSpec":
        if self.simulated is not None and self.replay is not None:
            raise ValueError("simulated and replay exclude each other")
        return self
