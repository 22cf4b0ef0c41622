"""Where market data comes from."""

from decimal import Decimal
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from cift_operator.api.base import ApiModel, PositiveDecimal, cel
from cift_operator.api.stores import SecretKeyRef


class SimulatedFeed(ApiModel):
    """Random walks with realistic spreads; the same seed gives the same ticks."""

    seed: Annotated[int, Field(ge=0, le=2**53 - 1)] = 7
    quotes_per_second: Annotated[int, Field(ge=1, le=100_000)] = 40
    """Over all symbols together."""


class ReplayFeed(ApiModel):
    """Ticks from files, as fast as they happened or faster: LEAN zips, Databento's CSV and Parquet, our recordings."""

    path: Annotated[str, Field(min_length=1, max_length=4096)]
    """A folder or a file, as the market data service sees it."""
    speed: PositiveDecimal = Decimal(1)


Address = Annotated[str, Field(max_length=2048, pattern=r"^(wss?://\S+)?$")]


class AlpacaFeed(ApiModel):
    """Alpaca's stream of stock prices."""

    key_from: SecretKeyRef
    """Where the API key's id is."""
    secret_from: SecretKeyRef
    """Where its secret is."""
    url: Address = ""
    """The stream; empty: that of the IEX feed."""


class BinanceFeed(ApiModel):
    """Binance's public streams; the platform's symbols are Binance's, such as BTCUSDT."""

    url: Address = ""
    """Empty: the public one."""


_KINDS = ("simulated", "replay", "alpaca", "binance")
_ONE = "simulated, replay, alpaca and binance exclude each other"


class FeedsSpec(ApiModel):
    """Exactly one of the kinds; the simulated one when nothing is said."""

    model_config = ConfigDict(
        json_schema_extra=cel(
            (f"[{', '.join(f'has(self.{kind})' for kind in _KINDS)}].filter(said, said).size() <= 1", _ONE)
        ),
    )

    simulated: SimulatedFeed | None = None
    replay: ReplayFeed | None = None
    alpaca: AlpacaFeed | None = None
    binance: BinanceFeed | None = None

    @model_validator(mode="after")
    def _one(self) -> "FeedsSpec":
        if sum(getattr(self, kind) is not None for kind in _KINDS) > 1:
            raise ValueError(_ONE)
        return self
