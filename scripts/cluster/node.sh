#!/usr/bin/env bash
# A real node in the namespaces that up.sh made: containerd, images, kubelet, kube-proxy, CoreDNS, volumes.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
inside=(nsenter -t "$(cat "$STATE/init.pid")" -n -m -u -p --)

mkdir -p "$STATE/cni"
fill "$HERE/manifests/bridge.conflist" >"$STATE/cni/bridge.conflist"
for file in containerd.toml kubelet.yaml kube-proxy.yaml; do fill "$HERE/manifests/$file" >"$STATE/$file"; done

# The kubelet's own root cgroup, so that several nodes and the machine do not meet.
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mkdir -p "/sys/fs/cgroup/$CGROUP"
  sed 's/\([a-z]*\)/+\1/g' /sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control
else
  for controller in cpu cpuacct cpuset memory devices freezer blkio pids systemd hugetlb perf_event net_cls; do
    [ -d "/sys/fs/cgroup/$controller" ] || continue
    folder=/sys/fs/cgroup/$controller/$CGROUP
    mkdir -p "$folder"
    if [ $controller = cpuset ]; then
      cat "$folder/../cpuset.cpus" >"$folder/cpuset.cpus"
      cat "$folder/../cpuset.mems" >"$folder/cpuset.mems"
    fi
  done
fi

start containerd "${inside[@]}" containerd --config "$STATE/containerd.toml"
until_true containerd 30 "${inside[@]}" ctr version
for archive in "$IMAGES"/*.tar; do "${inside[@]}" ctr -n k8s.io images import "$archive" >>"$LOG/import.log" 2>&1; done
start kubelet "${inside[@]}" "$BIN/kubelet" --config "$STATE/kubelet.yaml" --kubeconfig "$PKI/kubelet.kubeconfig" \
  --hostname-override "$NODE" --node-ip "$NODE_IP" --root-dir /var/lib/kubelet
start kube-proxy "${inside[@]}" "$BIN/kube-proxy" --config "$STATE/kube-proxy.yaml"

kubectl apply -f "$HERE/manifests/kube-proxy-rights.yaml" -f "$HERE/manifests/coredns.yaml" -f "$HERE/manifests/local-path.yaml" >/dev/null
until_true "the node" 60 kubectl get node "$NODE"
kubectl wait --for=condition=Ready "node/$NODE" --timeout=90s >/dev/null
kubectl -n kube-system rollout status deployment/coredns --timeout=90s >/dev/null
kubectl -n local-path-storage rollout status deployment/local-path-provisioner --timeout=90s >/dev/null
