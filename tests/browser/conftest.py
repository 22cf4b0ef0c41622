"""Debian's Chromium, driven by Playwright, before a running platform that serves the built terminal."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import RunningPlatform

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "services/web/dist/index.html"
CHROMIUM = shutil.which("chromium")
# No call to the outside at start, and no sandbox, which root may not use.
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SECONDS = 30
expect.set_options(timeout=SECONDS * 1000)


# Of the module, not of the session: Playwright's loop runs as long as it lives, and asyncio tests come after.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (Debian's package chromium)")
    if not BUILT.is_file():
        pytest.fail("the terminal is not built: npm ci && npm run build in services/web")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser, platform: RunningPlatform) -> Iterator[Callable[[], Page]]:
    """Pages, each in a browser profile of its own; at the end nothing may have gone wrong in one of them."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def make() -> Page:
        context = browser.new_context(base_url=platform.base_url, viewport={"width": 1280, "height": 800})
        context.set_default_timeout(SECONDS * 1000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Page:
    return new_page()


class Trader:
    """What a person does in the terminal."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.email, self.password = f"{uuid4().hex}@example.com", uuid4().hex
        self._token = ""

    def sign_up(self) -> None:
        self.page.goto("/")
        self.page.get_by_role("radio", name="Sign up").check()
        self._give("Open a paper account")

    def log_in(self) -> None:
        self.page.goto("/")
        self._give("Log in")

    def _give(self, button: str) -> None:
        self.page.get_by_label("E-mail").fill(self.email)
        self.page.get_by_label("Password").fill(self.password)
        self.page.get_by_role("button", name=button).click()
        expect(self.page.locator(".stat.link")).to_contain_text("Live")

    def also_on(self, page: Page) -> "Trader":
        """The same person at another browser."""
        other = Trader(page)
        other.email, other.password = self.email, self.password
        return other

    def log_out(self) -> None:
        self.page.get_by_role("button", name="Log out").click()
        expect(self.page.get_by_role("form", name="Log in")).to_be_visible()

    def quote(self, symbol: str, side: str) -> str:
        cell = self.page.locator(f'tr[data-symbol="{symbol}"] [data-test="{side}"]')
        expect(cell).to_contain_text(".")
        return cell.inner_text().replace(",", "")

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()

    def figure(self, name: str) -> str:
        return self.page.locator(f'[data-test="{name}"]').inner_text().replace(",", "")

    def call(self, method: str, path: str, body: object = None) -> Any:
        """As another program of the same user would; the answer's JSON."""
        if not self._token:
            logged_in = self.page.request.post("/auth/login", data={"email": self.email, "password": self.password})
            self._token = json.loads(logged_in.text())["access_token"]
        headers = {"Authorization": f"Bearer {self._token}"}
        answer = self.page.request.fetch(path, method=method, data=body, headers=headers)
        assert answer.ok, answer.text()
        return json.loads(answer.text() or "null")

    def post(self, path: str, body: dict[str, object]) -> Any:
        return self.call("POST", path, body)

    def buy(self, symbol: str, qty: int, **terms: object) -> Any:
        """At market, where `terms` say nothing else."""
        return self.post(
            "/v2/orders",
            {"symbol": symbol, "qty": str(qty), "side": "buy", "type": "market", "time_in_force": "day", **terms},
        )


@pytest.fixture
def trader(page: Page) -> Trader:
    return Trader(page)
