"""Where the instructions of one operation of our engine go, by the part of the program that they belong to.

`match-bench` runs once under valgrind's callgrind, which counts instructions and conditional jumps, and the jumps that
a simple predictor guesses wrong. The harness, its clock and its sorting do not count. Unlike times, counts do not
depend on what else the machine does.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

# Functions of the engine; what they inlined is told apart by its source file.
ENGINE = re.compile(r"cift_core::")
KINDS = {"new orders": "::new_order", "executions": "::execute_plain", "cancels": "Venue::cancel"}
PARTS = {
    "desk/plain.rs": "matching: price, queue, quantities, the records of what happened",
    "venue.rs": "the way in, look-ahead",
    "store/id_map.rs": "ids: the map, the ring of remembered ones",
    "store/levels.rs": "levels and their queues",
    "store/ladder.rs": "prices: window, bitmap, best",
    "store/orders.rs": "slots of orders",
    "number.rs": "tick and lot checks",
    "slice/index.rs": "bounds checks",
    "vec/mod.rs": "room for records and ids",
    "ptr/mod.rs": "records and ids written",
}
NAME = re.compile(r"\((\d+)\)\s*(.*)")
PASSES = 2
"""Throughput and latency: each carries out every operation."""

Cost = tuple[int, int, int]
"""Instructions, conditional jumps, those guessed wrong."""


def count(program: str, ops: Path, out: Path) -> None:
    words = ["valgrind", "--tool=callgrind", "--branch-sim=yes", f"--callgrind-out-file={out}", program, str(ops), "1"]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError((done.stderr or done.stdout).strip()[-600:])


def costs(out: Path) -> Iterator[tuple[str, str, Cost]]:
    """Function, source file, and what its own lines cost."""
    names: dict[str, dict[str, str]] = {"fn": {}, "fl": {}}
    function = source = ""
    is_call = False

    def name(kind: str, text: str) -> str:
        number, given = NAME.match(text).groups()  # type: ignore[union-attr]
        return names[kind].setdefault(number, given)

    with out.open() as lines:
        for line in lines:
            key, _, value = line.rstrip("\n").partition("=")
            match key:
                case "fn":
                    function = name("fn", value)
                case "cfn":
                    name("fn", value)
                case "fl" | "fi" | "fe":
                    source = name("fl", value)
                case "cfi" | "cfl":
                    name("fl", value)
                case "calls":
                    is_call = True
                case _ if line[0].isdigit() or line[0] in "+-*":
                    numbers = [int(word) for word in line.split()[1:]] + [0, 0]
                    if not is_call:
                        yield function, source, (numbers[0], numbers[1], numbers[2])
                    is_call = False


def table(out: Path, operations: int) -> str:
    by_part: Counter[tuple[str, int]] = Counter()
    by_kind: Counter[tuple[str, int]] = Counter()
    for function, source, cost in costs(out):
        if not ENGINE.search(function):
            continue
        part = next((text for file, text in PARTS.items() if source.endswith(file)), "the rest of it")
        kind = next((kind for kind, end in KINDS.items() if end in function), "called by them")
        for at, number in enumerate(cost):
            by_part[part, at] += number
            by_kind[kind, at] += number
    rows = ["| per operation | instructions | conditional jumps | guessed wrong |", "| --- | --- | --- | --- |"]
    for counts in (by_kind, by_part):
        names = sorted({name for name, _ in counts}, key=lambda name: -counts[name, 0])
        for name in names:
            rows.append(row(name, [counts[name, at] / operations for at in range(3)]))
        if counts is by_kind:
            rows.append(row("**all**", [sum(counts[name, at] for name in names) / operations for at in range(3)]))
    return "\n".join(rows)


def row(name: str, figures: list[float]) -> str:
    return f"| {name} | {figures[0]:.0f} | {figures[1]:.1f} | {figures[2]:.2f} |"
