#!/usr/bin/env bash
# Certificates and kubeconfigs of a cluster. pki.sh FOLDER PORT, where PORT is the API server's own.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
port=$2
mkdir -p "$1"
cd "$1"
umask 077

new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }

authority() {
  new_key "$1"
  openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 365 -out "$1.crt" \
    -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign,digitalSignature'
}

# certificate NAME AUTHORITY SUBJECT USAGE [ALTERNATIVE NAMES]
certificate() {
  new_key "$1"
  openssl req -new -key "$1.key" -subj "$3" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA "$2.crt" -CAkey "$2.key" -CAcreateserial -days 365 -out "$1.crt" 2>/dev/null -extfile <(
    echo 'basicConstraints=CA:FALSE'
    echo 'keyUsage=critical,digitalSignature,keyEncipherment'
    echo "extendedKeyUsage=$4"
    [ -z "${5-}" ] || echo "subjectAltName=$5"
  )
  rm "$1.csr"
}

# user NAME SUBJECT: a client of the API server, with its kubeconfig.
user() {
  certificate "$1" ca "$2" clientAuth
  cat >"$1.kubeconfig" <<Y
apiVersion: v1
kind: Config
current-context: cift
clusters: [{name: cift, cluster: {server: "https://127.0.0.1:$port", certificate-authority-data: $(base64 -w0 <ca.crt)}}]
users: [{name: $1, user: {client-certificate-data: $(base64 -w0 <"$1.crt"), client-key-data: $(base64 -w0 <"$1.key")}}]
contexts: [{name: cift, context: {cluster: cift, user: $1}}]
Y
}

authority ca
authority front-proxy-ca
authority etcd-ca
openssl genrsa -out sa.key 2048 2>/dev/null
openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null

here="IP:127.0.0.1,DNS:localhost"
certificate etcd etcd-ca /CN=etcd serverAuth,clientAuth "$here"
certificate etcd-client etcd-ca /CN=kube-apiserver clientAuth
certificate apiserver ca /CN=kube-apiserver serverAuth \
  "$here,IP:$API_SERVICE_IP,IP:$NODE_IP,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
certificate front-proxy front-proxy-ca /CN=front-proxy-client clientAuth
certificate kubelet-server ca "/O=system:nodes/CN=system:node:$NODE" serverAuth "$here,DNS:$NODE,IP:$NODE_IP"
certificate kubelet-client ca /O=system:masters/CN=kube-apiserver-kubelet-client clientAuth

user kubelet "/O=system:nodes/CN=system:node:$NODE"
user kube-proxy /CN=system:kube-proxy
user kube-scheduler /CN=system:kube-scheduler
user kube-controller-manager /CN=system:kube-controller-manager
user admin /O=system:masters/CN=admin
