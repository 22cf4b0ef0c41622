"""`python benchmarks/instrumentation`: what watching costs an order, by one run with it off and on.

Two platforms of their own run side by side and take the same load in turn, round after round, so that both see the same
machine. Off: nothing is traced and nobody scrapes. On: Prometheus scrapes, and two orders a second and every slow
one are traced to Jaeger. Counters count in both: they cannot be turned off, and what one costs is printed beside.
"""

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "order_flow"))

import psutil
import uvloop
import yaml
from cift_common import telemetry
from load import Load, Result, Target, percentile  # type: ignore[import-not-found]
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from prometheus_client import CollectorRegistry, Counter, Histogram

CIFT = Path(sys.executable).parent / "cift"
SPANS = 10_000
SYMBOLS = ["AAPL", "MSFT", "GOOG", "AMZN"]
ORDER_PATH = ("gateway", "trading", "execution", "matcher", "risk", "marketdata")
LIMITS = {
    "maxOrderRatePerSecond": 100_000,
    "orderRateBurst": 100_000,
    "maxPositionQuantity": "100000000",
    "maxPositionNotional": "900000000",
    "maxGrossExposure": "900000000",
    "maxNetExposure": "900000000",
    "maxDailyLoss": "900000000",
}
OFF: dict[str, Any] = {"tracing": {"samplingRatio": "0", "slowOrderMilliseconds": 60_000}}
ON: dict[str, Any] = {tool: {"enabled": True} for tool in ("prometheus", "alertmanager", "jaeger")}


@dataclass
class Side:
    """A platform and what was measured of it."""

    name: str
    target: Target
    processes: list[psutil.Process]
    """Of the order path."""
    results: list[Result] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    """Processor time of the order path for one order, a round."""

    def cpu_seconds(self) -> float:
        return sum(taken.user + taken.system for taken in (process.cpu_times() for process in self.processes))

    def figures(self) -> dict[str, float]:
        """Medians over the rounds."""
        return {
            "ack p50 ms": statistics.median(percentile(result.ack, 0.5) for result in self.results),
            "ack p99 ms": statistics.median(percentile(result.ack, 0.99) for result in self.results),
            "fill p50 ms": statistics.median(percentile(result.fill, 0.5) for result in self.results),
            "fill p99 ms": statistics.median(percentile(result.fill, 0.99) for result in self.results),
            "processor ms/order": statistics.median(self.cpu_ms),
        }


@contextlib.contextmanager
def platform(folder: Path, name: str, observability: dict[str, Any]) -> Iterator[Side]:
    state = folder / name
    spec = {
        "trading": {"initialDeposit": "900000000", "symbols": SYMBOLS},
        "risk": {"limits": LIMITS},
        "observability": observability,
    }
    declaration = folder / f"{name}.yaml"
    declaration.write_text(
        yaml.safe_dump(
            {
                "apiVersion": "cift.markets/v1alpha1",
                "kind": "TradingPlatform",
                "metadata": {"name": name},
                "spec": spec,
            }
        )
    )
    arguments = ["--state", str(state)]
    command = [CIFT, "up", "--detach", "-f", declaration, "--port-offset", "auto", *arguments]
    subprocess.run(command, check=True, stdout=sys.stderr)
    try:
        user = json.loads((state / "credentials.json").read_text())
        key, secret = user["api_key_id"], user["api_secret_key"]
        headers = {"APCA-API-KEY-ID": key, "APCA-API-SECRET-KEY": secret}
        said = subprocess.run([CIFT, "status", "--json", *arguments], capture_output=True, check=True).stdout
        pids = {component["name"]: component["pid"] for component in json.loads(said)["components"]}
        processes = [psutil.Process(pids[part]) for part in ORDER_PATH]
        yield Side(name, Target(name, user["base_url"], headers, key, secret), processes)
    finally:
        subprocess.run([CIFT, "down", "--purge", *arguments], check=True, stdout=sys.stderr)


async def measure(sides: list[Side], rate: float, seconds: float, rounds: int) -> int:
    """Orders that were lost."""
    loads = [await Load(side.target).__aenter__() for side in sides]
    for load in loads:
        await load.run(rate, 3, SYMBOLS)
    for number in range(rounds):
        pairs = list(zip(sides, loads, strict=True))
        for side, load in pairs if number % 2 else reversed(pairs):
            before = side.cpu_seconds()
            result = await load.run(rate, seconds, SYMBOLS)
            side.results.append(result)
            side.cpu_ms.append((side.cpu_seconds() - before) / result.sent * 1e3)
    for load in loads:
        await load.__aexit__()
    return sum(result.failed + result.unfilled for side in sides for result in side.results)


def each_ns(call: Any, times: int = 200_000) -> float:
    started = time.perf_counter_ns()
    for _ in range(times):
        call()
    return (time.perf_counter_ns() - started) / times


def span_us(folder: Path) -> float:
    """Processor time of one span, with its way into a file."""
    ended: list[ReadableSpan] = []

    class Kept(SpanProcessor):
        def on_end(self, span: ReadableSpan) -> None:
            ended.append(span)

    provider = TracerProvider()
    provider.add_span_processor(Kept())
    tracer = provider.get_tracer("benchmark")
    started = time.process_time()
    for _ in range(SPANS):
        tracer.start_span("postgres.commit_orders", attributes={"cift.order_id": "0" * 36, "group": 1}).end()
    with tempfile.TemporaryDirectory(dir=folder) as made:
        exporter = telemetry.OtlpFileExporter(Path(made) / "spans.jsonl")
        for start in range(0, SPANS, 500):
            exporter.export(ended[start : start + 500])
    return (time.process_time() - started) / SPANS * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=100, help="orders a second")
    parser.add_argument("--seconds", type=float, default=8, help="for each round")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cift-bench-") as folder:
        Path(folder).chmod(0o755)
        with platform(Path(folder), "off", OFF) as off, platform(Path(folder), "on", ON) as on:
            lost = uvloop.run(measure([off, on], options.rate, options.seconds, options.rounds))
            without, watched = off.figures(), on.figures()
    print(f"{options.rate:.0f} orders/s, medians of {options.rounds} rounds      off       on    ratio")
    for name, value in without.items():
        print(f"{name:36}  {value:7.2f}  {watched[name]:7.2f}  {watched[name] / value:7.2f}")
    registry = CollectorRegistry()
    counter = Counter("a", "", ["b"], registry=registry).labels("c")
    histogram = Histogram("d", "", registry=registry, buckets=[0.001 * number for number in range(1, 19)])
    print(f"a span {span_us(Path(tempfile.gettempdir())):.0f} µs to make and to write")
    print(f"a counter {each_ns(counter.inc):.0f} ns, a histogram {each_ns(lambda: histogram.observe(0.005)):.0f} ns")
    print(f"lost {lost}")
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
