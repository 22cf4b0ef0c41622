#!/usr/bin/env bash
# Lets kubectl and helm find the cluster of `make cluster` (context.sh add), and forgets it (context.sh remove): its context
# stands in ~/.kube/config, or in the file that KUBECONFIG names first, and what is on no PATH is linked to in LINKS.
set -euo pipefail
. "$(dirname "$0")/settings.sh"

name=cift
[ "$MODE" = full ] || name=cift-$MODE
config=${KUBECONFIG:-$HOME/.kube/config}
config=${config%%:*}
links=${LINKS:-/usr/local/bin}
# make looks into the clone's own folder first; other shells do not.
PATH=${PATH#"$ROOT/.venv/bin:"}
programs=("$BIN/kubectl" "$BIN/helm" "$ROOT/.venv/bin/kubectl-cift")

# ours FOLDER: the links in it to those programs.
ours() { find "$1" -maxdepth 1 -type l \( -lname "$BIN/*" -o -lname "$ROOT/.venv/bin/*" \); }
edit() { "$KUBECTL" --kubeconfig "$config" config "$@" >/dev/null; }

case ${1-} in
  add)
    mkdir -p "$(dirname "$config")"
    fresh=$(mktemp "$config.XXXX")
    # Of two that have a name in common the first file's is taken.
    sed -E "s/: (cift|admin)\b/: $name/g" "$STATE/kubeconfig" >"$STATE/named.kubeconfig"
    KUBECONFIG=$STATE/named.kubeconfig:$config "$KUBECTL" config view --flatten --raw >"$fresh"
    mv "$fresh" "$config"
    edit use-context "$name"
    for program in "${programs[@]}"; do
      command -v "${program##*/}" >/dev/null && continue
      if [ -w "$links" ]; then ln -sfn "$program" "$links/"; else echo "not on PATH: $program"; fi
    done
    echo "kubectl and helm speak to it (context $name of $config)"
    ;;
  remove)
    [ -x "$KUBECTL" ] && [ -e "$config" ] || exit 0
    [ "$("$KUBECTL" --kubeconfig "$config" config current-context 2>/dev/null)" != "$name" ] || edit unset current-context
    for kind in contexts clusters users; do edit unset "$kind.$name"; done
    ours "$links" | xargs -r rm
    ;;
  *) echo "context.sh add or remove" >&2; exit 2 ;;
esac
