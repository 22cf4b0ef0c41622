"""The official `alpaca-py`, as it is, against a running platform: whoever wrote for Alpaca can come here."""

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
import requests
from alpaca.common.exceptions import APIError
from alpaca.data.historical import StockHistoricalDataClient
from alpaca.data.live import StockDataStream
from alpaca.data.requests import (
    StockBarsRequest,
    StockLatestBarRequest,
    StockLatestQuoteRequest,
    StockLatestTradeRequest,
    StockQuotesRequest,
    StockSnapshotRequest,
    StockTradesRequest,
)
from alpaca.data.timeframe import TimeFrame
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import OrderClass, OrderSide, OrderStatus, QueryOrderStatus, TimeInForce
from alpaca.trading.models import Order, TradeUpdate
from alpaca.trading.requests import (
    ClosePositionRequest,
    CreateWatchlistRequest,
    GetAssetsRequest,
    GetCalendarRequest,
    GetOrderByIdRequest,
    GetOrdersRequest,
    GetPortfolioHistoryRequest,
    LimitOrderRequest,
    MarketOrderRequest,
    ReplaceOrderRequest,
    StopLossRequest,
    StopOrderRequest,
    TakeProfitRequest,
    TrailingStopOrderRequest,
    UpdateWatchlistRequest,
)
from alpaca.trading.stream import TradingStream

from tests.conftest import RunningPlatform

T = TypeVar("T")
# alpaca-py types every answer as a model or a plain dict; without `raw_data` it is the model.
Api = Any
SECONDS = 30


class Updates:
    """What `TradingStream` told, in its own thread as its users run it."""

    def __init__(self) -> None:
        self._received: list[TradeUpdate] = []
        self._changed = threading.Condition()

    async def on_update(self, update: TradeUpdate) -> None:
        with self._changed:
            self._received.append(update)
            self._changed.notify_all()

    def wait(self, order: Order, event: str) -> TradeUpdate:
        def found() -> TradeUpdate | None:
            return next((u for u in self._received if u.order.id == order.id and u.event == event), None)

        with self._changed:
            assert self._changed.wait_for(lambda: found() is not None, SECONDS), (
                f"no {event} of {order.id}; there were {[(u.event, str(u.order.id)) for u in self._received]}"
            )
        update = found()
        assert update is not None
        return update


@pytest.fixture(scope="module")
def client(platform: RunningPlatform) -> Api:
    keys = platform.credentials
    return TradingClient(keys["api_key_id"], keys["api_secret_key"], url_override=platform.base_url)


@pytest.fixture(scope="module")
def data(platform: RunningPlatform) -> Api:
    keys = platform.credentials
    return StockHistoricalDataClient(keys["api_key_id"], keys["api_secret_key"], url_override=platform.base_url)


@pytest.fixture(scope="module")
def updates(platform: RunningPlatform, client: Api) -> Iterator[Updates]:
    keys, updates = platform.credentials, Updates()
    stream = TradingStream(
        keys["api_key_id"],
        keys["api_secret_key"],
        url_override=platform.base_url.replace("http", "ws", 1) + "/stream",
    )
    stream.subscribe_trade_updates(updates.on_update)
    thread = threading.Thread(target=stream.run, daemon=True)
    thread.start()
    # The stream says nothing when it listens: orders that touch nothing are sent until one is heard of.
    for _ in range(SECONDS):
        probe = client.submit_order(far_limit(client, qty=1))
        client.cancel_order_by_id(probe.id)
        with updates._changed:
            if updates._changed.wait_for(lambda: bool(updates._received), 1):
                break
    yield updates
    stream.stop()
    thread.join(SECONDS)
    assert not thread.is_alive()


@pytest.fixture(autouse=True)
def _nothing_left(client: Api) -> Iterator[None]:
    yield
    client.cancel_orders()
    until(lambda: client.get_orders(), lambda orders: not orders)


def until(ask: Callable[[], T], holds: Callable[[T], bool]) -> T:
    """Asks until the answer is as expected."""
    waiting = threading.Event()
    for _ in range(SECONDS * 20):
        answer = ask()
        if holds(answer):
            return answer
        waiting.wait(0.05)
    raise AssertionError(f"it never became so; last: {answer}")


def market(symbol: str = "AAPL", qty: float = 1, side: OrderSide = OrderSide.BUY, **more: Any) -> MarketOrderRequest:
    return MarketOrderRequest(symbol=symbol, qty=qty, side=side, time_in_force=TimeInForce.DAY, **more)


