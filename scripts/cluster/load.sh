#!/usr/bin/env bash
# Brings images into the running node: load.sh ARCHIVE.tar… or an OCI layout's folder.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
[ -n "$(running "$RUN/containerd.pid")" ] || { echo "no node is running; make cluster starts one" >&2; exit 1; }

import() { nsenter -t "$(cat "$STATE/init.pid")" -n -m -u -p -- ctr -n k8s.io images import - >>"$LOG/import.log"; }

for source in "$@"; do
  if [ -d "$source" ]; then
    python3 "$HERE/layout_archive.py" "$source" | import
  else
    import <"$source"
  fi
done
