#!/usr/bin/env bash
# Brings images into the running node: load.sh ARCHIVE.tar…
set -euo pipefail
. "$(dirname "$0")/settings.sh"
[ -n "$(running "$RUN/containerd.pid")" ] || { echo "no node is running; make cluster starts one" >&2; exit 1; }
for archive in "$@"; do
  nsenter -t "$(cat "$STATE/init.pid")" -n -m -u -p -- ctr -n k8s.io images import "$(realpath "$archive")" >>"$LOG/import.log"
done
