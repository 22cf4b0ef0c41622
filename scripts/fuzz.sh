#!/usr/bin/env bash
# Every fuzz target for so many seconds (60 where none are said), from the kept corpus; ends with 1 at the first finding.
#   scripts/fuzz.sh [SECONDS] [TARGET …]
# Coverage and comparisons steer it, as under `cargo fuzz`; any Rust will do, since nothing here is unsafe enough for a
# sanitizer. What it learns stays in a folder beside the build; copy what is worth keeping into fuzz/corpus.
set -euo pipefail
cd "$(dirname "$0")/../rust_core/fuzz"
seconds=${1:-60}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  mapfile -t targets < <(sed -n 's|^path = "fuzz_targets/\(.*\)\.rs"|\1|p' Cargo.toml)
fi

export CARGO_TARGET_DIR=${CIFT_FUZZ_TARGET_DIR:-$PWD/target}
machine=$(rustc -vV | sed -n 's/^host: //p')
level='-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4'
RUSTFLAGS="--cfg fuzzing $level -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
  -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1" \
  cargo build --quiet --release --locked --target "$machine"

for target in "${targets[@]}"; do
  learned=$CARGO_TARGET_DIR/corpus/$target
  mkdir -p "$learned" artifacts
  log=$CARGO_TARGET_DIR/$target.log
  if ! "$CARGO_TARGET_DIR/$machine/release/$target" "$learned" "corpus/$target" -max_total_time="$seconds" \
    -max_len=4096 -timeout=20 -rss_limit_mb=4096 -artifact_prefix=artifacts/"$target"- -print_final_stats=1 >"$log" 2>&1
  then
    tail -40 "$log" >&2
    echo "$target: a finding; its input is in rust_core/fuzz/artifacts" >&2
    exit 1
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  coverage=$(grep -o 'cov: [0-9]*' "$log" | tail -1)
  echo "$target: no finding in $seconds s, $runs runs, $coverage"
done
