#!/usr/bin/env bash
# A throw-away Kubernetes on this machine, without a container engine.
#   MODE=control  etcd, API server and controllers on loopback: everything but pods
#   MODE=kwok     the same with a scheduler and NODES fake nodes, whose pods only seem to run
#   MODE=full     a real node in network, mount, process and host name namespaces of its own (root)
# PORT is the API server's on 127.0.0.1, a free one if not given. API_SERVER_ARGS: more of its arguments.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
begun=$SECONDS

if [ -n "$(for file in "$RUN"/*.pid; do running "$file"; done)" ]; then
  echo "already running; export KUBECONFIG=$STATE/kubeconfig"
  exit
fi
"$HERE/prepare.sh"
mkdir -p "$RUN" "$LOG" "$STATE/etcd"
chmod 700 "$STATE"
rm -f "$RUN"/*.pid

free_ports() {
  python3 -c 'import socket, sys
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(each.getsockname()[1] for each in held))' "$1"
}

read -r free etcd_port etcd_peer_port controllers_port scheduler_port kwok_port < <(free_ports 6)
port=${PORT:-$free}
inside=()
if [ "$MODE" = full ]; then
  # In a network of its own every port is free.
  api_port=6443 api_bind=0.0.0.0 api_address=$NODE_IP
  reconciler=lease
  start holder unshare --net --mount --uts --pid --fork --kill-child=KILL --propagation private \
    bash "$HERE/node-init.sh" "$STATE" "$NODE" "$NODE_IP"
  until_true "the node's namespaces" 15 test -e "$STATE/init.ready"
  init=$(pgrep -P "$(cat "$RUN/holder.pid")")
  echo "$init" >"$STATE/init.pid"
  inside=(nsenter -t "$init" -n -m -u -p --)
else
  api_port=$port api_bind=127.0.0.1 api_address=127.0.0.1
  reconciler=none
fi

rm -rf "$PKI"
"$HERE/pki.sh" "$PKI" "$api_port"
sed "s#127.0.0.1:$api_port#127.0.0.1:$port#" "$PKI/admin.kubeconfig" >"$STATE/kubeconfig"
chmod 600 "$STATE/kubeconfig"

if [ "$MODE" = kwok ]; then export GOGC=${GOGC:-400}; fi # memory is there, processor time is not
start etcd "${inside[@]}" "$BIN/etcd" --name default --data-dir "$STATE/etcd" --log-level warn \
  --unsafe-no-fsync \
  --listen-client-urls "https://127.0.0.1:$etcd_port" --advertise-client-urls "https://127.0.0.1:$etcd_port" \
  --listen-peer-urls "https://127.0.0.1:$etcd_peer_port" \
  --initial-advertise-peer-urls "https://127.0.0.1:$etcd_peer_port" \
  --initial-cluster "default=https://127.0.0.1:$etcd_peer_port" \
  --cert-file "$PKI/etcd.crt" --key-file "$PKI/etcd.key" --trusted-ca-file "$PKI/etcd-ca.crt" --client-cert-auth \
  --peer-cert-file "$PKI/etcd.crt" --peer-key-file "$PKI/etcd.key" --peer-trusted-ca-file "$PKI/etcd-ca.crt" \
  --peer-client-cert-auth

read -ra more <<<"${API_SERVER_ARGS-}"
start kube-apiserver "${inside[@]}" "$BIN/kube-apiserver" \
  --bind-address "$api_bind" --advertise-address "$api_address" --secure-port "$api_port" \
  --endpoint-reconciler-type "$reconciler" --profiling=false --allow-privileged \
  --etcd-servers "https://127.0.0.1:$etcd_port" --etcd-cafile "$PKI/etcd-ca.crt" \
  --etcd-certfile "$PKI/etcd-client.crt" --etcd-keyfile "$PKI/etcd-client.key" \
  --tls-cert-file "$PKI/apiserver.crt" --tls-private-key-file "$PKI/apiserver.key" --client-ca-file "$PKI/ca.crt" \
  --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction \
  --kubelet-certificate-authority "$PKI/ca.crt" --kubelet-preferred-address-types InternalIP \
  --kubelet-client-certificate "$PKI/kubelet-client.crt" --kubelet-client-key "$PKI/kubelet-client.key" \
  --requestheader-client-ca-file "$PKI/front-proxy-ca.crt" --requestheader-allowed-names front-proxy-client \
  --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
  --requestheader-extra-headers-prefix X-Remote-Extra- --enable-aggregator-routing \
  --proxy-client-cert-file "$PKI/front-proxy.crt" --proxy-client-key-file "$PKI/front-proxy.key" \
  --service-account-issuer https://kubernetes.default.svc.cluster.local \
  --service-account-key-file "$PKI/sa.pub" --service-account-signing-key-file "$PKI/sa.key" \
  --service-cluster-ip-range "$SERVICE_CIDR" "${more[@]}"

if [ "$MODE" = full ]; then
  # The one door: a port on loopback here → a Unix socket → the loopback in there.
  start door-inside "${inside[@]}" socat "UNIX-LISTEN:$STATE/api.sock,fork,unlink-early,mode=600" TCP:127.0.0.1:6443
  until_true "the API server's socket" 10 test -S "$STATE/api.sock"
  start door "$(command -v socat)" "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr,fork" "UNIX-CONNECT:$STATE/api.sock"
fi
until_true "the API server" 120 kubectl get --raw /readyz

# By default controllers hold themselves to 20 requests a second each: with fake nodes that is what would be measured.
pace=() controllers='*'
if [ "$MODE" = kwok ]; then
  pace=(--kube-api-qps 500 --kube-api-burst 1000)
  # Nothing here reads the old Endpoints: the slices are what counts.
  controllers='*,-endpoints-controller,-endpointslice-mirroring-controller'
fi
start kube-controller-manager "${inside[@]}" "$BIN/kube-controller-manager" --bind-address 127.0.0.1 \
  --secure-port "$controllers_port" --leader-elect=false --use-service-account-credentials \
  --kubeconfig "$PKI/kube-controller-manager.kubeconfig" --authentication-skip-lookup \
  --authentication-kubeconfig "$PKI/kube-controller-manager.kubeconfig" \
  --authorization-kubeconfig "$PKI/kube-controller-manager.kubeconfig" \
  --service-account-private-key-file "$PKI/sa.key" --root-ca-file "$PKI/ca.crt" \
  --cluster-signing-cert-file "$PKI/ca.crt" --cluster-signing-key-file "$PKI/ca.key" \
  --allocate-node-cidrs --node-cidr-mask-size 24 --cluster-cidr "$CLUSTER_CIDR" --service-cluster-ip-range "$SERVICE_CIDR" \
  --controllers "$controllers" "${pace[@]}"

if [ "$MODE" != control ]; then
  start kube-scheduler "${inside[@]}" "$BIN/kube-scheduler" --bind-address 127.0.0.1 --secure-port "$scheduler_port" \
    --leader-elect=false --authentication-skip-lookup --kubeconfig "$PKI/kube-scheduler.kubeconfig" \
    --authentication-kubeconfig "$PKI/kube-scheduler.kubeconfig" \
    --authorization-kubeconfig "$PKI/kube-scheduler.kubeconfig" "${pace[@]}"
fi
until_true "the default service account" 60 kubectl get serviceaccount default

case $MODE in
  kwok)
    start kwok "$BIN/kwok" --config "$BIN/kwok-stages.yaml" --kubeconfig "$STATE/kubeconfig" \
      --manage-all-nodes=false --manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake \
      --cidr "$CLUSTER_CIDR" --node-ip 127.0.0.1 --node-lease-duration-seconds 40 --server-address "127.0.0.1:$kwok_port"
    for number in $(seq "${NODES:-3}"); do
      echo ---
      sed "s/@NAME@/fake-$number/" "$HERE/manifests/kwok-node.yaml"
    done | kubectl apply -f - >/dev/null
    kubectl wait --for=condition=Ready node --all --timeout=60s >/dev/null
    ;;
  full) "$HERE/node.sh" ;;
esac
echo "cluster ($MODE) ready in $((SECONDS - begun)) s; export KUBECONFIG=$STATE/kubeconfig PATH=$BIN:\$PATH"
