#!/usr/bin/env bash
# Builds what a MODE needs and the cache lacks, from published Go modules: about 20 minutes of CPU for everything on a
# cold machine, seconds after that. build.sh [TOOL…] builds just those.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
mkdir -p "$BIN"
export CGO_ENABLED=0

control="etcd kube-apiserver kube-controller-manager kubectl"
case $MODE in
  control) needed=$control ;;
  kwok) needed="$control kube-scheduler kwok" ;;
  full) needed="$control kube-scheduler kubelet kube-proxy coredns local-path-provisioner helm" ;;
esac
needed=${*:-$needed}

# build NAME MODULE PACKAGE [LINKER FLAGS]
build() {
  case " $needed " in *" $1 "*) ;; *) return 0 ;; esac
  [ -x "$BIN/$1" ] && return
  command -v go >/dev/null || { echo "missing: Go 1.26 or newer, to build $1" >&2; exit 1; }
  echo "building $1"
  (cd "$HERE/tools/$2" && nice -n 10 go build -trimpath -buildvcs=false -ldflags "-s -w ${4-}" -o "$BIN/.$1" "$3")
  mv "$BIN/.$1" "$BIN/$1"
}

# A published module carries no version of itself; the API server must know which Kubernetes it is.
kubernetes_version() {
  local version minor
  version=$(sed -n 's/^\tk8s.io\/kubernetes //p' "$HERE/tools/kubernetes/go.mod" | cut -d' ' -f1)
  minor=$(cut -d. -f2 <<<"$version")
  for package in k8s.io/client-go/pkg/version k8s.io/component-base/version; do
    printf -- '-X %s ' "$package.gitVersion=$version" "$package.gitMajor=1" "$package.gitMinor=$minor" \
      "$package.gitTreeState=archive" "$package.buildDate=1970-01-01T00:00:00Z"
  done
}

build etcd kubernetes go.etcd.io/etcd/server/v3
for program in kube-apiserver kube-controller-manager kube-scheduler kubectl kubelet kube-proxy; do
  build $program kubernetes "k8s.io/kubernetes/cmd/$program" "$(kubernetes_version)"
done
build coredns coredns .
build kwok kwok sigs.k8s.io/kwok/cmd/kwok
build local-path-provisioner localpath github.com/rancher/local-path-provisioner
build helm helm helm.sh/helm/v4/cmd/helm
build kubeconform kubeconform github.com/yannh/kubeconform/cmd/kubeconform

# How fake nodes behave stands in kwok's own module.
case " $needed " in *" kwok "*)
  if [ ! -s "$BIN/kwok-stages.yaml" ]; then
    module=$(cd "$HERE/tools/kwok" && go mod download sigs.k8s.io/kwok && go list -m -f '{{.Dir}}' sigs.k8s.io/kwok)
    "$KUBECTL" kustomize --load-restrictor=LoadRestrictionsNone "$module/kustomize/stage/fast" >"$BIN/kwok-stages.yaml"
  fi
  ;;
esac
