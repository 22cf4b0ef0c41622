"""What the terminal shows when something is away, late or hostile: nothing is missed, nothing old is called new."""

import os
import re
import signal
import time
from collections.abc import Callable

import grpc
import pytest
from cift_proto.common.v1 import types_pb2
from cift_proto.trading.v1 import trading_pb2, trading_pb2_grpc
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Trader
from tests.callers import gateway_metadata
from tests.conftest import RunningPlatform

SECONDS = 120
NANOS = 10**9
SHARES = 12

# Every word that the connection ever showed.
WATCH_THE_LINK = """() => {
  const link = document.querySelector(".stat.link");
  self.words = [link.textContent];
  const watch = new MutationObserver(() => self.words.push(link.textContent));
  watch.observe(link, {subtree: true, childList: true, characterData: true});
}"""


def kill_the_gateway(platform: RunningPlatform) -> int:
    pid = int(platform.components()["gateway"]["pid"])
    os.kill(pid, signal.SIGKILL)
    return pid


def wait_for_another_gateway(platform: RunningPlatform, killed: int) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        gateway = platform.components()["gateway"]
        if gateway["ready"] and gateway["pid"] != killed:
            return
        assert time.monotonic() < deadline, "the gateway did not come back"
        time.sleep(0.2)


def buy_past_the_gateway(platform: RunningPlatform, account_id: str, orders: int) -> None:
    address = platform.environment("gateway")["CIFT_TRADING_ADDRESS"]
    with grpc.insecure_channel(address) as channel:
        trading = trading_pb2_grpc.TradingServiceStub(channel)
        for _ in range(orders):
            trading.SubmitOrder(
                trading_pb2.SubmitOrderRequest(
                    account_id=account_id,
                    symbol="AAPL",
                    side=types_pb2.SIDE_BUY,
                    type=types_pb2.ORDER_TYPE_MARKET,
                    time_in_force=types_pb2.TIME_IN_FORCE_DAY,
                    quantity_nanos=NANOS,
                ),
                timeout=30,
                metadata=gateway_metadata(platform, account_id),
            )


def test_the_gateway_killed_and_back(trader: Trader, new_page: Callable[[], Page], platform: RunningPlatform) -> None:
    """Two browsers of one account: what happened meanwhile is in both, and both said that they were cut off."""
    trader.sign_up()
    second = trader.also_on(new_page())
    second.log_in()
    trader.quote("AAPL", "bid")
    account_id = trader.call("GET", "/v2/account")["id"]
    for one in (trader, second):
        one.page.evaluate(WATCH_THE_LINK)
    killed = kill_the_gateway(platform)
    try:
        buy_past_the_gateway(platform, account_id, SHARES)
    finally:
        wait_for_another_gateway(platform, killed)
    for one in (trader, second):
        expect(one.page.locator('[data-test="position-qty"]')).to_have_text(str(SHARES), timeout=SECONDS * 1000)
        one.tab("Fills")
        fills = one.page.get_by_role("region", name="Fills").locator("table")
        expect(fills).to_have_attribute("aria-rowcount", str(SHARES + 1))
        expect(one.page.locator(".stat.link")).to_contain_text("Live")
        words = one.page.evaluate("self.words")
        assert any("Live" not in word for word in words), words
    account = trader.call("GET", "/v2/account")
    for one in (trader, second):
        expect(one.page.locator(".stat.link")).to_have_attribute(
            "title", f"Order updates: live, number {account['sequence']}"
        )
        assert one.figure("buying-power") == f"{float(account['buying_power']):.2f}"


def test_an_access_token_that_ran_out_is_renewed_and_the_order_goes_once(trader: Trader) -> None:
    page = trader.page
    trader.sign_up()
    trader.quote("AAPL", "bid")
    refused: list[str] = []

    def with_an_old_token(route: Route) -> None:
        headers = route.request.headers
        if not refused:
            refused.append(headers["authorization"])
            headers = {**headers, "authorization": headers["authorization"][:-4] + "AAAA"}
        route.continue_(headers=headers)

    page.route("**/v2/orders", with_an_old_token)
    page.keyboard.press("b")
    page.keyboard.type("3")
    page.keyboard.press("Control+Enter")
    expect(page.locator('[data-test="outcome"]')).to_contain_text("filled")
    assert refused
    expect(page.locator('[data-test="position-qty"]')).to_have_text("3")
    assert len(trader.call("GET", "/v2/orders?status=all")) == 1


