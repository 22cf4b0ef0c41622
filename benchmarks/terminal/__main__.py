"""`python benchmarks/terminal`: the terminal in headless Chromium before the real gateway.

How much script the first load is, how long until a person can type and until prices are on the screen, and what a
minute of many quotes costs the page: frames, main thread, heap. Beside it stands what the same browser does with a page
that only changes a number at every frame: what this machine's compositor can do at all.

A quiet machine is wanted; it takes two minutes and a half.
"""

import argparse
import gzip
import shutil
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, ROOT, Trader
from tests.conftest import RunningPlatform, start_platform

ASSETS = ROOT / "services/web/dist/assets"
FRAMES = (Path(__file__).parent / "frames.js").read_text().partition("\n")[2]
KIB = 1024
LOADS = 5
# Time stamps of the page itself: the driver's round trips are not the terminal's.
WHEN_THERE = """(selector) => new Promise((done) => {
  const look = () => document.querySelector(selector)
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now())))
    : requestAnimationFrame(look);
  look();
})"""
A_NUMBER = """() => {
  document.body.textContent = "0";
  const next = () => {
    document.body.textContent = String(performance.now());
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}"""
FLOOR_SECONDS = 10
LOG_IN_FORM = "form[aria-label='Log in'] input"
A_PRICE = "tr[data-symbol] [data-test='bid']"


@dataclass
class Frames:
    """What was seen of a page's frames; `busy` and `processor` are parts of the time that its main thread had work, and
    that it had a processor: on a machine with other work the first is more."""

    seconds: float
    intervals: list[float]
    work: list[float]
    busy: float
    processor: float

    def rows(self) -> list[tuple[str, str, str]]:
        late = sum(interval > 1.5 * 1000 / 60 for interval in self.intervals) / len(self.intervals)
        return [
            ("frames a second", f"{len(self.intervals) / self.seconds:.1f}", "60"),
            ("work of a frame, p95 ms", f"{_quantile(self.work, 0.95):.1f}", "< 16"),
            ("work of a frame, p50 ms", f"{_quantile(self.work, 0.5):.1f}", ""),
            ("between frames, p95 ms", f"{_quantile(self.intervals, 0.95):.1f}", "16.7 at 60 Hz"),
            ("frames that missed one", f"{late:.1%}", ""),
            ("main thread has work", f"{self.busy:.0%}", "< 50 %"),
            ("main thread on a processor", f"{self.processor:.0%}", ""),
        ]


@dataclass
class Minute:
    """What was seen while quotes came."""

    frames: Frames
    heap: tuple[float, float]
    offered: float
    shown: float


def _quantile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


@contextmanager
def running(symbols: int, quotes: int) -> Iterator[RunningPlatform]:
    names = [f"S{number:03}" for number in range(symbols)]
    spec = {"trading": {"symbols": names}, "feeds": {"simulated": {"quotesPerSecond": quotes}}}
    with tempfile.TemporaryDirectory() as folder:
        yield from start_platform(Path(folder) / "state", spec)


def script_kib() -> float:
    """All of it, as it crosses the wire."""
    return sum(len(gzip.compress(path.read_bytes())) for path in ASSETS.glob("*.js")) / KIB


def loads(chromium: Browser, base_url: str) -> list[float]:
    """Milliseconds from asking for the page, with an empty cache, until one can type."""
    took = []
    for _ in range(LOADS):
        context = chromium.new_context(base_url=base_url)
        page = context.new_page()
        page.goto("/", wait_until="commit")
        took.append(page.evaluate(WHEN_THERE, LOG_IN_FORM))
        context.close()
    return took


def returns(trader: Trader) -> list[float]:
    """Milliseconds from asking for the page, logged in and with a warm cache, until a price is on the screen."""
    took = []
    for _ in range(LOADS):
        trader.page.reload(wait_until="commit")
        took.append(trader.page.evaluate(WHEN_THERE, A_PRICE))
    return took


def ticks(address: str) -> dict[str, float]:
    """The gateway's count of quotes: `pushed` to sockets, `conflated` before."""
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
        f"http://{address}/metrics", timeout=10
    ) as answer:
        lines = answer.read().decode().splitlines()
    found = {}
    for kind in ("pushed", "conflated"):
        name = f'cift_gateway_ticks_{kind}_total{{kind="quotes"'
        values = [line.split()[-1] for line in lines if line.startswith(name)]
        found[kind] = float(values[0]) if values else 0.0
    return found


def watch_all(trader: Trader) -> None:
    """The watchlist with every symbol of the platform."""
    symbols = [asset["symbol"] for asset in trader.call("GET", "/v2/assets")]
    (own,) = trader.call("GET", "/v2/watchlists")
    trader.call("PUT", f"/v2/watchlists/{own['id']}", {"symbols": symbols})