def quote_of(client: Api, symbol: str = "AAPL") -> Decimal:
    """A price near the market, from the account's own side of the API."""
    found = client.get(f"/stocks/{symbol}/quotes/latest")
    return Decimal(str(found["quote"]["bp"]))


def far_limit(client: Api, symbol: str = "AAPL", qty: float = 1) -> LimitOrderRequest:
    """A buy order that rests: 10 % under the market."""
    price = (quote_of(client, symbol) * Decimal("0.9")).quantize(Decimal("0.01"))
    return LimitOrderRequest(
        symbol=symbol, qty=qty, side=OrderSide.BUY, time_in_force=TimeInForce.GTC, limit_price=float(price)
    )


def test_account_and_configuration(client: Api) -> None:
    account = client.get_account()
    assert account.status == "ACTIVE"
    assert Decimal(account.buying_power) <= Decimal(account.cash)
    before = client.get_account_configurations()
    suspended = client.set_account_configurations(before.model_copy(update={"suspend_trade": True}))
    assert suspended.suspend_trade
    with pytest.raises(APIError) as refused:
        client.submit_order(market())
    assert refused.value.status_code == 403
    assert not client.set_account_configurations(before).suspend_trade


def test_a_market_order_fills_and_is_told(client: Api, updates: Updates) -> None:
    order = client.submit_order(market(qty=3))
    assert order.status in (OrderStatus.PENDING_NEW, OrderStatus.NEW, OrderStatus.FILLED)
    fill = updates.wait(order, "fill")
    assert (fill.order.status, fill.qty, fill.order.filled_qty) == (OrderStatus.FILLED, 3.0, "3")
    assert fill.execution_id is not None
    assert fill.price == float(fill.order.filled_avg_price or 0)
    position = client.get_open_position("AAPL")
    assert Decimal(position.qty) == Decimal(str(fill.position_qty))
    assert client.get_open_position(position.asset_id).symbol == "AAPL"
    assert "AAPL" in [held.symbol for held in client.get_all_positions()]
    activities = client.get("/account/activities/FILL")
    assert str(order.id) in [activity["order_id"] for activity in activities]


def test_orders_are_found_listed_and_filtered(client: Api, updates: Updates) -> None:
    mine = uuid.uuid4().hex
    request = far_limit(client, "MSFT")
    request.client_order_id = mine
    order = client.submit_order(request)
    updates.wait(order, "new")
    assert client.get_order_by_id(order.id).client_order_id == mine
    assert client.get_order_by_client_id(mine).id == order.id
    assert client.submit_order(request).id == order.id
    assert order.id in [found.id for found in client.get_orders()]
    listed = client.get_orders(
        GetOrdersRequest(
            status=QueryOrderStatus.ALL,
            symbols=["MSFT"],
            side=OrderSide.BUY,
            limit=5,
            after=datetime.now(UTC) - timedelta(minutes=10),
            direction="desc",
        )
    )
    assert listed[0].id == order.id
    assert {found.symbol for found in listed} == {"MSFT"}
    assert order.id not in [
        found.id for found in client.get_orders(GetOrdersRequest(status=QueryOrderStatus.CLOSED, symbols=["MSFT"]))
    ]


def test_an_order_is_replaced_and_canceled(client: Api, updates: Updates) -> None:
    order = client.submit_order(far_limit(client, qty=5))
    updates.wait(order, "new")
    replacement = client.replace_order_by_id(order.id, ReplaceOrderRequest(qty=2))
    assert (replacement.replaces, replacement.qty) == (order.id, "2")
    updates.wait(order, "replaced")
    assert client.get_order_by_id(order.id).replaced_by == replacement.id
    client.cancel_order_by_id(replacement.id)
    updates.wait(replacement, "canceled")
    with pytest.raises(APIError) as refused:
        client.cancel_order_by_id(replacement.id)
    assert (refused.value.status_code, refused.value.code) == (422, 42210000)


def test_cancel_all_answers_for_each_order(client: Api, updates: Updates) -> None:
    orders = [client.submit_order(far_limit(client, symbol)) for symbol in ("AAPL", "MSFT")]
    for order in orders:
        updates.wait(order, "new")
    results = client.cancel_orders()
    assert {order.id for order in orders} <= {result.id for result in results}
    assert {result.status for result in results} == {200}
    for order in orders:
        updates.wait(order, "canceled")


