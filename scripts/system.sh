#!/usr/bin/env bash
# Names the programs that the project needs; as root on Debian it installs those that are missing.
set -euo pipefail

declare -A package=(
  [java]=openjdk-17-jre-headless [mvn]=maven [cc]=gcc [setpriv]=util-linux
)
missing=()
for program in java mvn cc setpriv; do
  command -v "$program" >/dev/null || missing+=("${package[$program]}")
done
if ((${#missing[@]})); then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing ${missing[*]}"
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "missing: ${missing[*]} (Debian's names). Install them and run this again." >&2
    exit 1
  fi
fi
command -v cargo >/dev/null || { echo "missing: Rust 1.90 or newer with cargo (rustup.rs)" >&2; exit 1; }
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "missing: Python 3.11 or newer" >&2; exit 1; }
