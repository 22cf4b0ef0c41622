"""The risk engine in Python: what goes in and what comes out. The rules themselves are tested in Rust."""

from typing import Any
from uuid import UUID

import pytest
from cift_core import Decision, RiskEngine

NANO = 10**9
NOW = 1_800_000_000 * NANO
BUY, SELL = 1, 2
MARKET, LIMIT = 1, 2
ACCOUNT = str(UUID(int=7))

DEFAULTS = {
    "max_order_quantity_nanos": str(1_000 * NANO),
    "max_order_notional": "50000",
    "price_collar_bp": 2000,
    "max_position_quantity_nanos": str(500 * NANO),
    "max_gross_exposure": "80000.50",
    "max_open_orders": 5,
    "max_order_rate_per_second": 10,
    "order_rate_burst": 9,
    "max_daily_loss": "",
    "duplicate_window_ms": 500,
    "max_price_age_ms": 5000,
}


class Desk:
    """An engine with one account and one symbol at 189.42 × 189.43, and orders that number themselves."""

    def __init__(self) -> None:
        self.engine = RiskEngine()
        self.engine.put_instrument("AAPL", NANO // 100, NANO)
        self.engine.put_account(ACCOUNT, 100_000 * NANO)
        self.engine.set_policy({"version": "3", "defaults": DEFAULTS})
        self.engine.set_lease(NOW + 60 * NANO)
        self.engine.update_price("AAPL", 189_420_000_000, 189_430_000_000, 0, NOW)
        self.orders = 0

    def order(self, side: int = BUY, quantity: int = 10, limit: float = 189.42, **changes: Any) -> Decision:
        self.orders += 1
        order: dict[str, Any] = {
            "account_id": ACCOUNT,
            "order_id": order_id(self.orders),
            "symbol": "AAPL",
            "side": side,
            "type": LIMIT,
            "quantity_nanos": quantity * NANO,
            "limit_price_nanos": round(limit * 100) * NANO // 100,
            "stop_price_nanos": 0,
            "trail_price_nanos": 0,
            "trail_percent_bp": 0,
            "now_ns": NOW + self.orders,
        }
        return self.engine.check(**(order | changes))


def order_id(number: int) -> str:
    return str(UUID(int=number))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_accepted_order_reserves_and_a_fill_moves_it(desk: Desk) -> None:
    decision = desk.order()
    assert decision
    assert (decision.accepted, decision.reason, decision.message, decision.unavailable) == (True, "", "", False)
    assert decision.policy_version == 3
    assert decision.checks > 20
    assert desk.engine.exposure(ACCOUNT)["reserved"] == 10 * 189_420_000_000

    desk.engine.on_fill(order_id(1), 4 * NANO, 189_400_000_000)
    seen = desk.engine.exposure(ACCOUNT)
    assert seen["cash"] == 100_000 * NANO - 4 * 189_400_000_000
    assert seen["reserved"] == 6 * 189_420_000_000
    assert seen["positions"]["AAPL"] == {
        "quantity": 4 * NANO,
        "cost_basis": 4 * 189_400_000_000,
        "mark_price": 189_425_000_000,
        "market_value": 4 * 189_425_000_000,
        "open_buy": 6 * NANO,
        "open_sell": 0,
    }
    assert desk.engine.release(order_id(1))
    assert not desk.engine.release(order_id(1))
    assert desk.engine.exposure(ACCOUNT)["reserved"] == 0


def test_a_refusal_names_rule_field_and_limit(desk: Desk) -> None:
    before = desk.engine.state_hash()
    decision = desk.order(limit=9471)
    assert not decision
    assert (decision.reason, decision.field, decision.limit) == ("PRICE_COLLAR", "limit_price", "20%")
    assert decision.message == "price 9471.00 is outside the collar 151.54..227.31 of AAPL"
    assert desk.engine.state_hash() == before


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"quantity_nanos": 0}, "INVALID_QUANTITY"),
        ({"quantity_nanos": -NANO}, "INVALID_QUANTITY"),
        ({"quantity_nanos": NANO // 2}, "INVALID_QUANTITY"),
        ({"limit_price_nanos": 189_425_000_000}, "INVALID_PRICE"),
        ({"limit_price_nanos": 0}, "INVALID_PRICE"),
        ({"type": MARKET}, "INVALID_PRICE"),
        ({"type": MARKET, "limit_price_nanos": 0, "now_ns": NOW + 6 * NANO}, "STALE_PRICE"),
        ({"now_ns": NOW + 60 * NANO}, "LEASE_EXPIRED"),
        ({"account_id": order_id(99)}, "UNKNOWN_ACCOUNT"),
        ({"symbol": "MSFT"}, "UNKNOWN_SYMBOL"),
        ({"side": SELL}, "INSUFFICIENT_POSITION"),
        ({"quantity_nanos": 1_001 * NANO}, "ORDER_QUANTITY"),
        ({"quantity_nanos": 300 * NANO}, "ORDER_NOTIONAL"),
    ],
)
def test_rules(desk: Desk, changes: dict[str, Any], reason: str) -> None:
    decision = desk.order(**changes)
    assert decision.reason == reason
    assert decision.unavailable == (reason == "LEASE_EXPIRED")
    assert desk.engine.exposure(ACCOUNT)["open_orders"] == 0


