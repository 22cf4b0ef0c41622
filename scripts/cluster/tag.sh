#!/usr/bin/env bash
# Gives images of the running node another name as well: tag.sh FROM TO…
set -euo pipefail
. "$(dirname "$0")/settings.sh"
from=$1
shift
for to in "$@"; do
  nsenter -t "$(cat "$STATE/init.pid")" -n -m -u -p -- ctr -n k8s.io images tag --force "$from" "$to" >/dev/null
done
