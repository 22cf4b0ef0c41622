"""Within which limits orders are taken."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from cift_operator.api.base import ApiModel, PositiveDecimal


class LimitsSpec(ApiModel):
    """The defaults of the risk policy, for every account and symbol; amounts in the account's currency."""

    max_order_quantity: PositiveDecimal = Decimal(10_000)
    max_order_notional: PositiveDecimal = Decimal(1_000_000)
    price_collar_percent: PositiveDecimal = Decimal(20)
    """How far a limit price may be beyond the reference price, to the side where it costs more."""
    market_protection_percent: PositiveDecimal = Decimal(2)
    """How far beyond the market a market order, or a stop that was elected, may execute; at most the collar. Buys
    reserve it."""
    max_position_quantity: PositiveDecimal = Decimal(100_000)
    max_position_notional: PositiveDecimal = Decimal(5_000_000)
    max_gross_exposure: PositiveDecimal = Decimal(10_000_000)
    max_net_exposure: PositiveDecimal = Decimal(10_000_000)
    max_open_orders: Annotated[int, Field(ge=1, le=1_000_000)] = 500
    max_order_rate_per_second: Annotated[int, Field(ge=1, le=1_000_000)] = 100
    order_rate_burst: Annotated[int, Field(ge=1, le=1_000_000)] = 200
    """Orders on top of the rate."""
    max_daily_loss: PositiveDecimal = Decimal(50_000)
    duplicate_window_ms: Annotated[int, Field(ge=0, le=86_400_000)] = 0
    """An equal order within this time is refused as a duplicate; 0: off."""
    max_price_age_ms: Annotated[int, Field(ge=1, le=86_400_000)] = 5_000
    """A market order is refused when the latest price is older."""


class RiskSpec(ApiModel):
    """What the risk service starts from; it can be changed there, for an account or a symbol, while it runs."""

    limits: LimitsSpec = LimitsSpec()
