"""What is traded, when, and where."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from cift_operator.api import catalogue
from cift_operator.api.base import ApiModel, PositiveDecimal


class SymbolSpec(ApiModel):
    """One symbol and the grid of its prices and quantities. A plain string is enough for a well-known one."""

    symbol: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9.]{0,15}$")]
    name: Annotated[str, Field(max_length=200)] = ""
    exchange: Annotated[str, Field(pattern=r"^[A-Z0-9]{4}$")] = "XNAS"
    """The market's ISO 10383 code."""
    tick_size: PositiveDecimal = Decimal("0.01")
    lot_size: PositiveDecimal = Decimal(1)
    reference_price: PositiveDecimal = Decimal(100)
    """Where a simulated feed starts."""
    volatility: Annotated[PositiveDecimal, Field(le=10)] = Decimal("0.3")
    """Of a simulated feed, yearly: 0.3 is 30 %."""

    @model_validator(mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        if isinstance(value, str):
            value = {"symbol": value}
        if isinstance(value, dict) and isinstance(value.get("symbol"), str):
            return catalogue.defaults(value["symbol"]) | value
        return value

    @model_validator(mode="after")
    def _on_the_grid(self) -> "SymbolSpec":
        if self.reference_price % self.tick_size:
            raise ValueError(f"referencePrice {self.reference_price} is not a multiple of tickSize {self.tick_size}")
        return self


class TradingSpec(ApiModel):
    """Symbols, calendar and broker."""

    symbols: Annotated[tuple[SymbolSpec, ...], Field(min_length=1, max_length=1000)] = tuple(
        SymbolSpec.model_validate(symbol) for symbol in catalogue.DEFAULT_SYMBOLS
    )
    calendar: Annotated[str, Field(max_length=20, pattern=r"^(24/7|[A-Z0-9_]+)$")] = "24/7"
    """`24/7`, or an exchange's calendar such as XNYS."""
    halted: bool = False
    """The kill switch: true refuses every new order."""
    broker: Literal["paper"] = "paper"
    initial_deposit: PositiveDecimal = Decimal(100_000)
    """The cash of a new account."""

    @field_validator("symbols")
    @classmethod
    def _once(cls, symbols: tuple[SymbolSpec, ...]) -> tuple[SymbolSpec, ...]:
        seen: set[str] = set()
        for spec in symbols:
            if spec.symbol in seen:
                raise ValueError(f"{spec.symbol} is listed twice")
            seen.add(spec.symbol)
        return symbols
