"""The matcher's figures beside their aims: `python benchmarks/matcher`.

Builds the benchmark, runs it, and prints one table. CIFT_BENCH_DIR says which disk the journals are on.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

RUST_CORE = Path(__file__).resolve().parents[2] / "rust_core"
AIMS = {
    "round trip of an order over the session": "p50 <= 80 us, p99 <= 250 us",
    "orders streamed over one session, journaled": ">= 200,000/s",
    "commands journaled in groups, engine alone": ">= 1,000,000/s",
    "recovery from the journal alone": ">= 2,000,000/s",
}


def figures(row: dict[str, Any]) -> str:
    if "per_second" in row:
        more = (f"{name.removesuffix('_per_second')} {row[name]:,}/s" for name in row if name.endswith("s_per_second"))
        cpu = (
            f"{name.removesuffix('cpu_us').replace('_', ' ')}cpu {row[name]} us each"
            for name in row
            if name.endswith("cpu_us")
        )
        return ", ".join([f"{row['per_second']:,} {row['unit']}/s", *more, *cpu])
    return f"p50 {row['p50_us']:,} us, p99 {row['p99_us']:,} us, p99.9 {row['p999_us']:,} us"


def main() -> int:
    command = ["cargo", "bench", "--quiet", "--locked", "-p", "cift-matcher", "--bench", "sidecar"]
    with subprocess.Popen(command, cwd=RUST_CORE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        print(f"{'measurement':<52} {'outlives':<8} {'measured':<84} aim")
        for line in process.stdout:
            row = json.loads(line)
            outlives = {"disk": "power", "process": "kill"}.get(row["durability"], "")
            print(f"{row['what']:<52} {outlives:<8} {figures(row):<84} {AIMS.get(row['what'], '')}", flush=True)
    return process.returncode


if __name__ == "__main__":
    sys.exit(main())
