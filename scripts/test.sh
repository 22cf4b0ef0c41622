#!/usr/bin/env bash
# Everything that must hold. With a name, only that part: core (Rust), common, gateway, trading, risk, execution,
# marketdata, operator, or a folder of tests/ (order_flow, faults, replay, alpaca).
set -euo pipefail
cd "$(dirname "$0")/.."
only=${1:-}

rust_tests() { (cd rust_core && cargo test --quiet --locked); }

case "$only" in
  "")
    scripts/lint.sh
    rust_tests
    pytest
    ;;
  core) rust_tests && pytest rust_core/crates/python ;;
  operator) pytest operator ;;
  common | gateway | trading | risk | execution | marketdata) pytest "services/$only" ;;
  *) pytest "tests/$only" ;;
esac