def heap_mib(devtools: CDPSession) -> float:
    devtools.send("HeapProfiler.collectGarbage")
    return float(devtools.send("Runtime.getHeapUsage")["usedSize"]) / KIB**2


def tasks(page: Page, time_domain: str) -> CDPSession:
    """Counts the main thread's tasks, by the clock (`timeTicks`) or by its processor time (`threadTicks`)."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": time_domain})
    return devtools


def task_seconds(devtools: CDPSession) -> float:
    metrics: list[dict[str, Any]] = devtools.send("Performance.getMetrics")["metrics"]
    return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")


def watch_frames(page: Page, seconds: float) -> Frames:
    clock, processor = (tasks(page, domain) for domain in ("timeTicks", "threadTicks"))
    page.evaluate(FRAMES)
    began, busy, used = time.perf_counter(), task_seconds(clock), task_seconds(processor)
    page.wait_for_timeout(seconds * 1000)
    busy, used = task_seconds(clock) - busy, task_seconds(processor) - used
    took = time.perf_counter() - began
    seen = page.evaluate("() => { self.frames.running = false; return self.frames; }")
    page.evaluate("() => { delete self.frames; }")
    return Frames(took, seen["intervals"], seen["work"], busy / took, used / took)


def floor(context: BrowserContext) -> Frames:
    """A page with one number that changes at every frame."""
    page = context.new_page()
    page.evaluate(A_NUMBER)
    page.wait_for_timeout(1_000)
    seen = watch_frames(page, FLOOR_SECONDS)
    page.close()
    return seen


def minute(platform: RunningPlatform, page: Page, seconds: float) -> Minute:
    devtools = page.context.new_cdp_session(page)
    gateway = platform.environment("gateway")["CIFT_METRICS_LISTEN"]
    heap = heap_mib(devtools)
    before, began = ticks(gateway), time.perf_counter()
    frames = watch_frames(page, seconds)
    after, took = ticks(gateway), time.perf_counter() - began
    pushed = after["pushed"] - before["pushed"]
    return Minute(
        frames=frames,
        heap=(heap, heap_mib(devtools)),
        offered=(pushed + after["conflated"] - before["conflated"]) / took,
        shown=pushed / took,
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--quotes", type=int, default=2000, help="a second, over all symbols")
    arguments.add_argument("--symbols", type=int, default=20)
    given = arguments.parse_args()
    if CHROMIUM is None or not ASSETS.is_dir():
        sys.exit("needs Chromium (Debian's package chromium) and the built terminal (npm run build in services/web)")
    with running(given.symbols, given.quotes) as platform, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        first = loads(chromium, platform.base_url)
        context = chromium.new_context(base_url=platform.base_url, viewport={"width": 1440, "height": 900})
        trader = Trader(context.new_page())
        trader.sign_up()
        expect(trader.page.locator(A_PRICE).first).to_contain_text(".")
        watch_all(trader)
        again = returns(trader)
        expect(trader.page.locator(".stat.link")).to_contain_text("Live")
        # The first seconds compile and fill caches.
        trader.page.wait_for_timeout(5_000)
        seen = minute(platform, trader.page, given.seconds)
        trader.page.close()
        empty = floor(context)
        chromium.close()
    rows = [
        ("script of the first load, gzip KiB", f"{script_kib():.1f}", "", "≤ 250"),
        ("until one can type, median ms", f"{statistics.median(first):.0f}", "", "< 1,000"),
        ("logged in, until prices show, median ms", f"{statistics.median(again):.0f}", "", ""),
        ("quotes a second, from the feed", f"{seen.offered:.0f}", "", f"{given.quotes:,}"),
        ("quotes a second, to the page", f"{seen.shown:.0f}", "", ""),
        *(
            (name, value, bare, asked)
            for (name, value, asked), (_, bare, _) in zip(seen.frames.rows(), empty.rows(), strict=True)
        ),
        ("heap at the start, MiB", f"{seen.heap[0]:.1f}", "", ""),
        ("heap at the end, MiB", f"{seen.heap[1]:.1f}", "", "flat"),
    ]
    print(f"{given.symbols} symbols, {seen.frames.seconds:.0f} s, Trade workspace at 1440 × 900\n")
    print(f"{'':42}{'measured':>12}{'one number':>12}{'asked':>16}")
    for name, value, bare, asked in rows:
        print(f"{name:42}{value:>12}{bare:>12}{asked:>16}")


if __name__ == "__main__":
    main()
