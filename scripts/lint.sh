#!/usr/bin/env bash
# Format, lint, types, contracts, layers.
set -euo pipefail
cd "$(dirname "$0")/.."

ruff format --quiet --check .
ruff check --quiet .
(cd proto && buf lint)
python scripts/generate_proto.py --check
python scripts/generate_api.py --check
mypy --no-error-summary operator/cift_operator services/*/cift_* scripts tests/*.py
mypy --no-error-summary -p examples.strategy
lint-imports --no-cache | tail -n 3
(cd services/web && npm run --silent lint && npm run --silent typecheck && npm run --silent api:check)
(cd rust_core && cargo fmt --all --check)
(cd rust_core && cargo clippy --quiet --locked --all-targets -- -D warnings)
