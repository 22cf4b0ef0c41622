"""Panels with what a platform really has, and a symbol that has nothing: analytics, portfolio, exposure, alerts."""

import json
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from cift_operator.local import go_programs
from playwright.sync_api import expect

from tests.browser.conftest import Trader
from tests.conftest import RunningPlatform, start_platform

OPENED_MS = 34_200_000
QUOTES = 12_000
HAS_ALERTS = all(go_programs.find(name) is not None for name in ("prometheus", "alertmanager"))


def record_a_market(folder: Path) -> None:
    """Twenty minutes of one symbol, in LEAN's format: the other one is never heard of."""
    folder.mkdir(parents=True)
    quotes, trades = [], []
    for number in range(QUOTES):
        time, bid = OPENED_MS + number * 100, 1_000_000 + number % 7 * 100
        quotes.append(f"{time},{bid},5000,{bid + 100},5000,Q,1,0")
        trades.append(f"{time},{bid},100,Q,0,0")
    for kind, lines in (("quote", quotes), ("trade", trades)):
        with zipfile.ZipFile(folder / f"20240103_{kind}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"20240103_{kind}.csv", "\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """Beside the one that the other tests share: with analytics, with alerts, and with a market of one symbol."""
    folder = tmp_path_factory.mktemp("panels")
    record_a_market(folder / "ticks/aapl")
    spec = {
        "trading": {"symbols": ["AAPL", "QUIET"]},
        "feeds": {"replay": {"path": str(folder / "ticks")}},
        "analytics": {"enabled": True},
        "observability": {
            "prometheus": {"enabled": HAS_ALERTS, "scrapeSeconds": 1},
            "alertmanager": {"enabled": HAS_ALERTS},
        },
    }
    yield from start_platform(folder / "state", spec)


def test_a_symbol_without_data(trader: Trader) -> None:
    """Nothing is shown that is not there, an order is refused with the reason, and the other symbol goes on."""
    page = trader.page
    trader.sign_up()
    trader.quote("AAPL", "bid")
    page.keyboard.press("/")
    page.keyboard.type("QUIET")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Chart of QUIET")).to_contain_text("No bars yet.")
    for side in ("bid", "ask"):
        expect(page.locator(f'tr[data-symbol="QUIET"] [data-test="{side}"]')).to_have_text("–")
    page.keyboard.press("b")
    page.keyboard.type("1")
    said = page.get_by_role("form", name="Order ticket").locator('[data-test="what-if"]')
    expect(said).to_have_attribute("data-accepted", "false")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("STALE_PRICE")
    assert trader.call("GET", "/v2/orders?status=all") == []
    page.get_by_role("button", name="AAPL", exact=True).click()
    page.keyboard.press("b")
    page.keyboard.type("1")
    page.keyboard.press("Control+Enter")
    expect(page.locator('[data-test="outcome"]')).to_contain_text("filled")


def test_performance_equity_and_exposure_are_those_of_the_account(trader: Trader) -> None:
    page = trader.page
    trader.sign_up()
    trader.quote("AAPL", "bid")
    for side, qty in (("buy", "5"), ("sell", "3")):
        order = {"symbol": "AAPL", "qty": qty, "side": side, "type": "market", "time_in_force": "day"}
        trader.post("/v2/orders", {**order, "strategy": "by hand"})
        expect(page.get_by_role("status").filter(has_text=f"{qty} AAPL")).to_be_visible()
    page.keyboard.press("3")
    trader.tab("Performance")
    performance = page.locator("section.panel[aria-label=Performance]")
    row = performance.locator("tbody tr").filter(has_text="by hand")
    expect(row.locator("td").nth(1)).to_have_text("1", timeout=60_000)
    performance.get_by_role("radio", name="Best symbols").check()
    expect(performance.locator("tbody tr").filter(has_text="AAPL")).to_be_visible()
    trader.tab("Equity")
    equity = Decimal(page.locator(".equity-chart .chart-head .num").first.inner_text().replace(",", ""))
    # What two shares are worth moves by a few cents.
    assert abs(equity - Decimal(trader.call("GET", "/v2/account")["equity"])) < 1
    trader.tab("Account")
    cash = trader.call("GET", "/v2/account")["cash"]
    assert Decimal(trader.figure("cash")) == Decimal(cash).quantize(Decimal("0.01"))
    page.keyboard.press("2")
    exposed = page.get_by_role("region", name="Exposure").locator("tbody tr").filter(has_text="AAPL")
    expect(exposed.locator("td").nth(1)).to_contain_text("200.")


@pytest.mark.skipif(not HAS_ALERTS, reason="without prometheus and prometheus-alertmanager (Debian)")
def test_alerts_are_read_by_those_who_run_the_platform(trader: Trader, platform: RunningPlatform) -> None:
    page = trader.page
    credentials = json.loads((platform.state / "credentials.json").read_text())
    trader.email, trader.password = credentials["email"], credentials["password"]
    trader.log_in()
    page.keyboard.press("4")
    trader.tab("Alerts")
    alerts = page.locator("section.panel[aria-label=Alerts]")
    expect(alerts).not_to_contain_text("need the role")
    # The watchdog always fires; until it is heard, the panel says that nobody can rely on silence.
    expect(alerts).not_to_contain_text("The watchdog is not heard", timeout=90_000)
    expect(alerts).not_to_contain_text("Not up to date")
