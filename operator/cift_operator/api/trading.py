"""What is traded, when, and where."""

from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from cift_operator.api import calendars, catalogue
from cift_operator.api.base import ApiModel, PositiveDecimal, cel
from cift_operator.api.fees import FeesSpec

Symbol = Annotated[str, Field(min_length=1, max_length=16, pattern=r"^[A-Z][A-Z0-9.]{0,15}$")]


class InstrumentSpec(ApiModel):
    """What is to be different from what is known of a symbol, or from the defaults."""

    symbol: Symbol
    name: Annotated[str, Field(max_length=200)] | None = None
    exchange: Annotated[str, Field(max_length=4, pattern=r"^[A-Z0-9]{4}$")] | None = None
    """The market's ISO 10383 code; XNAS where nothing is known."""
    tick_size: PositiveDecimal | None = None
    """0.01 where nothing is said."""
    lot_size: PositiveDecimal | None = None
    """The smallest step of quantities. Defaults to 0.000001; 1 allows whole shares only."""
    reference_price: PositiveDecimal | None = None
    """Where a simulated feed starts; 100 where nothing is known."""
    volatility: Annotated[PositiveDecimal, Field(le=10)] | None = None
    """Of a simulated feed, yearly: 0.3, for an unknown symbol, is 30 %."""


class Listing(ApiModel):
    """A symbol with everything said: what the services are told."""

    symbol: Symbol
    name: str = ""
    exchange: str = "XNAS"
    tick_size: PositiveDecimal = Decimal("0.01")
    lot_size: PositiveDecimal = Decimal("0.000001")
    reference_price: PositiveDecimal = Decimal(100)
    volatility: PositiveDecimal = Decimal("0.3")


_LISTED = (
    "!has(self.instruments) || self.instruments.all(i, self.symbols.exists(s, s == i.symbol))",
    "every instrument must be listed in symbols",
)


class TradingSpec(ApiModel):
    """Symbols, calendar and broker."""

    model_config = ConfigDict(json_schema_extra=cel(_LISTED))

    symbols: Annotated[
        tuple[Symbol, ...], Field(min_length=1, max_length=500, json_schema_extra={"x-kubernetes-list-type": "set"})
    ] = catalogue.DEFAULT_SYMBOLS
    """What can be traded. A symbol that goes must have no position and no open order."""
    instruments: Annotated[
        tuple[InstrumentSpec, ...],
        Field(
            max_length=500,
            json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["symbol"]},
        ),
    ] = ()
    """Grid, exchange and start of those symbols of which more is to be said."""
    calendar: Annotated[str, Field(max_length=20, pattern=r"^(24/7|[A-Z0-9_]+)$")] = "24/7"
    """`24/7`, or an exchange's calendar such as XNYS."""
    halted: bool = False
    """The kill switch: true refuses every new order."""
    halt_policy: Literal["keepOrders", "cancelOrders"] = "keepOrders"
    """What becomes of open orders when `halted` is set."""
    broker: Literal["paper"] = "paper"
    fees: FeesSpec = FeesSpec()
    initial_deposit: PositiveDecimal = Decimal(100_000)
    """The cash of a new account."""

    @field_validator("calendar")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in calendars.NAMES:
            near = get_close_matches(name, calendars.NAMES, 3) or ["XNYS", "XLON", "24/7"]
            raise ValueError(f"no calendar {name} is known; there are {', '.join(near)} and others")
        return name

    @model_validator(mode="after")
    def _once(self) -> "TradingSpec":
        for what, symbols in (("symbols", self.symbols), ("instruments", [i.symbol for i in self.instruments])):
            seen: set[str] = set()
            for symbol in symbols:
                if symbol in seen:
                    raise ValueError(f"{what}: {symbol} is listed twice")
                if symbol not in self.symbols:
                    raise ValueError(f"{what}: {symbol} is not among symbols")
                seen.add(symbol)
        for listing in self.listings:
            if listing.reference_price % listing.tick_size:
                raise ValueError(
                    f"{listing.symbol}: referencePrice {listing.reference_price}"
                    f" is not a multiple of tickSize {listing.tick_size}"
                )
        return self

    @property
    def listings(self) -> tuple[Listing, ...]:
        """Every symbol with all that is known of it."""
        said = {i.symbol: i.model_dump(by_alias=True, exclude_none=True) for i in self.instruments}
        return tuple(
            Listing.model_validate(catalogue.defaults(symbol) | {"symbol": symbol} | said.get(symbol, {}))
            for symbol in self.symbols
        )
