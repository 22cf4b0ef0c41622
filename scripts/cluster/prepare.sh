#!/usr/bin/env bash
# Everything that a MODE needs before it can start: Debian packages (as root), programs, the node's images.
set -euo pipefail
. "$(dirname "$0")/settings.sh"

packages=(openssl=openssl pgrep=procps)
if [ "$MODE" = full ]; then
  [ "$(id -u)" = 0 ] || { echo "MODE=full needs root: the node has namespaces of its own" >&2; exit 1; }
  packages+=(containerd=containerd runc=runc iptables=iptables conntrack=conntrack socat=socat ip=iproute2 cc=gcc
    busybox=busybox-static /usr/lib/cni/bridge=containernetworking-plugins)
fi
"$HERE/packages.sh" "${packages[@]}"

mkdir -p "$CACHE"
# Two clones that start at once build once.
exec 9>"$CACHE/lock"
flock 9
"$HERE/build.sh"
[ "$MODE" != full ] || "$HERE/node-images.sh"
