#!/usr/bin/env bash
# Everything that a MODE needs before it can start: Debian packages (as root), programs, the node's images.
set -euo pipefail
. "$(dirname "$0")/settings.sh"

declare -A package=([openssl]=openssl [pgrep]=procps)
if [ "$MODE" = full ]; then
  [ "$(id -u)" = 0 ] || { echo "MODE=full needs root: the node has namespaces of its own" >&2; exit 1; }
  package+=([containerd]=containerd [ctr]=containerd [runc]=runc [iptables]=iptables [conntrack]=conntrack [socat]=socat
    [ip]=iproute2 [cc]=gcc [busybox]=busybox-static [/usr/lib/cni/bridge]=containernetworking-plugins)
fi
missing=()
for program in "${!package[@]}"; do command -v "$program" >/dev/null || missing+=("${package[$program]}"); done
if ((${#missing[@]})); then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "missing (as Debian calls them): ${missing[*]}" >&2
    exit 1
  fi
  echo "installing ${missing[*]}"
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends "${missing[@]}" >/dev/null
fi

mkdir -p "$CACHE"
# Two clones that start at once build once.
exec 9>"$CACHE/lock"
flock 9
"$HERE/build.sh"
[ "$MODE" != full ] || "$HERE/node-images.sh"
