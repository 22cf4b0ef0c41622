"""`python benchmarks/order_flow`: the order path beside its floor, in one run, on this machine.

Starts a platform of its own (state in a temporary folder), starts the floor on the same PostgreSQL and NATS, and sends
both the same open-loop load in turn, with the load generator on the same cores. Times are milliseconds.
"""

import argparse
import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import uvloop  # noqa: E402
import yaml  # noqa: E402
from cift_operator.local import Platform  # noqa: E402
from load import Load, Result, Target, percentile  # noqa: E402

SYMBOLS = ["AAPL", "MSFT", "GOOG", "AMZN"]
CIFT = Path(sys.executable).parent / "cift"
UNBOUNDED = {
    "maxOrderRatePerSecond": 100_000,
    "orderRateBurst": 100_000,
    "maxOpenOrders": 100_000,
    "maxOrderQuantity": "1000000",
    "maxPositionQuantity": "100000000",
    "maxPositionNotional": "900000000",
    "maxGrossExposure": "900000000",
    "maxNetExposure": "900000000",
    "maxDailyLoss": "900000000",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def platform(state: Path) -> Iterator[dict[str, str]]:
    declaration = state.with_suffix(".yaml")
    declaration.write_text(
        yaml.safe_dump(
            {
                "apiVersion": "cift.markets/v1alpha1",
                "kind": "TradingPlatform",
                "metadata": {"name": "bench"},
                "spec": {"trading": {"initialDeposit": "900000000", "symbols": SYMBOLS}, "risk": {"limits": UNBOUNDED}},
            }
        )
    )
    arguments = ["--state", str(state)]
    subprocess.run(
        [CIFT, "up", "--detach", "-f", declaration, "--port-offset", "auto", *arguments],
        check=True,
        stdout=sys.stderr,
    )
    try:
        yield json.loads((state / "credentials.json").read_text())
    finally:
        subprocess.run([CIFT, "down", *arguments], check=True, stdout=sys.stderr)


@contextlib.contextmanager
def floor(state: Path) -> Iterator[Target]:
    # It makes tables and streams of its own, which no service may.
    urls = Platform(state).store_urls()
    database_url, nats_url = urls["database_url"], urls["nats_url"]
    venue, trading, gateway = f"unix:{state}/floor.sock", f"127.0.0.1:{free_port()}", free_port()
    python = sys.executable
    commands = [
        [python, "-m", "floor.hop", venue],
        [python, "-m", "floor.trading", trading, database_url, nats_url],
        [python, "-m", "floor.execution", venue, nats_url],
    ]
    processes = []
    try:
        for command in commands:
            process = subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True)
            processes.append(process)
            assert process.stdout is not None
            if process.stdout.readline().strip() != "ready":
                raise RuntimeError(f"{command[2]} did not start")
        processes.append(
            subprocess.Popen(
                [
                    python,
                    "-m",
                    "uvicorn",
                    "floor.gateway:app",
                    "--port",
                    str(gateway),
                    "--log-level",
                    "warning",
                    "--loop",
                    "uvloop",
                    "--http",
                    "httptools",
                ],
                cwd=HERE,
                env={**os.environ, "FLOOR_TRADING": trading, "FLOOR_NATS": nats_url},
            )
        )
        yield Target("floor", f"http://127.0.0.1:{gateway}")
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(10)


async def listening(target: Target) -> Load:
    """A load whose WebSocket is open; the target may still be starting."""
    deadline = time.monotonic() + 20
    while True:
        load = Load(target)
        try:
            return await load.__aenter__()
        except OSError:
            await load.close()
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.1)


def row(name: str, result: Result) -> str:
    ack = "  ".join(f"{percentile(result.ack, share):7.2f}" for share in (0.5, 0.99, 0.999))
    fill = "  ".join(f"{percentile(result.fill, share):7.2f}" for share in (0.5, 0.99, 0.999))
    return (
        f"{result.offered_per_second:7.0f}  {name:8}  {ack}  {fill}  {result.filled_per_second:8.0f}"
        f"  {result.refused:7d}  {result.failed + result.unfilled:6d}"
    )


async def measure(ours: Target, bare: Target, rates: list[float], seconds: float) -> int:
    loads = {target.name: await listening(target) for target in (bare, ours)}
    for load in loads.values():
        await load.run(50, 3, SYMBOLS)
    print(
        "   rate            ack p50      p99    p99.9  fill p50      p99    p99.9  filled/s  refused    lost",
        flush=True,
    )
    best = {"floor": 0.0, "platform": 0.0}
    lost = 0
    for rate in rates:
        results = {}
        for name, load in loads.items():
            results[name] = result = await load.run(rate, seconds, SYMBOLS)
            best[name] = max(best[name], result.filled_per_second)
            print(row(name, result), flush=True)
        lost += results["platform"].failed + results["platform"].unfilled
        ratios = [
            percentile(getattr(results["platform"], kind), share) / percentile(getattr(results["floor"], kind), share)
            for kind in ("ack", "fill")
            for share in (0.5, 0.99)
        ]
        print(
            f"         ratio     ack p50 {ratios[0]:.2f}  p99 {ratios[1]:.2f}   fill p50 {ratios[2]:.2f}"
            f"  p99 {ratios[3]:.2f}",
            flush=True,
        )
    print(
        f"saturation: platform {best['platform']:.0f}/s, floor {best['floor']:.0f}/s,"
        f" ratio {best['platform'] / best['floor']:.2f}; lost {lost}"
    )
    for load in loads.values():
        await load.__aexit__()
    return 1 if lost else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rates", default="50,100,200,300,400,500,700,1000", help="orders a second, in turn")
    parser.add_argument("--seconds", type=float, default=8, help="for each rate")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cift-bench-") as folder:
        Path(folder).chmod(0o755)
        state = Path(folder) / "state"
        with platform(state) as credentials, floor(state) as bare:
            key, secret = credentials["api_key_id"], credentials["api_secret_key"]
            ours = Target(
                "platform",
                credentials["base_url"],
                {"APCA-API-KEY-ID": key, "APCA-API-SECRET-KEY": secret},
                key,
                secret,
            )
            rates = [float(rate) for rate in options.rates.split(",")]
            sys.exit(uvloop.run(measure(ours, bare, rates, options.seconds)))


if __name__ == "__main__":
    main()
