#!/usr/bin/env bash
# The platform on a real node: a throw-away cluster, the images, the operator by Helm, a platform; then nothing is left.
# With KUBECONFIG it takes that cluster, which must have the images.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${KUBECONFIG-}" ]; then
  export MODE=full STATE=$PWD/.cluster/test
  trap scripts/cluster/down.sh EXIT
  scripts/cluster/up.sh
  images/build.sh
  export KUBECONFIG=$STATE/kubeconfig
fi
CIFT_TEST_CLUSTER=1 pytest tests/cluster/test_platform.py "$@"
