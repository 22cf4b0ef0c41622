#!/usr/bin/env bash
# Sees to it that programs are there: packages.sh PROGRAM=DEBIAN-PACKAGE… As root on Debian it installs what is missing.
set -euo pipefail
missing=()
for pair in "$@"; do command -v "${pair%%=*}" >/dev/null || [ -e "${pair%%=*}" ] || missing+=("${pair#*=}"); done
((${#missing[@]})) || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "missing (as Debian calls them): ${missing[*]}" >&2
  exit 1
fi
echo "installing ${missing[*]}"
apt-get -qq update
DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends "${missing[@]}" >/dev/null
