"""The native part of `cift_core`. Integers in nanos unless said otherwise; ids are UUID strings."""

from collections.abc import Sequence
from decimal import Decimal
from os import PathLike
from typing import Any, Final, Literal, Self, final

from cift_core.types import AccountExposure as AccountExposure
from cift_core.types import Event, Number, OrderId, OrderTypeName, SideName, TimeInForceName

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
    protection_price: Final[int]
    """The worst price at which the venue may execute an order without a limit; 0: it needs no bound."""
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

    def __new__(cls, mark_tolerance_bp: int = 0) -> Self:
        """`mark_tolerance_bp`: value positions anew only when a price has moved by more than this."""

    def set_fees(self, per_order_nanos: int, per_unit_nanos: int, rate_nano_bp: int) -> None:
        """What executions are charged: once an order, for each unit, and of the value in nanos of a basis point.

        Open buys reserve it with their worst price. To be told before the first order.
        """

    def put_instrument(self, symbol: str, tick_size_nanos: int, lot_size_nanos: int) -> None:
        """Adds a symbol, or changes its grid."""

    def put_account(
        self, account_id: str, cash_nanos: int, multiplier: int = 1, shorting_enabled: bool = False
    ) -> None:
        """Adds an account, or sets its cash and rights. The change in cash is not profit or loss."""

    def set_position(self, account_id: str, symbol: str, quantity_nanos: int, cost_basis_nanos: int) -> None:
        """Sets a position (short: negative) and what it cost. The change is not profit or loss."""

    def set_policy(self, policy: dict[str, Any]) -> None:
        """Swaps the policy: field names of `cift.risk.v1.Policy`, amounts as decimal strings.

        All or nothing; unknown fields are errors. 0 or "" means "as the level above", in the defaults "no limit".
        """

    def set_lease(self, expires_at_ns: int) -> None:
        """Orders at this time or later are refused as unavailable."""

    def update_price(self, symbol: str, bid_nanos: int, ask_nanos: int, last_nanos: int, time_ns: int) -> None:
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
        trail_price_nanos: int,
        trail_percent_bp: int,
        now_ns: int,
        closing: bool = False,
    ) -> Decision:
        """Checks a change of an open order and reserves the worse of both until the venue has decided.

        `quantity_nanos`: what stays open after the change (new total less what is filled). The prices are all that the
        order has then; the rules are those of a new order with these terms.
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
        protection_price_nanos: int = 0,
        filled: bool = False,
    ) -> None:
        """Takes an open order in at start, without checks.

        A buy without a limit is reserved at the protection price of its decision; without one, at the prices of now.
        `filled`: it has had an execution, so what is charged once an order is paid.
        """

    def restore_replace(
        self,
        original_order_id: str,
        new_order_id: str,
        quantity_nanos: int,
        limit_price_nanos: int,
        stop_price_nanos: int,
        trail_price_nanos: int = 0,
        trail_percent_bp: int = 0,
        protection_price_nanos: int = 0,
    ) -> None:
        """Takes a change that waits for the venue in at start, without checks; terms as in `check_replace`."""

    def on_fill(self, order_id: str, quantity_nanos: int, price_nanos: int, commission_nanos: int = 0) -> None:
        """Moves a fill out of the reservation into position and cash, less its commission; a filled one is released."""

    def release(self, order_id: str) -> bool:
        """Frees what a canceled, rejected, expired or done order still reserves. False: nothing was there."""

    def exposure(self, account_id: str) -> AccountExposure: ...
    def start_day(self, account_id: str | None, now_ns: int, equity_nanos: int | None = None) -> None:
        """Profit and loss of the day start here: from `equity_nanos`, or from the equity now. None: all accounts."""

    def state_hash(self) -> int:
        """Equal for engines that were told the same things. Walks the whole state."""

@final
class Refused(ValueError):
    """A command that the book did not carry out; nothing has changed."""

    reason: str
    field: str
    limit: int | None
    """What the field was held against (tick, lot, …), in nanos."""

@final
class Report:
    """What happened to one order, told to its owner. Numbers that do not apply are 0."""

    kind: Final[
        Literal["NEW", "TRADE", "CANCELED", "REPLACED", "REJECTED", "EXPIRED", "CANCEL_REJECTED", "REPLACE_REJECTED"]
    ]
    order_id: Final[str]
    original_order_id: Final[str | None]
    account_id: Final[str]
    side: Final[SideName]
    price: Final[Decimal]
    last_price: Final[Decimal]
    last_quantity: Final[Decimal]
    cumulative_quantity: Final[Decimal]
    leaves_quantity: Final[Decimal]
    reason: Final[str]
    """Why it was rejected or ended, e.g. `IOC_REMAINDER`; empty otherwise."""
    maker: Final[bool]
    trade_id: Final[int]
    sequence: Final[int]
    time_ns: Final[int]

@final
class OrderChange:
    """One shown order came, shrank, went or got a new id (market by order)."""

    action: Final[Literal["ADD", "CHANGE", "DELETE", "RENAME"]]
    order_id: Final[str]
    previous_id: Final[str | None]
    side: Final[SideName]
    price: Final[Decimal]
    quantity: Final[Decimal]
    sequence: Final[int]

@final
class LevelChange:
    """What the orders of one price show now (market by price); quantity 0: the level is gone."""

    side: Final[SideName]
    price: Final[Decimal]
    quantity: Final[Decimal]
    orders: Final[int]
    sequence: Final[int]

@final
class Trade:
    """A trade that the market printed; no aggressor in an auction."""

    trade_id: Final[int]
    price: Final[Decimal]
    quantity: Final[Decimal]
    aggressor: Final[SideName | None]
    sequence: Final[int]

@final
class QuoteChange:
    """What is left of the outside market's quote."""

    bid_price: Final[Decimal]
    bid_quantity: Final[Decimal]
    ask_price: Final[Decimal]
    ask_quantity: Final[Decimal]
    sequence: Final[int]

