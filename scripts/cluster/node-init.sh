#!/usr/bin/env bash
# The first process of the node, in namespaces of its own: gives it a network, folders and settings, then only reaps.
# When it ends, the kernel ends every process of the cluster, and its mounts and network are gone.
# node-init.sh STATE NODE IP
set -euo pipefail
state=$1 node=$2 address=$3

mount --make-rprivate /
mount -t proc proc /proc
hostname "$node"

# A sysfs of this network namespace, with the machine's cgroups put back into it.
mkdir -p "$state/cgroup"
mount --rbind /sys/fs/cgroup "$state/cgroup"
mount -t sysfs sysfs /sys
mount --rbind "$state/cgroup" /sys/fs/cgroup
umount -l "$state/cgroup"
mount --make-rshared /

mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/netns
for folder in containerd kubelet cni; do
  mkdir -p "$state/var/$folder" "/var/lib/$folder"
  mount --bind "$state/var/$folder" "/var/lib/$folder"
done
mount --make-rshared /var/lib/kubelet
mkdir -p "$state/var/log"
mount --bind "$state/var/log" /var/log

# The kubelet wants these settings of the whole machine; it is shown files that hold its values already.
mkdir -p "$state/sysctl"
show() {
  echo "$2" >"$state/sysctl/${1##*/}"
  mount --bind "$state/sysctl/${1##*/}" "/proc/sys/$1"
}
show vm/overcommit_memory 1
show kernel/panic 10
show kernel/panic_on_oops 1
echo 'nameserver 127.0.0.1' >"$state/resolv.conf"

# Loopback, and an address of the node's own. Nothing leads out.
ip link set lo up
ip link add node0 type bridge
ip addr add "$address/24" dev node0
ip link set node0 up
ip route add default dev node0
sysctl -qw net.ipv4.ip_forward=1
sysctl -qw net.bridge.bridge-nf-call-iptables=1 2>/dev/null || true

touch "$state/init.ready"
trap 'exit 0' TERM
while :; do sleep 86400 & wait $! || true; done
