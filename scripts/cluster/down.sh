#!/usr/bin/env bash
# Ends what up.sh started, by its pid files, and forgets its state; nothing is left behind.
set -euo pipefail
. "$(dirname "$0")/settings.sh"

stop door
if holder=$(running "$RUN/holder.pid"); then
  init=$(cat "$STATE/init.pid" 2>/dev/null || pgrep -P "$holder")
  # The node's first process ends with it, and so all that is inside.
  kill -9 "$holder"
  for _ in $(seq 300); do alive "$init" || break; sleep 0.1; done
fi
for name in kwok kube-scheduler kube-controller-manager kube-apiserver etcd; do stop $name; done

for folder in /sys/fs/cgroup/*/"$CGROUP" /sys/fs/cgroup/"$CGROUP"; do
  for _ in $(seq 50); do
    [ -d "$folder" ] || break
    find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
  done
done
rm -rf "$STATE"
