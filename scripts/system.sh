#!/usr/bin/env bash
# Names the programs that the project needs; as root on Debian it installs those that are missing.
set -euo pipefail

declare -A package=([java]=openjdk-17-jre-headless [mvn]=maven [cc]=gcc [setpriv]=util-linux [chromium]=chromium
  [promtool]=prometheus [prometheus-alertmanager]=prometheus-alertmanager)
needed=(java mvn cc setpriv)
# Without them the tests of the browser and of what watches the platform are skipped, and say so.
optional=(chromium promtool prometheus-alertmanager)

can_install=false
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && can_install=true

missing=()
for program in "${needed[@]}" "${optional[@]}"; do
  command -v "$program" >/dev/null || missing+=("$program")
done
if ((${#missing[@]})) && $can_install; then
  packages=()
  for program in "${missing[@]}"; do packages+=("${package[$program]}"); done
  echo "installing ${packages[*]}"
  apt-get -qq update
  # RUNLEVEL=1: Debian would start what it installs; we start it ourselves, with a configuration of our own.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends "${packages[@]}" >/dev/null
fi

failed=false
for program in "${needed[@]}"; do
  command -v "$program" >/dev/null || { echo "missing: $program (Debian: ${package[$program]})" >&2; failed=true; }
done
for program in "${optional[@]}"; do
  command -v "$program" >/dev/null || echo "without $program (Debian: ${package[$program]}) the tests that need it are skipped"
done
command -v cargo >/dev/null || { echo "missing: Rust 1.90 or newer with cargo (rustup.rs)" >&2; failed=true; }
command -v npm >/dev/null || { echo "missing: Node 20.19 or newer with npm" >&2; failed=true; }
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "missing: Python 3.11 or newer" >&2; failed=true; }
if $failed; then exit 1; fi
