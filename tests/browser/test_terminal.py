"""The terminal in a real browser, from signing up to logging out."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import ROOT, Trader

AXE = ROOT / "services/web/node_modules/axe-core/axe.min.js"
STARTING_CASH = Decimal(100_000)


def test_a_day_by_keyboard(trader: Trader) -> None:
    page = trader.page
    trader.sign_up()
    trader.log_out()
    trader.log_in()

    bid = trader.quote("AAPL", "bid")
    expect(page.locator('tr[data-symbol="AAPL"] [data-test="bid"]')).not_to_have_text(bid)

    page.keyboard.press("/")
    page.keyboard.type("apple")
    page.keyboard.press("Enter")
    page.keyboard.press("b")
    expect(page.get_by_label("Quantity")).to_be_focused()
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    review = page.get_by_role("dialog", name="Review the order")
    expect(review).to_contain_text("Buy 10 AAPL")
    page.keyboard.press("Enter")

    outcome = page.locator('[data-test="outcome"]')
    expect(outcome).to_contain_text("Submit → ack")
    expect(outcome).to_contain_text("filled")
    expect(page.get_by_role("status").filter(has_text="Bought 10 AAPL")).to_be_visible()
    expect(page.locator('[data-test="position-qty"]')).to_have_text("10")
    expect(page.locator('[data-test="buying-power"]')).not_to_have_text("100,000.00")
    spent = STARTING_CASH - Decimal(trader.figure("buying-power"))
    trader.tab("Fills")
    value = page.get_by_role("region", name="Fills").locator("tbody td").nth(5).inner_text()
    assert spent == Decimal(value.replace(",", ""))

    far = (Decimal(trader.quote("AAPL", "bid")) * Decimal("0.95")).quantize(Decimal("0.01"))
    page.keyboard.press("b")
    page.get_by_label("Type").select_option("limit")
    page.get_by_label("Quantity").fill("3")
    page.get_by_label("Limit price").fill(str(far))
    page.keyboard.press("Control+Enter")
    expect(outcome).to_contain_text("working")
    trader.tab("Open orders")
    row = page.get_by_role("region", name="Open orders").locator("tbody tr")
    expect(row).to_contain_text(str(far))
    row.get_by_role("button", name="Cancel buy 3 AAPL").click()
    expect(page.get_by_text("No open orders.")).to_be_visible()
    expect(outcome).to_contain_text("canceled")

    trader.tab("Positions")
    page.get_by_role("button", name="Close AAPL").click()
    page.get_by_role("button", name="Confirm: close AAPL").click()
    expect(page.get_by_text("No positions.")).to_be_visible()
    trader.log_out()
    page.reload()
    expect(page.get_by_role("form", name="Log in")).to_be_visible()


def test_the_ladder_places_amends_and_cancels(trader: Trader) -> None:
    page = trader.page
    trader.sign_up()
    trader.quote("AAPL", "bid")
    ladder = page.get_by_role("application", name="Prices of AAPL")
    expect(ladder).to_have_attribute("data-top", re.compile(r"\d"))
    top = ladder.get_attribute("data-top") or ""
    page.get_by_label("Armed").check()
    # Four dollars down nothing fills.
    ladder.hover()
    page.mouse.wheel(0, 8000)
    expect(page.get_by_role("button", name="Centre")).to_be_visible()
    # Scrolled, it stays where it is; the second frame from now comes after its painting.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    before, top = top, ladder.get_attribute("data-top") or ""
    assert Decimal(top) < Decimal(before) - 2
    box = ladder.bounding_box()
    assert box is not None

    def go_to(row: int) -> str:
        """Moves the mouse to the buyers' side of a row, and gives its price."""
        page.mouse.move(box["x"] + box["width"] / 5, box["y"] + (row + 0.5) * 20, steps=3)
        return f"{Decimal(top) - row * Decimal('0.01'):.2f}"

    trader.tab("Open orders")
    row = page.get_by_role("region", name="Open orders").locator("tbody tr")
    price = go_to(3)
    page.mouse.down()
    page.mouse.up()
    expect(row).to_contain_text(price)
    expect(row).to_contain_text("working")
    go_to(3)
    page.mouse.down()
    price = go_to(6)
    page.mouse.up()
    # For a moment there are two: the order that is replaced, and the one that takes its place.
    expect(row.filter(has_text=price)).to_contain_text("working")
    expect(row).to_have_count(1)
    page.mouse.click(box["x"] + box["width"] / 5, box["y"] + 6.5 * 20, button="right")
    expect(page.get_by_text("No open orders.")).to_be_visible()