def test_stop_and_trailing_orders_are_taken(client: Api, updates: Updates) -> None:
    updates.wait(client.submit_order(market(qty=4)), "fill")
    stop = float((quote_of(client) * Decimal("0.9")).quantize(Decimal("0.01")))
    common = {"symbol": "AAPL", "qty": 1, "side": OrderSide.SELL, "time_in_force": TimeInForce.GTC}
    for request in (
        StopOrderRequest(**common, stop_price=stop),
        TrailingStopOrderRequest(**common, trail_percent=5.0),
        TrailingStopOrderRequest(**common, trail_price=10.0),
    ):
        order = client.submit_order(request)
        updates.wait(order, "new")
        for field in ("stop_price", "trail_percent", "trail_price"):
            wanted = getattr(request, field, None)
            assert Decimal(getattr(order, field) or 0) == Decimal(str(wanted or 0)), field


NESTED = GetOrderByIdRequest(nested=True)


def away(client: Api, part: str, symbol: str = "AAPL") -> float:
    """A price so far from the market as a factor."""
    return float((quote_of(client, symbol) * Decimal(part)).quantize(Decimal("0.01")))


def bracket(client: Api, qty: float, profit: float, loss: float) -> Order:
    """Bought at market, with both exits."""
    exits = {"take_profit": TakeProfitRequest(limit_price=profit), "stop_loss": StopLossRequest(stop_price=loss)}
    order = client.submit_order(market(qty=qty, order_class=OrderClass.BRACKET, **exits))
    assert isinstance(order, Order)
    return order


def test_a_bracket_order_waits_activates_and_is_amended(client: Api, updates: Updates) -> None:
    order = bracket(client, 4, away(client, "1.1"), away(client, "0.9"))
    assert order.order_class == OrderClass.BRACKET
    profit, loss = order.legs or []
    assert {leg.status for leg in (profit, loss)} == {OrderStatus.HELD}
    updates.wait(order, "fill")
    updates.wait(profit, "new")
    assert client.get_order_by_id(loss.id).status == OrderStatus.HELD
    parent = client.get_order_by_id(order.id, NESTED)
    assert (parent.status, [leg.id for leg in parent.legs or []]) == (OrderStatus.FILLED, [profit.id, loss.id])
    (rolled,) = [found for found in client.get_orders(GetOrdersRequest(nested=True)) if found.id == order.id]
    assert [leg.status for leg in rolled.legs] == [OrderStatus.NEW, OrderStatus.HELD]
    flat = {found.id for found in client.get_orders()}
    assert {profit.id, loss.id} <= flat
    assert order.id not in flat
    higher = client.replace_order_by_id(profit.id, ReplaceOrderRequest(limit_price=away(client, "1.12")))
    updates.wait(higher, "new")
    raised = client.replace_order_by_id(loss.id, ReplaceOrderRequest(stop_price=away(client, "0.92")))
    assert (raised.status, raised.replaces) == (OrderStatus.HELD, loss.id)
    client.cancel_order_by_id(higher.id)
    updates.wait(raised, "canceled")
    updates.wait(higher, "canceled")


def test_a_stop_loss_is_elected_by_the_market_and_the_take_profit_canceled(client: Api, updates: Updates) -> None:
    order = bracket(client, 2, away(client, "1.1"), float(quote_of(client) - Decimal("0.01")))
    profit, loss = order.legs or []
    updates.wait(profit, "canceled")
    fill = updates.wait(loss, "fill")
    assert fill.order.filled_qty == "2"
    assert client.get_order_by_id(profit.id).filled_qty == "0"


def test_a_take_profit_fills_and_the_stop_loss_is_canceled(client: Api, updates: Updates) -> None:
    bought = client.submit_order(market(qty=2))
    updates.wait(bought, "fill")
    order = client.submit_order(
        LimitOrderRequest(
            symbol="AAPL",
            qty=2,
            side=OrderSide.SELL,
            time_in_force=TimeInForce.GTC,
            order_class=OrderClass.OCO,
            take_profit=TakeProfitRequest(limit_price=float(quote_of(client))),
            stop_loss=StopLossRequest(stop_price=away(client, "0.9"), limit_price=away(client, "0.89")),
        )
    )
    assert order.order_class == OrderClass.OCO
    (loss,) = order.legs
    updates.wait(order, "fill")
    canceled = updates.wait(loss, "canceled")
    assert canceled.order.filled_qty == "0"


