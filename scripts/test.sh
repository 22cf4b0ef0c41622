#!/usr/bin/env bash
# Everything that must hold. With a name, only that part: core (Rust), common, gateway, trading, risk, execution,
# marketdata, analytics, forecast, operator, web, or a folder of tests/ (order_flow, faults, observability, …).
set -euo pipefail
cd "$(dirname "$0")/.."
only=${1:-}

rust_tests() { (cd rust_core && cargo test --quiet --locked); }
web_tests() { (cd services/web && npm run --silent test); }

# again_alone EXIT: tests that failed are asked once more, with the machine to themselves; both runs are printed.
again_alone() {
  [ "$1" = 1 ] || return "$1"
  echo "asking what failed once more, alone"
  pytest --last-failed --last-failed-no-failures none
}

case "$only" in
  "")
    scripts/lint.sh
    rust_tests
    web_tests
    # Each folder's tests in one process; more of them than cores take longer.
    processes=$(nproc)
    pytest --numprocesses $((processes < 8 ? processes : 8)) || again_alone $?
    ;;
  core) rust_tests && pytest rust_core/crates/python ;;
  web) web_tests && pytest tests/browser ;;
  operator) pytest operator ;;
  common | gateway | trading | risk | execution | marketdata | analytics | forecast) pytest "services/$only" ;;
  *) pytest "tests/$only" ;;
esac
