"""The platform file: what the declaration tells every service (`CIFT_PLATFORM_FILE`, JSON, rendered from the spec)."""

from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from cift_common import money
from cift_common.errors import NotFound

PositiveDecimal = Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=9)]
Charge = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=9)]


class _Model(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        alias_generator=lambda name: name.split("_")[0] + "".join(part.title() for part in name.split("_")[1:]),
    )


class Instrument(_Model):
    """A symbol and the grid of its prices (`tick_size`) and quantities (`lot_size`)."""

    symbol: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9.]{0,15}$")]
    name: str = ""
    exchange: str = "XNAS"
    tick_size: PositiveDecimal = Decimal("0.01")
    # The declaration always gives one: 0.000001, unless the instrument says otherwise.
    lot_size: PositiveDecimal = Decimal(1)
    # Where a simulated feed starts, and its yearly volatility.
    reference_price: PositiveDecimal = Decimal(100)
    volatility: PositiveDecimal = Decimal("0.3")

    @cached_property
    def tick_size_nanos(self) -> int:
        return money.to_nanos(self.tick_size)

    @cached_property
    def lot_size_nanos(self) -> int:
        return money.to_nanos(self.lot_size)


class Feed(_Model):
    """Where ticks come from."""

    kind: Literal["simulated", "replay", "alpaca", "binance"] = "simulated"
    # simulated: the same seed gives the same ticks; quotes a second over all symbols.
    seed: int = 7
    quotes_per_second: Annotated[int, Field(ge=1, le=100_000)] = 40
    # replay: a folder or file of ticks, and how much faster than it happened.
    path: str = ""
    speed: Annotated[Decimal, Field(gt=0)] = Decimal(1)


class Limits(_Model):
    """Defaults of the risk policy; the fields of cift.risk.v1.Limits."""

    max_order_quantity: PositiveDecimal = Decimal(10_000)
    max_order_notional: PositiveDecimal = Decimal(1_000_000)
    price_collar_percent: PositiveDecimal = Decimal(20)
    market_protection_percent: PositiveDecimal = Decimal(2)
    max_position_quantity: PositiveDecimal = Decimal(100_000)
    max_position_notional: PositiveDecimal = Decimal(5_000_000)
    max_gross_exposure: PositiveDecimal = Decimal(10_000_000)
    max_net_exposure: PositiveDecimal = Decimal(10_000_000)
    max_open_orders: Annotated[int, Field(ge=1)] = 500
    max_order_rate_per_second: Annotated[int, Field(ge=1)] = 100
    order_rate_burst: Annotated[int, Field(ge=1)] = 200
    max_daily_loss: PositiveDecimal = Decimal(50_000)
    duplicate_window_ms: Annotated[int, Field(ge=0)] = 0
    max_price_age_ms: Annotated[int, Field(ge=1)] = 5_000


class Fees(_Model):
    """What the broker charges for an execution, in the account's currency: FIX Commission. All of it is added up."""

    # With an order's first execution.
    per_order: Charge = Decimal(0)
    per_share: Charge = Decimal(0)
    # Of the execution's value, in hundredths of a percent: who made the price (negative: a rebate), and who took it.
    maker_bp: Annotated[Decimal, Field(ge=-100, le=1000, decimal_places=6)] = Decimal(0)
    taker_bp: Annotated[Decimal, Field(ge=0, le=1000, decimal_places=6)] = Decimal(0)

    @cached_property
    def is_free(self) -> bool:
        return not (self.per_order or self.per_share or self.maker_bp or self.taker_bp)


class Platform(_Model):
    name: str
    version: str = "0.1.0"
    instruments: Annotated[tuple[Instrument, ...], Field(min_length=1)]
    # "24/7", or a name of exchange_calendars such as XNYS.
    calendar: str = "24/7"
    halted: bool = False
    feed: Feed = Feed()
    risk: Limits = Limits()
    broker: Literal["paper"] = "paper"
    fees: Fees = Fees()
    # What a new account starts with.
    initial_deposit: PositiveDecimal = Decimal(100_000)

    @field_validator("instruments")
    @classmethod
    def _symbols_once(cls, instruments: tuple[Instrument, ...]) -> tuple[Instrument, ...]:
        seen: set[str] = set()
        for instrument in instruments:
            if instrument.symbol in seen:
                raise ValueError(f"symbol {instrument.symbol} is listed twice")
            seen.add(instrument.symbol)
        return instruments

    @cached_property
    def by_symbol(self) -> dict[str, Instrument]:
        return {instrument.symbol: instrument for instrument in self.instruments}

    def instrument(self, symbol: str) -> Instrument:
        """`NotFound` names the symbol."""
        try:
            return self.by_symbol[symbol]
        except KeyError:
            raise NotFound(f"asset not found for {symbol}", reason="UNKNOWN_SYMBOL", field="symbol") from None


def load(path: Path) -> Platform:
    return Platform.model_validate_json(path.read_bytes())
