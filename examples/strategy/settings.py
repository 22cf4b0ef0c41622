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

    edge: float = 0.05
    order_quantity: Decimal = Decimal(10)
    position_max: Decimal = Decimal(50)
    notional_max: Decimal = Decimal(10_000)
    orders_per_minute_max: int = 10
    age_seconds_max: float = 10
    loss_max: Decimal = Decimal(200)
    short: bool = False

    @property
    def limits(self) -> Limits:
        return Limits(**{name: getattr(self, name) for name in Limits.__dataclass_fields__})
