#!/usr/bin/env bash
# Prints the tables that README and docs quote. With a name, only that one.
set -euo pipefail
cd "$(dirname "$0")/.."

for folder in ${1:-order_flow instrumentation matching risk matcher analytics ingest terminal reconcile}; do
  echo "== $folder"
  python "benchmarks/$folder"
done