def test_a_session_that_ended_in_the_middle_of_an_order(trader: Trader) -> None:
    """The order is not sent, that is said, and after logging in again it stands as it was written."""
    page = trader.page
    trader.sign_up()
    trader.quote("AAPL", "bid")
    page.keyboard.press("b")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Review the order")).to_be_visible()
    changed = {"old_password": trader.password, "new_password": trader.password[::-1]}
    trader.call("PUT", "/auth/me/password", changed)
    trader.password = changed["new_password"]
    log_in = page.get_by_role("form", name="Log in")
    expect(log_in).to_be_visible()
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    assert trader.call("GET", "/v2/orders?status=all") == []
    page.get_by_label("E-mail").fill(trader.email)
    page.get_by_label("Password").fill(trader.password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Quantity")).to_have_value("4")
    page.keyboard.press("b")
    page.keyboard.press("Control+Enter")
    expect(page.locator('[data-test="outcome"]')).to_contain_text("filled")


def test_two_tabs_share_a_session_and_its_end(trader: Trader) -> None:
    first = trader.page
    trader.sign_up()
    trader.quote("MSFT", "bid")
    tab = first.context.new_page()
    tab.goto("/")
    for page in (first, tab):
        expect(page.locator(".stat.link")).to_contain_text("Live")
    first.reload()
    expect(first.locator(".stat.link")).to_contain_text("Live")
    trader.buy("MSFT", 1)
    for page in (first, tab):
        expect(page.get_by_role("status").filter(has_text="Bought 1 MSFT")).to_be_visible()
    trader.log_out()
    expect(tab.get_by_role("form", name="Log in")).to_be_visible()


HOSTILE = '<img src=x onerror="self.hit=1"><script>self.hit=1</script>\'";--{{7*7}}'


def test_hostile_words_stay_words(trader: Trader) -> None:
    page = trader.page
    trader.sign_up()
    bid = trader.quote("AAPL", "bid")
    trader.post("/auth/keys", {"name": HOSTILE[:64]})
    order = {"type": "limit", "limit_price": f"{float(bid) * 0.9:.2f}", "strategy": HOSTILE[:64]}
    trader.buy("AAPL", 1, client_order_id=HOSTILE, **order)
    layout = {"version": 1, "root": {"type": "tabset", "id": HOSTILE, "tabs": [{"id": HOSTILE}, {"id": "__proto__"}]}}
    named = [{"name": HOSTILE, "preset": "trade", "layout": layout}, {"name": 7}, None, "x"]
    terminal = {
        "symbol": HOSTILE,
        "theme": HOSTILE,
        "ladderSize": HOSTILE,
        "layouts": {"trade": layout, "__proto__": 7},
        "named": named,
    }
    trader.call("PUT", "/auth/me/settings", {"terminal": terminal})
    answer = page.goto(f"/?symbol={HOSTILE}#{HOSTILE}")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy.partition("script-src")[2].partition(";")[0]
    expect(page.locator(".stat.link")).to_contain_text("Live")
    page.keyboard.press("5")
    expect(page.get_by_role("region", name="API keys", exact=True).get_by_text(HOSTILE[:64]).first).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator("main")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type(HOSTILE)
    page.keyboard.press("Escape")
    assert page.evaluate("[self.hit, document.querySelectorAll('img[src=x]').length]") == [None, 0]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_wrong_is_said_and_does_no_harm(trader: Trader, hours: int) -> None:
    page = trader.page
    page.add_init_script(f"const now = Date.now; Date.now = () => now() + {hours * 3_600_000};")
    trader.sign_up()
    trader.quote("AAPL", "bid")
    link = page.locator(".stat.link")
    expect(link).to_contain_text("Live")
    expect(link).to_have_attribute("title", re.compile("this clock differs by"))
    page.keyboard.press("b")
    page.keyboard.type("1")
    page.keyboard.press("Control+Enter")
    expect(page.locator('[data-test="outcome"]')).to_contain_text("filled")
