#!/usr/bin/env bash
# Can this machine have a node of MODE=full? Says what is missing.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
GIGABYTES=12 # images in buildah's store, in their archive, and in the node

no() { echo "no node of Kubernetes on this machine: $1"; exit 1; }
[ "$(id -u)" = 0 ] || no "it takes root"
command -v apt-get >/dev/null || no "it takes Debian's packages"
unshare --net --mount --uts --pid --fork true 2>/dev/null || no "namespaces may not be made"
((${#STATE} < 95)) || no "the path $STATE is too long for a socket in it"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder"/{lower,upper,work,merged}
unshare --mount mount -t overlay overlay \
  -o "lowerdir=$folder/lower,upperdir=$folder/upper,workdir=$folder/work" "$folder/merged" 2>/dev/null ||
  no "overlay file systems may not be mounted"
for hierarchy in /sys/fs/cgroup/memory /sys/fs/cgroup/cpu /sys/fs/cgroup; do
  [ -e "$hierarchy/cgroup.procs" ] || continue
  mkdir "$hierarchy/$CGROUP-try" 2>/dev/null || no "control groups may not be made in $hierarchy"
  rmdir "$hierarchy/$CGROUP-try"
done
mkdir -p "$CACHE"
free=$(($(stat -f -c '%a * %S' "$CACHE") / 1000000000))
((free >= GIGABYTES)) || no "it takes $GIGABYTES GB of disk, and $free are free"