def test_the_ladder_shows_what_others_rest_behind_the_touch(trader: Trader, new_page: Callable[[], Page]) -> None:
    page = trader.page
    trader.sign_up()
    other = Trader(new_page())
    other.sign_up()
    trader.quote("AAPL", "bid")
    ladder = page.get_by_role("application", name="Prices of AAPL")
    expect(ladder).to_have_attribute("data-top", re.compile(r"\d"))
    # Two dollars down nothing fills, and a ladder that was scrolled stays.
    ladder.hover()
    page.mouse.wheel(0, 4000)
    expect(page.get_by_role("button", name="Centre")).to_be_visible()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    price = f"{Decimal(ladder.get_attribute('data-top') or '') - Decimal('0.02'):.2f}"
    for qty in (7, 4):
        other.buy("AAPL", qty, type="limit", limit_price=price)
    ladder.focus()
    # The first press puts the cursor in the middle, the others move it to the price.
    said = page.get_by_role("region", name="Depth ladder of AAPL").locator("[aria-live]")
    page.keyboard.press("ArrowUp")
    expect(said).to_have_text(re.compile(r"\d"))
    rows = int((Decimal(price) - Decimal(said.inner_text().split(",")[0])) / Decimal("0.01"))
    for _ in range(rows):
        page.keyboard.press("ArrowUp")
    expect(said).to_have_text(f"{price}, bid 11")
    other.call("DELETE", "/v2/orders")
    expect(said).to_have_text(price)


def test_the_ticket_says_what_risk_would_answer(trader: Trader) -> None:
    page = trader.page
    trader.sign_up()
    trader.quote("AAPL", "bid")
    said = page.get_by_role("form", name="Order ticket").locator('[data-test="what-if"]')
    page.keyboard.press("b")
    page.keyboard.type("10")
    expect(said).to_have_attribute("data-accepted", "true")
    cells = said.locator('[data-rule="POSITION_QUANTITY"] td')
    expect(cells).to_have_text(["0", "10", re.compile(r"\d")])
    page.get_by_label("Quantity").fill("1000")
    expect(said).to_contain_text("BUYING_POWER")
    expect(said).to_have_attribute("data-accepted", "false")
    expect(said.locator(".exceeded")).to_contain_text("Buying power")
    assert trader.call("GET", "/v2/orders?status=all") == []


def test_a_workspace_is_kept_with_its_user(trader: Trader, new_page: Callable[[], Page]) -> None:
    page = trader.page
    trader.sign_up()
    trader.quote("AAPL", "bid")
    tape = page.get_by_role("tab", name="Time and sales")
    expect(tape).to_be_visible()

    def keeps_it(answer: Response) -> bool:
        body = answer.request.post_data or ""
        return (
            answer.request.method == "PUT"
            and answer.url.endswith("/auth/me/settings")
            and '"trade":' in body
            and '"tape"' not in body
        )

    with page.expect_response(keeps_it):
        page.get_by_role("button", name="Close Time and sales").click()
    expect(tape).to_have_count(0)
    elsewhere = trader.also_on(new_page())
    elsewhere.log_in()
    elsewhere.quote("AAPL", "bid")
    expect(elsewhere.page.get_by_role("tab", name="Depth ladder")).to_be_visible()
    expect(elsewhere.page.get_by_role("tab", name="Time and sales")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Find a command")).to_be_focused()
    page.keyboard.type("time and")
    expect(page.locator("#commands-found [aria-selected=true]")).to_contain_text("Show Time and sales")
    page.keyboard.press("Enter")
    expect(tape).to_be_visible()
    expect(page.locator(".tape canvas")).to_have_attribute("data-trades", re.compile(r"[1-9]"))


def test_a_layout_has_a_name_and_comes_back(trader: Trader) -> None:
    page = trader.page
    trader.sign_up()
    trader.quote("AAPL", "bid")
    tape = page.get_by_role("tab", name="Time and sales")
    expect(tape).to_be_visible()
    page.keyboard.press("5")
    page.get_by_label("Name of the layout").fill("With tape <b>")
    page.get_by_role("button", name="Keep the layout").click()
    expect(page.get_by_role("button", name="Use With tape <b>")).to_be_visible()
    page.keyboard.press("1")
    page.get_by_role("button", name="Close Time and sales").click()
    expect(tape).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type("layout: with")
    expect(page.locator("#commands-found [aria-selected=true]")).to_contain_text("Layout: With tape <b>")
    page.keyboard.press("Enter")
    expect(tape).to_be_visible()


def test_what_the_platform_runs_without_is_said(trader: Trader) -> None:
    page = trader.page
    trader.sign_up()
    trader.quote("AAPL", "bid")
    expect(page.locator('[data-test="mode"]')).to_have_text("PAPER")
    page.keyboard.press("3")
    trader.tab("Performance")
    expect(page.get_by_role("region", name="Performance")).to_contain_text("runs without analytics")
    trader.tab("Predictions")
    expect(page.get_by_role("region", name="Predictions")).to_contain_text("runs without forecasts")
    page.keyboard.press("4")
    trader.tab("Alerts")
    expect(page.get_by_role("region", name="Alerts")).to_contain_text("need the role operations")


def test_a_bracket_is_written_in_the_ticket_and_its_legs_are_in_the_blotter(trader: Trader) -> None:
    page = trader.page
    trader.sign_up()
    bid = Decimal(trader.quote("AAPL", "bid"))
    profit, loss = (str((bid * part).quantize(Decimal("0.01"))) for part in (Decimal("1.1"), Decimal("0.9")))
    page.keyboard.press("b")
    page.keyboard.type("4")
    page.get_by_label("Take profit").fill(loss)
    page.get_by_label("Stop loss").fill(profit)
    expect(page.get_by_role("form", name="Order ticket")).to_contain_text("Take profit must be above the stop loss")
    page.get_by_label("Take profit").fill(profit)
    page.get_by_label("Stop loss").fill(loss)
    page.keyboard.press("Enter")
    review = page.get_by_role("dialog", name="Review the order")
    expect(review.locator('[data-test="exits"]')).to_contain_text(f"Take profit {profit} · Stop loss {loss}")
    page.keyboard.press("Enter")
    expect(page.locator('[data-test="outcome"]')).to_contain_text("filled")
    trader.tab("Open orders")
    rows = page.get_by_role("region", name="Open orders").locator("tbody tr")
    expect(rows.filter(has_text="take profit")).to_contain_text("working")
    expect(rows.filter(has_text="stop loss")).to_contain_text("waiting")
    raised = str((bid * Decimal("0.95")).quantize(Decimal("0.01")))
    rows.filter(has_text="stop loss").get_by_role("button", name="Replace").click()
    change = page.get_by_role("dialog", name="Replace sell AAPL")
    expect(change.get_by_label("Quantity")).to_have_count(0)
    change.get_by_label("Stop price").fill(raised)
    change.get_by_role("button", name="Replace").click()
    expect(rows.filter(has_text="stop loss")).to_contain_text(raised)
    rows.filter(has_text="take profit").get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("No open orders.")).to_be_visible()