def test_counting_rules(desk: Desk) -> None:
    assert desk.order()
    assert desk.order().reason == "DUPLICATE_ORDER"
    assert desk.order(order_id=order_id(1), quantity=11).reason == "DUPLICATE_ORDER"
    assert all(desk.order(quantity=20 + number) for number in range(4))
    assert desk.order().reason == "DUPLICATE_ORDER"
    assert desk.order(quantity=30).reason == "OPEN_ORDERS"


@pytest.mark.parametrize(
    ("halt", "reason"),
    [
        ({"scope": "SCOPE_PLATFORM", "reason": "drill"}, "PLATFORM_HALTED"),
        ({"scope": 2, "key": ACCOUNT, "reason": "drill", "actor": "ops", "since_ns": "1"}, "ACCOUNT_HALTED"),
        ({"scope": "SCOPE_SYMBOL", "key": "AAPL", "reason": "drill"}, "SYMBOL_HALTED"),
    ],
)
def test_halts_at_three_levels(desk: Desk, halt: dict[str, Any], reason: str) -> None:
    desk.engine.set_policy({"version": 4, "defaults": DEFAULTS, "halts": [halt]})
    decision = desk.order()
    assert decision.reason == reason
    assert decision.message.endswith(": drill")
    desk.engine.set_policy({"version": 5, "defaults": DEFAULTS})
    assert desk.order()


def test_the_nearest_override_wins_field_by_field(desk: Desk) -> None:
    overrides: list[dict[str, Any]] = [
        {"symbol": "AAPL", "limits": {"max_order_quantity_nanos": 5 * NANO, "price_collar_bp": 100}},
        {"account_id": ACCOUNT, "limits": {"max_order_quantity_nanos": 20 * NANO, "max_order_notional": ""}},
    ]
    desk.engine.set_policy({"version": 4, "defaults": DEFAULTS, "overrides": overrides})
    assert desk.order(quantity=20)
    assert desk.order(quantity=21).reason == "ORDER_QUANTITY"
    assert desk.order(limit=195).reason == "PRICE_COLLAR"
    pair = {"account_id": ACCOUNT, "symbol": "AAPL", "limits": {"max_order_quantity_nanos": 7 * NANO}}
    desk.engine.set_policy({"version": 5, "defaults": DEFAULTS, "overrides": [*overrides, pair]})
    assert desk.order(quantity=8).reason == "ORDER_QUANTITY"
    assert desk.order(quantity=7)


def test_close_only_lets_positions_be_closed(desk: Desk) -> None:
    desk.engine.set_position(ACCOUNT, "AAPL", 10 * NANO, 1_800 * NANO)
    restriction = {"symbol": "AAPL", "reason": "merger", "close_only": True}
    desk.engine.set_policy({"version": 4, "defaults": DEFAULTS, "restrictions": [restriction]})
    assert desk.order().message == "AAPL is restricted: merger"
    assert desk.order(side=SELL, closing=True)
    assert desk.order(side=SELL).reason == "RESTRICTED_SYMBOL"


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ({"defaults": {"max_order_notional": "-1"}}, "defaults.max_order_notional is negative"),
        ({"defaults": {"max_order_notional": 5.0}}, "defaults.max_order_notional is not a decimal string"),
        ({"defaults": {"max_open_orders": "many"}}, "defaults.max_open_orders"),
        ({"defaults": {"max_opem_orders": 1}}, "defaults.max_opem_orders is not a field"),
        ({"overrides": [{"limits": {}}]}, r"overrides\[0\] names neither"),
        ({"restrictions": [{"reason": "x"}]}, r"restrictions\[0\].symbol is missing"),
        ({"halts": [{"scope": 9}]}, r"halts\[0\].scope"),
    ],
)
def test_a_bad_policy_names_its_field_and_changes_nothing(desk: Desk, policy: dict[str, Any], message: str) -> None:
    before = desk.engine.state_hash()
    with pytest.raises(ValueError, match=message):
        desk.engine.set_policy({"version": 9} | policy)
    assert desk.engine.state_hash() == before
    assert desk.order().policy_version == 3


