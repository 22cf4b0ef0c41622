#!/usr/bin/env bash
# Known vulnerabilities of what is depended on: audit.sh [python] [npm] [rust]; all of them without a name.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=("$@")
((${#wanted[@]})) || wanted=(python npm rust)
failed=false
for part in "${wanted[@]}"; do
  echo "auditing $part"
  case $part in
    python) "${PYTHON:-python3}" -m venv .audit && .audit/bin/pip install --quiet --disable-pip-version-check pip-audit==2.10.1 \
      && .audit/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock || failed=true
      rm -rf .audit ;;
    npm) (cd services/web && npm audit --audit-level=high --package-lock-only) || failed=true ;;
    rust) (cd rust_core && cargo deny check) || failed=true ;;
    *) echo "unknown part: $part (python, npm, rust)" >&2; exit 2 ;;
  esac
done
! $failed
