"""Matching engines side by side, in one run: ours, the floor, and the open engines that a registry offers.

    python benchmarks/matching [--ops N] [--seeds S …] [--rounds R] [--only NAME …]
    python benchmarks/matching --parts    # where the instructions of our engine go (needs valgrind)

Makes the workload, builds every program, runs them one after the other on the same files, and prints each program's
line and a table of ratios. What cannot be built here is left out and named. Ends with 1 where a result is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import parts
from generate import generate

HERE = Path(__file__).resolve().parent
RUST = HERE.parents[1] / "rust_core"
BUILD = Path(os.environ.get("CIFT_BENCH_DIR", HERE / ".build"))
LINE = re.compile(
    r"best=(?P<best>[\d.]+)M med=(?P<med>[\d.]+)M \| ns/op p50=(?P<p50>\d+) p99=(?P<p99>\d+) p99\.9=(?P<p999>\d+)"
    r".* clock=(?P<clock>\d+) check=(?P<check>\w+)"
)


@dataclass
class Engine:
    name: str
    build: Callable[[], list[str]]
    is_peer: bool = False
    results: list[dict[str, str]] = field(default_factory=list)

    def median(self, column: str) -> float:
        return statistics.median(float(result[column]) for result in self.results)


def command(*words: str | Path, cwd: Path = HERE) -> None:
    done = subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError((done.stderr or done.stdout).strip()[-600:])


def cargo(folder: Path, package: str, program: str) -> list[str]:
    target = Path(os.environ.get("CARGO_TARGET_DIR", BUILD / "cargo"))
    command("cargo", "build", "--release", "-p", package, "--target-dir", target, cwd=folder)
    return [str(target / "release" / program)]


def floor() -> list[str]:
    program = BUILD / "floor"
    compiler = next((c for c in ("g++", "clang++") if shutil.which(c)), "c++")
    command(compiler, "-O3", "-march=native", "-std=c++20", "-o", program, HERE / "floor.cpp")
    return [str(program)]


def exchange_core(book: str) -> list[str]:
    folder = BUILD / "exchange_core"
    shutil.copytree(HERE / "peers" / "exchange_core", folder, dirs_exist_ok=True)
    if not (folder / "classpath").exists():
        goals = ("compile", "dependency:build-classpath", "-Dmdep.outputFile=classpath")
        command("mvn", "-q", "-B", *goals, cwd=folder)
    classpath = f"{folder / 'target' / 'classes'}:{(folder / 'classpath').read_text().strip()}"
    # The order book and its pool, without the pipeline around it; what it logs is not wanted.
    return ["java", "-Xms1g", "-Xmx2g", "-cp", classpath, "Peer", "{ops}", "{rounds}", book]


ENGINES = [
    Engine("cift", lambda: cargo(RUST, "cift-bench", "match-bench")),
    Engine("floor", floor),
    Engine("exchange-core direct", lambda: exchange_core("direct"), is_peer=True),
    Engine("exchange-core naive", lambda: exchange_core("naive"), is_peer=True),
    Engine(
        "orderbook-rs",
        lambda: cargo(HERE / "peers" / "orderbook_rs", "orderbook-rs-peer", "orderbook-rs-peer"),
        is_peer=True,
    ),
]


def run(engine: Engine, program: list[str], ops: Path, rounds: int) -> bool:
    words = [word.format(ops=ops, rounds=rounds) for word in program]
    if "{ops}" not in " ".join(program):
        words += [str(ops), str(rounds)]
    done = subprocess.run(words, capture_output=True, text=True)
    found = LINE.search(done.stdout)
    if found is None:
        print(f"{engine.name}: no result\n{(done.stderr or done.stdout).strip()[-600:]}", file=sys.stderr)
        return False
    print(done.stdout.strip().splitlines()[-1], flush=True)
    engine.results.append(found.groupdict())
    return found["check"] == "OK"


def table(engines: list[Engine]) -> str:
    floor_rate = next((e.median("med") for e in engines if e.name == "floor"), 0.0)
    best_peer = max((e.median("med") for e in engines if e.is_peer), default=0.0)
    rows = [
        "| engine | M ops/s | of the floor | of the best open engine | p50 ns | p99 ns | p99.9 ns |",
        "| --- " * 7 + "|",
    ]
    for engine in sorted(engines, key=lambda e: -e.median("med")):
        rate = engine.median("med")
        ratios = [f"{rate / other:.2f}" if other else "" for other in (floor_rate, best_peer)]
        latencies = [f"{engine.median(column):.0f}" for column in ("p50", "p99", "p999")]
        rows.append("| " + " | ".join([engine.name, f"{rate:.2f}", *ratios, *latencies]) + " |")
    clock = statistics.median(e.median("clock") for e in engines)
    rows.append(f"\nMedians over rounds and seeds; latencies contain the clock's own {clock:.0f} ns.")
    return "\n".join(rows)


def print_parts(ops: int, seed: int) -> int:
    if shutil.which("valgrind") is None:
        print("missing: valgrind", file=sys.stderr)
        return 1
    workload, out = workload_of(ops, seed), BUILD / "callgrind.out"
    expected = json.loads(workload.with_suffix(".expected.json").read_text())
    parts.count(cargo(RUST, "cift-bench", "match-bench")[0], workload, out)
    # The orders that are there before the first operation are entered in every pass, too.
    operations = parts.PASSES * (workload.stat().st_size // 24 - 1)
    print(f"seed {seed}: {ops} operations, {expected['trades']} trades\n\n{parts.table(out, operations)}")
    return 0


def workload_of(ops: int, seed: int) -> Path:
    path = BUILD / f"ops-{seed}-{ops}.bin"
    if not path.with_suffix(".expected.json").exists():
        generate(path, ops=ops, seed=seed)
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ops", type=int, default=1_000_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[20261122, 1, 2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=[engine.name for engine in ENGINES])
    parser.add_argument("--parts", action="store_true", help="count our engine's instructions instead")
    args = parser.parse_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    if args.parts:
        return print_parts(min(args.ops, 100_000), args.seeds[0])
    programs: list[tuple[Engine, list[str]]] = []
    for engine in ENGINES:
        if args.only and engine.name not in args.only:
            continue
        try:
            programs.append((engine, engine.build()))
        except (OSError, RuntimeError) as error:
            print(f"{engine.name}: left out, it cannot be built here: {error}", file=sys.stderr)
    correct = True
    for seed in args.seeds:
        ops = workload_of(args.ops, seed)
        expected = json.loads(ops.with_suffix(".expected.json").read_text())
        print(f"seed {seed}: {args.ops} operations, {expected['trades']} trades", flush=True)
        for engine, program in programs:
            correct &= run(engine, program, ops, args.rounds)
    measured = [engine for engine, _ in programs if engine.results]
    if measured:
        print("\n" + table(measured))
    return 0 if correct and measured else 1


if __name__ == "__main__":
    sys.exit(main())
