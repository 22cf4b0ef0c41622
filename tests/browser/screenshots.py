"""Pictures of every workspace, dark and light, for `docs/images`: `python -m tests.browser.screenshots`."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, ROOT, Trader
from tests.conftest import RunningPlatform, start_platform

IMAGES = ROOT / "docs/images"
PRESETS = ("trade", "risk", "research", "operations")
SIZE = ViewportSize(width=1440, height=900)


@contextmanager
def running() -> Iterator[RunningPlatform]:
    with tempfile.TemporaryDirectory() as folder:
        yield from start_platform(Path(folder) / "state", {})


def trade_a_little(trader: Trader) -> None:
    """Positions, fills and open orders to look at, and a refusal."""
    trader.quote("AAPL", "bid")
    trader.buy("AAPL", 40)
    price = Decimal(trader.quote("MSFT", "bid"))
    profit, loss = (str((price * Decimal(part)).quantize(Decimal("0.01"))) for part in ("1.03", "0.98"))
    exits = {"take_profit": {"limit_price": profit}, "stop_loss": {"stop_price": loss}}
    trader.buy("MSFT", 15, order_class="bracket", **exits)
    bid = Decimal(trader.quote("AAPL", "bid"))
    for ticks in (6, 9, 14):
        limit = str(bid - ticks * Decimal("0.01"))
        order: dict[str, object] = {
            "symbol": "AAPL",
            "qty": str(5 * ticks),
            "side": "buy",
            "type": "limit",
            "limit_price": limit,
            "time_in_force": "gtc",
        }
        trader.post("/v2/orders", order)
    expect(trader.page.get_by_role("tab", name="Positions")).to_contain_text("2")


def take(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / f"{name}.png")
    print(f"docs/images/{name}.png")


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with running() as platform, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = chromium.new_context(base_url=platform.base_url, viewport=SIZE)
        trader = Trader(context.new_page())
        trader.sign_up()
        trade_a_little(trader)
        page = trader.page
        for theme in ("Dark", "Light"):
            page.keyboard.press("5")
            page.get_by_role("radio", name=theme).check()
            for key, preset in enumerate(PRESETS, start=1):
                page.keyboard.press(str(key))
                expect(page.locator(".notice")).to_have_count(0)
                page.wait_for_timeout(1_500)
                take(page, f"terminal-{preset}-{theme.lower()}")
        chromium.close()


if __name__ == "__main__":
    main()