def test_a_change_holds_the_worse_of_both(desk: Desk) -> None:
    desk.order()
    assert desk.engine.check_replace(order_id(1), order_id(50), 20 * NANO, 180 * NANO, 0, 0, 0, NOW + 10)
    assert desk.engine.exposure(ACCOUNT)["reserved"] == 20 * 180 * NANO
    desk.engine.on_fill(order_id(1), 5 * NANO, 189 * NANO)
    assert desk.engine.exposure(ACCOUNT)["reserved"] == 15 * 180 * NANO
    desk.engine.confirm_replace(order_id(1), order_id(50))
    with pytest.raises(KeyError, match="order_id"):
        desk.engine.on_fill(order_id(1), NANO, 189 * NANO)
    pending = desk.engine.check_replace(order_id(50), order_id(51), 40 * NANO, 180 * NANO, 0, 0, 0, NOW + 11)
    assert pending.accepted
    again = desk.engine.check_replace(order_id(50), order_id(52), NANO, 180 * NANO, 0, 0, 0, NOW + 12)
    assert again.reason == "REPLACE_PENDING"
    desk.engine.reject_replace(order_id(50), order_id(51))
    assert desk.engine.exposure(ACCOUNT)["reserved"] == 15 * 180 * NANO


def test_a_preview_reserves_nothing_and_shows_each_limit(desk: Desk) -> None:
    before = desk.engine.state_hash()
    preview = desk.engine.preview(
        ACCOUNT, order_id(1), "AAPL", BUY, LIMIT, 10 * NANO, 189 * NANO, 0, 0, 0, NOW, closing=False
    )
    assert preview.decision.accepted
    used = {usage.rule: (usage.unit, usage.before, usage.after, usage.limit) for usage in preview.usages}
    assert used["ORDER_QUANTITY"] == ("quantity", 0, 10 * NANO, 1_000 * NANO)
    assert used["OPEN_ORDERS"] == ("count", 0, 1, 5)
    assert used["BUYING_POWER"] == ("money", 0, 1_890 * NANO, 100_000 * NANO)
    assert used["DAILY_LOSS"] == ("money", 0, 0, None)
    assert desk.engine.state_hash() == before


def test_a_restart_reserves_the_same(desk: Desk) -> None:
    desk.order()
    other = Desk()
    other.engine.restore_order(ACCOUNT, order_id(1), "AAPL", BUY, LIMIT, 10 * NANO, 189_420_000_000, 0)
    assert other.engine.exposure(ACCOUNT) == desk.engine.exposure(ACCOUNT)
    desk.engine.check_replace(order_id(1), order_id(2), 30 * NANO, 189_420_000_000, 0, 0, 0, NOW + 1)
    other.engine.restore_replace(order_id(1), order_id(2), 30 * NANO, 189_420_000_000, 0)
    assert other.engine.exposure(ACCOUNT) == desk.engine.exposure(ACCOUNT)
    with pytest.raises(ValueError, match="open already"):
        other.engine.restore_order(ACCOUNT, order_id(1), "AAPL", BUY, LIMIT, 10 * NANO, 189_420_000_000, 0)


def test_the_day_s_loss_stops_all_but_closing(desk: Desk) -> None:
    desk.engine.set_policy({"version": 4, "defaults": DEFAULTS | {"max_daily_loss": "90"}})
    desk.engine.set_position(ACCOUNT, "AAPL", 10 * NANO, 0)
    desk.engine.start_day(None, NOW)
    desk.engine.update_price("AAPL", 180 * NANO, 180 * NANO, 0, NOW + 1)
    seen = desk.engine.exposure(ACCOUNT)
    assert (seen["daily_pnl"], seen["day_started_at_ns"]) == (-94_250_000_000, NOW)
    refused = desk.order(limit=180)
    assert (refused.reason, refused.limit) == ("DAILY_LOSS", "90.00")
    assert desk.order(side=SELL, limit=180)
    desk.engine.start_day(ACCOUNT, NOW + 2, seen["equity"] + 5 * NANO)
    assert desk.engine.exposure(ACCOUNT)["daily_pnl"] == -5 * NANO
    assert desk.order(limit=180, quantity=1)


def test_cash_may_outgrow_64_bits(desk: Desk) -> None:
    desk.engine.put_account(ACCOUNT, 10**25)
    assert desk.engine.exposure(ACCOUNT)["buying_power"] == 10**25
    with pytest.raises(ValueError, match="cash_nanos is too large"):
        desk.engine.put_account(ACCOUNT, 10**37)


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"account_id": "x"}, r"account_id: .x. is not a UUID"), ({"side": 3}, "side: 3"), ({"type": 0}, "type: 0")],
)
def test_what_cannot_be_read_raises(desk: Desk, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        desk.order(**changes)
    with pytest.raises(OverflowError):
        desk.order(quantity_nanos=10**30)
    with pytest.raises(KeyError, match="symbol: MSFT"):
        desk.engine.update_price("MSFT", 1, 1, 0, NOW)
