# What all scripts of a throw-away cluster share. Sourced, never run.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
MODE=${MODE:-full}
case $MODE in control | kwok | full) ;; *) echo "MODE=$MODE: must be control, kwok or full" >&2; exit 2 ;; esac

CACHE=${CIFT_CLUSTER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cift/cluster}
BIN=$CACHE/bin
IMAGES=$CACHE/images
STATE=${STATE:-$ROOT/.cluster/$MODE}
RUN=$STATE/run LOG=$STATE/log PKI=$STATE/pki
KUBECTL=$BIN/kubectl

NODE=node1 NODE_IP=10.88.0.2
SERVICE_CIDR=10.96.0.0/16 CLUSTER_CIDR=10.244.0.0/16 POD_CIDR=10.244.0.0/24
API_SERVICE_IP=10.96.0.1 DNS_SERVICE_IP=10.96.0.10
# The cgroup below which the kubelet of this very cluster keeps its pods.
CGROUP=cift-$(printf %s "$STATE" | sha256sum | cut -c1-8)

kubectl() { "$KUBECTL" --kubeconfig "$STATE/kubeconfig" "$@"; }

# start NAME COMMAND…: in the background, with a pid file and a log.
start() {
  local name=$1
  shift
  setsid -f bash -c 'echo $$ >"$0"; exec "$@"' "$RUN/$name.pid" "$@" >"$LOG/$name.log" 2>&1 </dev/null
}

# running PIDFILE: prints the pid when it is still the process that we started.
running() {
  local pid
  pid=$(cat "$1" 2>/dev/null) && [ -d "/proc/$pid" ] && grep -qzF -- "$STATE" "/proc/$pid/cmdline" && echo "$pid"
}

# alive PID: still running; what nobody has waited for yet is not.
alive() { grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status" 2>/dev/null; }

# stop NAME: at once, for all that it knows goes with it.
stop() {
  local pid
  if pid=$(running "$RUN/$1.pid"); then
    kill -9 "$pid"
    while alive "$pid"; do sleep 0.05; done
  fi
  rm -f "$RUN/$1.pid"
}

# until_true WHAT SECONDS COMMAND…
until_true() {
  local what=$1 end=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= end)); then
      echo "$what: not there in time; the logs are in $LOG" >&2
      return 1
    fi
    sleep 0.2
  done
}

# fill FILE: the file with its @NAMES@ filled in.
fill() {
  sed "s#@STATE@#$STATE#g; s#@NODE@#$NODE#g; s#@CGROUP@#$CGROUP#g; s#@POD_CIDR@#$POD_CIDR#g; \
    s#@CLUSTER_CIDR@#$CLUSTER_CIDR#g; s#@DNS@#$DNS_SERVICE_IP#g" "$1"
}
