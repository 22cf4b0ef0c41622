"""The native part of `cift_core`. Integers in nanos unless said otherwise; ids are UUID strings."""

from typing import Any, Final, Literal, TypedDict, final

class PositionExposure(TypedDict):
    """One symbol of an account, nanos."""

    quantity: int
    cost_basis: int
    mark_price: int
    market_value: int
    open_buy: int
    open_sell: int

class AccountExposure(TypedDict):
    """What an account has, holds and has set aside, in nanos of money."""

    cash: int
    reserved: int
    buying_power: int
    equity: int
    gross: int
    net: int
    gross_worst: int
    """Gross if the worse side of the open orders fills."""
    open_buy: int
    open_sell: int
    day_start_equity: int
    daily_pnl: int
    day_started_at_ns: int
    open_orders: int
    multiplier: int
    shorting_enabled: bool
    positions: dict[str, PositionExposure]

@final
class Decision:
    """The answer to a check: passed, or which rule refused and why. True if accepted."""

    accepted: Final[bool]
    reason: Final[str]
    """The rule's code, e.g. `PRICE_COLLAR`; empty if accepted."""
    field: Final[str]
    """The request's field, e.g. `limit_price`; empty if none."""
    limit: Final[str]
    """The limit as text, e.g. `20%`; empty if none."""
    message: Final[str]
    checks: Final[int]
    """How many rules were asked."""
    duration_ns: Final[int]
    """Time inside the engine, measured around the check."""
    policy_version: Final[int]
    unavailable: Final[bool]
    """Not a rule's answer: no valid policy, so nothing can be decided. Retry, do not reject."""

    def __bool__(self) -> bool: ...

@final
class Usage:
    """How far one limit is used before and after an order; `limit` is None where there is none."""

    rule: Final[str]
    unit: Final[Literal["money", "quantity", "count"]]
    """Money and quantity are in nanos."""
    before: Final[int]
    after: Final[int]
    limit: Final[int | None]

@final
class Preview:
    """A decision that reserved nothing, with the use of each limit (empty if the order has no shape)."""

    decision: Final[Decision]
    usages: Final[list[Usage]]

@final
class RiskEngine:
    """Checks every order of this process against every rule and holds what it reserves.

    One writer: a call while another thread is inside raises `RuntimeError`. Keep an engine on one thread.
    The GIL is kept: a call is shorter than giving it up and taking it again. Refuses everything with
    `LEASE_EXPIRED` until it has a policy and a lease.

    Unknown accounts, symbols and orders raise `KeyError`, unusable values `ValueError`, both naming the
    field; the engine is as it was then. `check`, `preview` and `check_replace` answer such things with a
    refusal instead and raise only for what is no UUID, side or type.
    """

    def __init__(self, mark_tolerance_bp: int = 0) -> None:
        """`mark_tolerance_bp`: value positions anew only when a price has moved by more than this."""

    def put_instrument(self, symbol: str, tick_size_nanos: int, lot_size_nanos: int) -> None:
        """Adds a symbol, or changes its grid."""

    def put_account(
        self, account_id: str, cash_nanos: int, multiplier: int = 1, shorting_enabled: bool = False
    ) -> None:
        """Adds an account, or sets its cash and rights. The change in cash is not profit or loss."""

    def set_position(
        self, account_id: str, symbol: str, quantity_nanos: int, cost_basis_nanos: int
    ) -> None:
        """Sets a position (short: negative) and what it cost. The change is not profit or loss."""

    def set_policy(self, policy: dict[str, Any]) -> None:
        """Swaps the policy: field names of `cift.risk.v1.Policy`, amounts as decimal strings.

        All or nothing; unknown fields are errors. 0 or "" means "as the level above", in the defaults "no limit".
        """

    def set_lease(self, expires_at_ns: int) -> None:
        """Orders at this time or later are refused as unavailable."""

    def update_price(
        self, symbol: str, bid_nanos: int, ask_nanos: int, last_nanos: int, time_ns: int
    ) -> None:
        """Takes a quote or trade in (0: that side is empty). One older than the latest is passed over."""

    def check(
        self,
        account_id: str,
        order_id: str,
        symbol: str,
        side: int,
        type: int,
        quantity_nanos: int,
        limit_price_nanos: int,
        stop_price_nanos: int,
        trail_price_nanos: int,
        trail_percent_bp: int,
        now_ns: int,
        closing: bool = False,
    ) -> Decision:
        """Asks every rule and, if all pass, reserves what the order may use.

        Prices that the type does not have are 0. `closing`: refuse it if it would do more than reduce the position.
        """

    def preview(
        self,
        account_id: str,
        order_id: str,
        symbol: str,
        side: int,
        type: int,
        quantity_nanos: int,
        limit_price_nanos: int,
        stop_price_nanos: int,
        trail_price_nanos: int,
        trail_percent_bp: int,
        now_ns: int,
        closing: bool = False,
    ) -> Preview:
        """As `check`, but reserves nothing and says how far each limit would be used."""

    def check_replace(
        self,
        original_order_id: str,
        new_order_id: str,
        quantity_nanos: int,
        limit_price_nanos: int,
        stop_price_nanos: int,
        now_ns: int,
    ) -> Decision:
        """Checks a change of an open order and reserves the worse of both until the venue has decided.

        `quantity_nanos`: what stays open after the change (new total less what is filled). A price of 0 stays as it is.
        Fills of either id are taken; one of the new id confirms the change.
        """

    def confirm_replace(self, original_order_id: str, new_order_id: str) -> None:
        """The venue has changed the order: it is `new_order_id` from now on."""

    def reject_replace(self, original_order_id: str, new_order_id: str) -> None:
        """The venue has left the order as it was."""

    def restore_order(
        self,
        account_id: str,
        order_id: str,
        symbol: str,
        side: int,
        type: int,
        open_quantity_nanos: int,
        limit_price_nanos: int,
        stop_price_nanos: int,
        trail_price_nanos: int = 0,
        trail_percent_bp: int = 0,
    ) -> None:
        """Takes an open order in at start, without checks. Prices first: buys without a limit are reserved at them."""

    def on_fill(self, order_id: str, quantity_nanos: int, price_nanos: int) -> None:
        """Moves a fill out of the reservation into position and cash; a filled order is released."""

    def release(self, order_id: str) -> bool:
        """Frees what a canceled, rejected, expired or done order still reserves. False: nothing was there."""

    def exposure(self, account_id: str) -> AccountExposure: ...
    def start_day(self, account_id: str | None, now_ns: int, equity_nanos: int | None = None) -> None:
        """Profit and loss of the day start here: from `equity_nanos`, or from the equity now. None: all accounts."""

    def state_hash(self) -> int:
        """Equal for engines that were told the same things. Walks the whole state."""