def test_a_refusal_says_reason_field_and_limit(trader: Trader) -> None:
    page = trader.page
    trader.sign_up()
    trader.quote("AAPL", "bid")
    page.keyboard.press("b")
    page.keyboard.type("999999")
    page.keyboard.press("Control+Enter")
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("Reason")
    expect(refusal).to_contain_text("Limit")
    expect(page.get_by_label("Quantity")).to_have_value("999999")


def test_two_windows_of_one_account_tell_the_same(trader: Trader, new_page: Callable[[], Page]) -> None:
    trader.sign_up()
    second = trader.also_on(new_page())
    second.log_in()
    trader.quote("MSFT", "bid")
    trader.buy("MSFT", 2)
    for window in (trader.page, second.page):
        expect(window.get_by_role("status").filter(has_text="Bought 2 MSFT")).to_be_visible()
        expect(window.locator('[data-test="position-qty"]')).to_have_text("2")


# In the worker that holds the connections: an order's first two updates vanish before they are read.
LOSE_TWO = """() => {
  const parse = JSON.parse;
  self.lost = 0;
  JSON.parse = (text) => {
    if (self.lost < 2 && text.includes('"trade_updates","data":{"event"')) {
      self.lost += 1;
      return null;
    }
    return parse(text);
  };
}"""


def test_updates_that_the_wire_lost_are_asked_for(trader: Trader) -> None:
    trader.sign_up()
    trader.quote("AAPL", "bid")
    [worker] = trader.page.workers
    worker.evaluate(LOSE_TWO)
    trader.buy("AAPL", 1)
    expect(trader.page.get_by_role("status").filter(has_text="Bought 1 AAPL")).to_be_visible()
    trader.tab("Fills")
    expect(trader.page.get_by_role("region", name="Fills").locator("tbody tr")).to_have_count(1)
    assert worker.evaluate("self.lost") == 2


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_accessible(trader: Trader, theme: str) -> None:
    """axe finds nothing serious in any view."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm ci in services/web")
    page = trader.page
    trader.sign_up()
    trader.quote("AAPL", "bid")
    page.keyboard.press("5")
    page.get_by_role("radio", name=theme.title()).check()
    page.evaluate(AXE.read_text())
    found = []
    for view in ("Trade", "Risk", "Research", "Operations", "Settings"):
        page.get_by_role("navigation", name="Views").get_by_text(view).click()
        expect(page.locator("main")).to_be_visible()
        report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found += [
            f"{view}: {v['id']}: {v['nodes'][0]['html'][:160]} {v['nodes'][0].get('failureSummary', '')[:200]}"
            for v in report["violations"]
            if v["impact"] in ("serious", "critical")
        ]
    assert not found, "\n".join(found)