@final
class Trigger:
    """A stop was reached; the order is now a market or limit order."""

    order_id: Final[str]
    stop_price: Final[Decimal]
    sequence: Final[int]

@final
class PhaseChange:
    """Continuous trading, an auction or a halt began."""

    phase: Final[Literal["CONTINUOUS", "AUCTION", "HALTED"]]
    sequence: Final[int]

@final
class DepthLevel:
    """What one price shows; the outside market's quote counts as no order."""

    price: Final[Decimal]
    quantity: Final[Decimal]
    orders: Final[int]

@final
class Depth:
    """The best levels of both sides, best first. Prints as a ladder."""

    bids: Final[Sequence[DepthLevel]]
    asks: Final[Sequence[DepthLevel]]

@final
class OpenOrder:
    """An open order as it stands; prices that it has not are 0."""

    order_id: Final[str]
    account_id: Final[str]
    side: Final[SideName]
    type: Final[OrderTypeName]
    quantity: Final[Decimal]
    leaves_quantity: Final[Decimal]
    limit_price: Final[Decimal]
    stop_price: Final[Decimal]
    high_water_price: Final[Decimal]
    """Of a trailing stop that waits: the best price since it came."""
    time_in_force: Final[TimeInForceName]

@final
class Book:
    """One symbol's order book: the matcher's own engine with all its order types.

    Commands give their events, in order, and raise `Refused` where they are malformed. `time_ns` is the only clock;
    left out, time stands still. Orders without an id are numbered 1, 2, …; orders without an account are of account 1.
    """

    def __new__(cls, symbol: str, tick: Number, lot: Number | None = None) -> Self:
        """`lot`: 1 unless given."""

    def submit(
        self,
        side: SideName,
        quantity: Number,
        price: Number | None = None,
        *,
        type: OrderTypeName | None = None,
        time_in_force: TimeInForceName = "gtc",
        order_id: OrderId | None = None,
        account_id: OrderId | None = None,
        stop_price: Number | None = None,
        trail_price: Number | None = None,
        trail_percent_bp: int = 0,
        display_quantity: Number | None = None,
        minimum_quantity: Number | None = None,
        post_only: Literal["reject", "slide"] | None = None,
        self_trade: Literal["allow", "cancel_newest", "cancel_oldest", "cancel_both", "decrement"] = "allow",
        expires_at_ns: int = 0,
        time_ns: int | None = None,
    ) -> list[Event]:
        """A new order. Its type follows from the prices given unless `type` says it; without any: a market order.

        The price of an order of type market, stop or trailing_stop is the worst at which it executes.
        """

    def cancel(self, order_id: OrderId, *, time_ns: int | None = None) -> list[Event]: ...
    def replace(
        self,
        order_id: OrderId,
        *,
        quantity: Number | None = None,
        price: Number | None = None,
        stop_price: Number | None = None,
        trail_price: Number | None = None,
        trail_percent_bp: int = 0,
        time_in_force: TimeInForceName | None = None,
        expires_at_ns: int = 0,
        new_order_id: OrderId | None = None,
        time_ns: int | None = None,
    ) -> list[Event]:
        """The order goes on under a new id; what is left out stays. `quantity` is the new total, filled included.

        Its place in the queue stays where only the quantity shrinks.
        """

    def quote(
        self,
        bid_price: Number | None = None,
        bid_quantity: Number | None = None,
        ask_price: Number | None = None,
        ask_quantity: Number | None = None,
        *,
        time_ns: int | None = None,
    ) -> list[Event]:
        """What the outside market shows, in place of what it showed before; orders that it crosses fill."""

    def halt(self, halted: bool = True, *, time_ns: int | None = None) -> list[Event]: ...
    def auction(
        self,
        open: bool,
        *,
        kind: Literal["any", "opening", "closing"] = "any",
        reference_price: Number | None = None,
        time_ns: int | None = None,
    ) -> list[Event]:
        """Begins an auction (orders collect, nothing trades), or ends it with a cross."""

    def expire(self, *, session_close: bool = False, time_ns: int | None = None) -> list[Event]:
        """Ends what is due by `time_ns`; at the close of the session day orders too."""

    def depth(self, levels: int = 10) -> Depth: ...
    def orders(self) -> list[OpenOrder]:
        """Every open order, stops that wait among them."""

    @property
    def symbol(self) -> str: ...
    @property
    def phase(self) -> Literal["CONTINUOUS", "AUCTION", "HALTED"]: ...
    @property
    def last_trade_price(self) -> Decimal | None: ...
    def state_hash(self) -> str:
        """Equal for books that were told the same commands."""

    def __len__(self) -> int:
        """Open orders."""

@final
class Replay:
    """The venue as its journal leaves it."""

    records: Final[int]
    """The last record that was carried out."""
    events: Final[int]
    symbols: Final[list[str]]
    sequence: Final[int]
    """Of the venue's last report."""
    time_ns: Final[int]

    def depth(self, symbol: str, levels: int = 10) -> Depth: ...
    def orders(self, symbol: str) -> list[OpenOrder]: ...
    def trades(self, symbol: str) -> list[Trade]:
        """Those since the snapshot that the replay began with."""

    def state_hash(self) -> str:
        """The matcher's state hash after the same record."""

def replay(path: str | PathLike[str], *, upto: int | None = None, from_start: bool = False) -> Replay:
    """Carries out what the matcher's journal in the folder `path` says, without touching it, even while it is written.

    Begins with the newest snapshot, or with the first record where there is none or `from_start` asks for it;
    stops after record `upto`. Releases the GIL.

    Raises `OSError` for a journal that is missing or damaged, `ValueError` for a record that is not a command.
    """
