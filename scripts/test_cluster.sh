#!/usr/bin/env bash
# The platform on a real node: a throw-away cluster, the images, the operator by Helm, a platform; then nothing is left.
# With KUBECONFIG it takes that cluster, which must have the images. `smoke` is what every change is asked (.ci/run): installed,
# traded on, taken away. Other arguments are pytest's.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${KUBECONFIG-}" ]; then
  export MODE=full STATE=$PWD/.cluster/test
  trap scripts/cluster/down.sh EXIT
  scripts/cluster/up.sh
  images/build.sh minimal
  export KUBECONFIG=$STATE/kubeconfig

  # For upgrades: two more versions of the same programs: one that runs, and one whose trading service is another program.
  version=$(sed -n 's/^VERSION = "\(.*\)"/\1/p' operator/cift_operator/__init__.py)
  export CIFT_TEST_NEXT_VERSION=$version-next CIFT_TEST_BROKEN_VERSION=$version-broken
  registry=${IMAGE_REGISTRY:-ghcr.io/cift-markets}
  for service in gateway trading risk execution marketdata matcher; do
    image=$registry/cift-$service
    scripts/cluster/tag.sh "$image:$version" "$image:$CIFT_TEST_NEXT_VERSION" "$image:$CIFT_TEST_BROKEN_VERSION"
  done
  scripts/cluster/tag.sh "$registry/cift-marketdata:$version" "$registry/cift-trading:$CIFT_TEST_BROKEN_VERSION"
fi
# In the order of a platform's life; the last one takes it away.
parts=(platform operations mistakes upgrade backup removal)
chosen=()
if [ "${1-}" = smoke ]; then
  shift
  parts=(platform removal)
  chosen=(-k "minimal_sample or encrypted or deleted_and_uninstalled")
fi
files=("${parts[@]/#/tests/cluster/test_}")
CIFT_TEST_CLUSTER=1 pytest "${files[@]/%/.py}" -x "${chosen[@]}" "$@"
