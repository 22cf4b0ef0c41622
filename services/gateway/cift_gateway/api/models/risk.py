"""The risk policy as JSON: amounts and quantities as decimal strings, null where the level above decides."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from cift_gateway.api.models import Model
from cift_gateway.domain.fields import PRINTABLE, OptionalNanos, Whole

Count = Annotated[Whole, Field(ge=0, le=2**31 - 1)]
Text = Annotated[str, Field(max_length=200, pattern=PRINTABLE)]
Scope = Literal["platform", "account", "symbol"]


class LimitsChange(BaseModel):
    """What is not given stays; null gives the decision back to the level above."""

    max_order_quantity: OptionalNanos = None
    max_order_notional: OptionalNanos = None
    price_collar_percent: OptionalNanos = None
    market_protection_percent: OptionalNanos = None
    max_position_quantity: OptionalNanos = None
    max_position_notional: OptionalNanos = None
    max_gross_exposure: OptionalNanos = None
    max_net_exposure: OptionalNanos = None
    max_open_orders: Count | None = None
    max_order_rate_per_second: Count | None = None
    order_rate_burst: Count | None = None
    max_daily_loss: OptionalNanos = None
    duplicate_window_ms: Count | None = None
    max_price_age_ms: Count | None = None


class SetLimits(BaseModel):
    # Neither: the defaults.
    account_id: Text = ""
    symbol: Text = ""
    limits: LimitsChange


class Limits(Model):
    max_order_quantity: str | None
    max_order_notional: str | None
    price_collar_percent: str | None
    market_protection_percent: str | None
    max_position_quantity: str | None
    max_position_notional: str | None
    max_gross_exposure: str | None
    max_net_exposure: str | None
    max_open_orders: int | None
    max_order_rate_per_second: int | None
    order_rate_burst: int | None
    max_daily_loss: str | None
    duplicate_window_ms: int | None
    max_price_age_ms: int | None


class Override(Model):
    account_id: str | None
    symbol: str | None
    limits: Limits


class SetRestriction(BaseModel):
    symbol: Annotated[str, Field(min_length=1, max_length=32)]
    account_id: Text = ""
    reason: Text = ""
    close_only: bool = False
    lifted: bool = False


class Restriction(Model):
    symbol: str
    account_id: str | None
    reason: str
    close_only: bool


class SetHalt(BaseModel):
    scope: Scope
    # The account id or the symbol; empty for the platform.
    key: Text = ""
    reason: Text = ""


class Halt(Model):
    scope: Scope
    key: str
    reason: str
    actor: str
    since: datetime


class Policy(Model):
    version: int
    defaults: Limits
    overrides: list[Override]
    restrictions: list[Restriction]
    halts: list[Halt]


class Version(Model):
    """The policy's version after the change."""

    version: int


class ExposureLine(Model):
    symbol: str
    long_notional: str
    short_notional: str


class Exposure(Model):
    lines: list[ExposureLine]
    gross: str
    net: str


class Breach(Model):
    account_id: str
    symbol: str
    reason: str
    message: str
    occurred_at: datetime


class Usage(Model):
    """How far one limit is used before and after an order; `limit` is null where there is none."""

    rule: str
    unit: Literal["money", "quantity", "count"]
    before: str
    after: str
    limit: str | None


class Preview(Model):
    """What sending the order now would be told; `unavailable`: there is no decision at the moment."""

    accepted: bool
    unavailable: bool
    reason: str | None
    message: str | None
    field: str | None
    limit: str | None
    checks: int
    policy_version: int
    usages: list[Usage]
    bid: str | None
    ask: str | None