def test_wrong_exits_are_refused_by_name(client: Api) -> None:
    for profit, loss, field in (("0.9", "0.8", "take_profit.limit_price"), ("1.1", "1.05", "stop_loss.stop_price")):
        with pytest.raises(APIError) as refused:
            bracket(client, 1, away(client, profit), away(client, loss))
        assert refused.value.status_code == 422
        assert field in str(refused.value)


def test_positions_are_closed_in_part_and_whole(client: Api, updates: Updates) -> None:
    updates.wait(client.submit_order(market("NVDA", 8)), "fill")
    updates.wait(client.close_position("NVDA", ClosePositionRequest(qty="2")), "fill")
    updates.wait(client.close_position("NVDA", ClosePositionRequest(percentage="50")), "fill")
    assert Decimal(client.get_open_position("NVDA").qty) == 3
    updates.wait(client.close_position("NVDA"), "fill")
    with pytest.raises(APIError) as refused:
        client.get_open_position("NVDA")
    assert (refused.value.status_code, refused.value.code) == (404, 40410000)


def test_close_all_cancels_first(client: Api, updates: Updates) -> None:
    updates.wait(client.submit_order(market("AAPL", 2)), "fill")
    updates.wait(client.submit_order(market("MSFT", 2)), "fill")
    held = quote_of(client, "MSFT") * Decimal("1.1")
    client.submit_order(
        LimitOrderRequest(
            symbol="MSFT",
            qty=2,
            side=OrderSide.SELL,
            time_in_force=TimeInForce.GTC,
            limit_price=float(held.quantize(Decimal("0.01"))),
        )
    )
    results = client.close_all_positions(cancel_orders=True)
    assert {"AAPL", "MSFT"} <= {result.symbol for result in results}
    assert {result.status for result in results} == {200}
    for result in results:
        assert isinstance(result.body, Order)
        updates.wait(result.body, "fill")
    assert client.get_all_positions() == []


def test_portfolio_history(client: Api) -> None:
    history = until(
        lambda: client.get_portfolio_history(GetPortfolioHistoryRequest(period="1D", timeframe="1Min")),
        lambda found: bool(found.timestamp),
    )
    assert len(history.timestamp) == len(history.equity) == len(history.profit_loss) == len(history.profit_loss_pct)
    assert history.timeframe == "1Min"
    assert client.get_portfolio_history() is not None


def test_assets_clock_and_calendar(client: Api) -> None:
    assets = client.get_all_assets(GetAssetsRequest(status="active"))
    apple = client.get_asset("AAPL")
    assert apple in assets
    assert client.get_asset(apple.id) == apple
    clock = client.get_clock()
    assert clock.next_close > clock.timestamp
    week = client.get_calendar(GetCalendarRequest(start=date(2026, 1, 5), end=date(2026, 1, 9)))
    assert [day.date for day in week] == [date(2026, 1, 5) + timedelta(days=n) for n in range(5)]
    assert all(day.open < day.close for day in week)
    assert client.get_calendar()


def test_watchlists(client: Api) -> None:
    created = client.create_watchlist(CreateWatchlistRequest(name=uuid.uuid4().hex, symbols=["AAPL", "MSFT"]))
    assert [asset.symbol for asset in created.assets or []] == ["AAPL", "MSFT"]
    assert created.id in [found.id for found in client.get_watchlists()]
    longer = client.add_asset_to_watchlist_by_id(created.id, "NVDA")
    assert [asset.symbol for asset in longer.assets or []] == ["AAPL", "MSFT", "NVDA"]
    shorter = client.remove_asset_from_watchlist_by_id(created.id, "AAPL")
    assert [asset.symbol for asset in shorter.assets or []] == ["MSFT", "NVDA"]
    renamed = client.update_watchlist_by_id(created.id, UpdateWatchlistRequest(name=f"{created.name}-2"))
    assert client.get_watchlist_by_id(created.id) == renamed
    client.delete_watchlist_by_id(created.id)
    with pytest.raises(APIError):
        client.get_watchlist_by_id(created.id)


