#!/usr/bin/env bash
# The images that the node itself needs, into the cache: pause, CoreDNS, the volume provisioner, and a busybox for its helper pods.
# An archive older than its program is packed again.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
mkdir -p "$IMAGES"

# pack NAME PROGRAM [OPTIONS…]
pack() {
  local name=$1 program=$2
  shift 2
  [ "$IMAGES/$name.tar" -nt "$program" ] && return
  python3 "$HERE/oci_image.py" "$IMAGES/.$name.tar" "cift.local/$name:1" "$program=/bin/$name" "$@"
  mv "$IMAGES/.$name.tar" "$IMAGES/$name.tar"
}

[ "$BIN/pause" -nt "$HERE/pause.c" ] || cc -Os -static -s -o "$BIN/pause" "$HERE/pause.c"
pack pause "$BIN/pause" --entrypoint '["/bin/pause"]'
pack coredns "$BIN/coredns" --entrypoint '["/bin/coredns"]'
pack local-path-provisioner "$BIN/local-path-provisioner" --entrypoint '["/bin/local-path-provisioner"]'
busybox=$(command -v busybox)
pack busybox "$busybox" --directory tmp "$busybox=/bin/sh" "$busybox=/bin/mkdir" "$busybox=/bin/rm"
