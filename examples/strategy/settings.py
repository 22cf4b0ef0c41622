"""Settings of the strategy, from STRATEGY_ variables."""

from decimal import Decimal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from examples.strategy.domain import Limits


class StrategySettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="STRATEGY_", extra="ignore", frozen=True)

    # A platform's API and a key of the account that it trades for.
    api_url: str = "http://127.0.0.1:8000"
    api_key_id: str
    api_secret_key: SecretStr
    # Where signals are published.
    nats_url: str = "nats://127.0.0.1:4222"
    # The symbols that it may trade, with commas.
    symbols: str
    # What its orders are tagged with, for analytics.
    name: str = "signals"
    timeout_seconds: float = 5

    edge: float = Limits.edge
    order_quantity: Decimal = Limits.order_quantity
    position_max: Decimal = Limits.position_max
    notional_max: Decimal = Limits.notional_max
    orders_per_minute_max: int = Limits.orders_per_minute_max
    age_seconds_max: float = Limits.age_seconds_max
    loss_max: Decimal = Limits.loss_max
    short: bool = Limits.short

    @property
    def limits(self) -> Limits:
        return Limits(**{name: getattr(self, name) for name in Limits.__dataclass_fields__})
