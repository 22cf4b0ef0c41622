#!/usr/bin/env bash
# Writes kustomize/operator/operator.yaml: the chart for platforms in the namespace `cift`, for those who do not use Helm.
# With --check only says whether it is up to date. HELM names the program.
set -euo pipefail
cd "$(dirname "$0")/.."

target=kustomize/operator/operator.yaml
made=$(mktemp)
trap 'rm -f "$made"' EXIT
{
  echo "# Generated from charts/cift-operator by scripts/generate_operator_manifests.sh; not edited by hand."
  "${HELM:-helm}" template cift charts/cift-operator --namespace cift-system --set watchNamespaces={cift} --set crds.install=false --skip-tests |
    sed -e '/^# Source: /d' -e '/helm.sh\/chart: /d' -e 's/managed-by: Helm/managed-by: kustomize/'
} > "$made"
if [ "${1:-}" = --check ]; then
  cmp --quiet "$made" "$target" || { echo "$target is not up to date: run scripts/generate_operator_manifests.sh" >&2; exit 1; }
else
  cp "$made" "$target"
  chmod 644 "$target"
fi