def test_latest_market_data(data: Api) -> None:
    both = ["AAPL", "MSFT"]
    quotes = data.get_stock_latest_quote(StockLatestQuoteRequest(symbol_or_symbols=both))
    assert set(quotes) == set(both)
    assert 0 < quotes["AAPL"].bid_price < quotes["AAPL"].ask_price
    trades = until(
        lambda: data.get_stock_latest_trade(StockLatestTradeRequest(symbol_or_symbols=both)),
        lambda found: set(found) == set(both),
    )
    assert trades["MSFT"].price > 0
    bars = until(
        lambda: data.get_stock_latest_bar(StockLatestBarRequest(symbol_or_symbols="AAPL")),
        lambda found: "AAPL" in found,
    )
    assert bars["AAPL"].low <= bars["AAPL"].close <= bars["AAPL"].high
    snapshots = data.get_stock_snapshot(StockSnapshotRequest(symbol_or_symbols=both))
    assert snapshots["AAPL"].latest_quote is not None


def test_history_comes_in_pages_and_loses_nothing(data: Api) -> None:
    end = datetime.now(UTC)
    start = end - timedelta(minutes=5)

    def quotes(limit: int | None = None) -> Any:
        return data.get_stock_quotes(
            StockQuotesRequest(symbol_or_symbols=["AAPL", "MSFT"], start=start, end=end, limit=limit)
        )

    found = until(quotes, lambda answer: {"AAPL", "MSFT"} <= set(answer.data))
    times = [quote.timestamp for quote in found["AAPL"]]
    assert times == sorted(times)
    assert sum(map(len, quotes(limit=7).data.values())) == 7
    trades = until(
        lambda: data.get_stock_trades(StockTradesRequest(symbol_or_symbols="AAPL", start=start)),
        lambda answer: "AAPL" in answer.data,
    )
    assert all(trade.price > 0 for trade in trades["AAPL"])
    bars = until(
        lambda: data.get_stock_bars(
            StockBarsRequest(symbol_or_symbols="AAPL", timeframe=TimeFrame.Minute, start=start)
        ),
        lambda answer: "AAPL" in answer.data,
    )
    assert list(bars.df.columns) == ["open", "high", "low", "close", "volume", "trade_count", "vwap"]


def test_the_data_stream_brings_quotes_and_trades(platform: RunningPlatform) -> None:
    keys = platform.credentials
    url = platform.base_url.replace("http", "ws", 1) + "/v2/iex"
    stream = StockDataStream(keys["api_key_id"], keys["api_secret_key"], url_override=url)
    seen: dict[str, Any] = {}
    complete = threading.Event()

    async def on_data(data: Any) -> None:
        seen[type(data).__name__] = data
        if {"Quote", "Trade"} <= set(seen):
            complete.set()

    stream.subscribe_quotes(on_data, "AAPL", "MSFT")
    stream.subscribe_trades(on_data, "*")
    thread = threading.Thread(target=stream.run, daemon=True)
    thread.start()
    assert complete.wait(SECONDS), seen
    stream.stop()
    thread.join(SECONDS)
    assert seen["Quote"].symbol in ("AAPL", "MSFT")
    assert 0 < seen["Quote"].bid_price < seen["Quote"].ask_price
    assert seen["Trade"].price > 0


def test_refusals_say_code_message_field_and_limit(client: Api) -> None:
    with pytest.raises(APIError) as unknown:
        client.submit_order(market("NOSUCH"))
    assert unknown.value.status_code == 422
    with pytest.raises(APIError) as poor:
        client.submit_order(market(qty=5_000))
    assert (poor.value.status_code, poor.value.code) == (403, 40310000)
    body = poor.value.response.json()
    assert body["reason"]
    assert body["field"] == "qty"
    assert body["limit"]
    with pytest.raises(APIError) as foreign:
        client.get_order_by_id(uuid.uuid4())
    assert (foreign.value.status_code, foreign.value.code) == (404, 40410000)


def test_a_wrong_key_opens_nothing(platform: RunningPlatform) -> None:
    stranger = TradingClient("CKNOBODY", "nothing", url_override=platform.base_url)
    with pytest.raises(APIError) as refused:
        stranger.get_account()
    assert (refused.value.status_code, refused.value.code) == (401, 40110000)


def test_a_token_is_another_way_in(platform: RunningPlatform) -> None:
    keys = platform.credentials
    log_in = requests.post(
        f"{platform.base_url}/auth/login",
        json={"email": keys["email"], "password": keys["password"]},
        timeout=SECONDS,
    ).json()
    client: Api = TradingClient(oauth_token=log_in["access_token"], url_override=platform.base_url)
    assert client.get_account().id is not None
