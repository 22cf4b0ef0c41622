"""`python benchmarks/risk`: what one risk check costs, in Rust and from Python, all rules on.

The Rust rows time every check by itself (its reservation included, the clock's own cost taken off); the Python row
times whole calls of `cift_core.RiskEngine.check`, arguments and decision object included, and beside it the mean of
one in a loop of 5,000 whose decisions are kept. Of several rounds the quietest counts: other work on the machine only
ever adds. "In batches": the engine is told of each order a few
checks ahead, so that what the check needs is fetched meanwhile; telling it counts.
"""

import json
import subprocess
import time
from pathlib import Path
from uuid import UUID

from cift_core import RiskEngine

ROOT = Path(__file__).resolve().parents[2]
NANO = 10**9
NOW = 1_800_000_000 * NANO
AIMS = {"100 × 50": (60, 150), "10,000 × 1,000": (200, 500), "Python": (1000, None)}
LIMITS = {
    "max_order_quantity_nanos": 1_000 * NANO,
    "max_order_notional": "1000000",
    "price_collar_bp": 2000,
    "market_protection_bp": 200,
    "max_position_quantity_nanos": 10**9 * NANO,
    "max_position_notional": "1000000000000",
    "max_gross_exposure": "1000000000000",
    "max_net_exposure": "1000000000000",
    "max_open_orders": 1_000_000,
    "max_order_rate_per_second": 1_000_000,
    "order_rate_burst": 1_000_000,
    "max_daily_loss": "1000000000",
    "duplicate_window_ms": 500,
    "max_price_age_ms": 3_600_000,
}


def build() -> str:
    """The compiled benchmark's path."""
    command = ["cargo", "bench", "-q", "-p", "cift-risk", "--bench", "check", "--no-run", "--message-format=json"]
    built = subprocess.run(command, cwd=ROOT / "rust_core", check=True, stdout=subprocess.PIPE, text=True)
    messages = [json.loads(line) for line in built.stdout.splitlines()]
    return next(str(message["executable"]) for message in messages if message.get("executable"))


def run_rust(program: str) -> list[dict[str, int]]:
    run = subprocess.run([program], check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def run_python(accounts: int = 100, symbols: int = 50, rounds: int = 10, batch: int = 5_000) -> dict[str, float]:
    """Calls of `check` as the trading service makes them; between batches the orders are canceled, untimed."""
    engine = RiskEngine()
    names = [f"S{number:04}" for number in range(symbols)]
    owners = [str(UUID(int=(number + 1) * 0x9E3779B97F4A7C15)) for number in range(accounts)]
    for name in names:
        engine.put_instrument(name, NANO // 100, NANO)
        engine.update_price(name, 9_999 * NANO // 100, 10_001 * NANO // 100, 0, NOW)
    for owner in owners:
        engine.put_account(owner, 10**9 * NANO)
    engine.set_policy({"version": 1, "defaults": LIMITS})
    engine.set_lease(NOW + 3_600 * NANO)
    check, release, clock = engine.check, engine.release, time.perf_counter_ns
    clock_cost = sorted(-(clock() - clock()) for _ in range(10_001))[5_000]
    best: dict[str, float] = {}
    means: list[float] = []
    for round_ in range(rounds):
        orders = [
            (
                owners[at * 7919 % accounts],
                str(UUID(int=round_ * batch + at + 1)),
                names[at * 104729 % symbols],
                (1 + at % 100) * NANO,
                (9_500 + at % 997) * NANO // 100,
                NOW + 4 * round_ * NANO + at * 100_000,
            )
            for at in range(batch)
        ]
        calls: list[int] = []
        inside: list[int] = []
        for owner, order_id, name, quantity, price, now in orders:
            started = clock()
            decision = check(owner, order_id, name, 1, 2, quantity, price, 0, 0, 0, now, False)
            calls.append(clock() - started - clock_cost)
            inside.append(decision.duration_ns)
            assert decision.accepted, decision.message
        for _, order_id, *_ in orders:
            release(order_id)
        calls_again = [
            (owner, str(UUID(int=2**64 + at)), name, 1, 2, quantity, price, 0, 0, 0, now + 2 * NANO, False)
            for at, (owner, _, name, quantity, price, now) in enumerate(orders, round_ * batch)
        ]
        started = clock()
        decisions = [check(*arguments) for arguments in calls_again]
        mean = (clock() - started) / batch
        assert all(decisions)
        for _, order_id, *_ in calls_again:
            release(order_id)
        figures = {name: percentile(calls, share) for name, share in SHARES.items()}
        if not best or figures["p99_ns"] < best["p99_ns"]:
            best = figures | {"inside_ns": percentile(inside, 0.5)}
        means.append(mean)
    return best | {"mean_ns": min(means)}


SHARES = {"p50_ns": 0.5, "p99_ns": 0.99, "p999_ns": 0.999}


def percentile(values: list[int], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


def row(name: str, figures: dict[str, int] | dict[str, float], aim: tuple[int | None, ...] = (None, None)) -> str:
    aims = " ".join(f"{'' if value is None else f'≤ {value:,}':>8}" for value in aim)
    return f"{name:<44} {figures['p50_ns']:>8,} {figures['p99_ns']:>8,} {figures['p999_ns'] or '':>8} {aims}"


def main() -> None:
    program = build()
    small, small_batch, large, large_batch, read = run_rust(program)
    python = run_python()
    print("One check with its reservation, all rules on, in nanoseconds\n")
    print(f"{'accounts × symbols':<44} {'p50':>8} {'p99':>8} {'p99.9':>8} {'aim p50':>8} {'aim p99':>8}")
    print(row("Rust, 100 × 50", small, AIMS["100 × 50"]))
    print(row("  in batches", small_batch, AIMS["100 × 50"]))
    print(row("Rust, 10,000 × 1,000 at random", large, AIMS["10,000 × 1,000"]))
    print(row("  in batches", large_batch, AIMS["10,000 × 1,000"]))
    print(row("  floor of one alone: a random read of 1 GiB", read))
    print(row("Python call, 100 × 50", python, AIMS["Python"]))
    print(f"{'  one of a loop of 5,000, mean':<44} {python['mean_ns']:>8,.0f}")
    print(f"\nIn the Python calls the engine itself took {python['inside_ns']} ns (p50, its clock's cost included).")


if __name__ == "__main__":
    main()
