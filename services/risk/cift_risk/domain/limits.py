"""One level of limits: the defaults, or an override of an account, a symbol, or both."""

from dataclasses import dataclass, fields
from decimal import Decimal

from cift_common.errors import InvalidArgument

COUNT_MAX = {
    "price_collar_bp": 100_000,
    "market_protection_bp": 100_000,
    "max_open_orders": 1_000_000,
    "max_order_rate_per_second": 1_000_000,
    "order_rate_burst": 1_000_000,
    "duplicate_window_ms": 86_400_000,
    "max_price_age_ms": 86_400_000,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Quantities in shares, amounts in the account's currency; None: as the level above."""

    max_order_quantity: Decimal | None = None
    max_order_notional: Decimal | None = None
    price_collar_bp: int | None = None
    max_position_quantity: Decimal | None = None
    max_position_notional: Decimal | None = None
    max_gross_exposure: Decimal | None = None
    max_net_exposure: Decimal | None = None
    max_open_orders: int | None = None
    max_order_rate_per_second: int | None = None
    order_rate_burst: int | None = None
    max_daily_loss: Decimal | None = None
    duplicate_window_ms: int | None = None
    max_price_age_ms: int | None = None
    market_protection_bp: int | None = None

    @property
    def empty(self) -> bool:
        return self == Limits()

    def check(self) -> None:
        """`InvalidArgument` names the first limit that cannot be one."""
        for name in NAMES:
            value = getattr(self, name)
            if value is None:
                continue
            if value < 0 or (value == 0 and name != "duplicate_window_ms"):
                raise InvalidArgument(f"{name} must be greater than 0, not {value}", field=name, limit="> 0")
            if name in COUNT_MAX and value > COUNT_MAX[name]:
                raise InvalidArgument(
                    f"{name} {value} is larger than {COUNT_MAX[name]}", field=name, limit=str(COUNT_MAX[name])
                )

    def check_complete(self) -> None:
        """The defaults have no level above them; `InvalidArgument` names the first limit that is missing."""
        for name in NAMES:
            if getattr(self, name) is None:
                raise InvalidArgument(f"the defaults need {name}", field=name, limit="> 0")


NAMES = tuple(field.name for field in fields(Limits))
