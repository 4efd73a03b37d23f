#!/usr/bin/env bash
# Runs every benchmark program of a build folder: bench/run.sh build/release [FILTER]
# What a connection through the egress proxy costs: bench/run.sh build/release egress [ROUNDS]
# What a run costs: bench/run.sh build/release run [start|memory|calls|build]…
set -euo pipefail
build=$1
filter=${2:-.}
printf 'machine: %s, %s processors, %s\n' "$(uname -srm)" "$(getconf _NPROCESSORS_ONLN)" \
  "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)"

# The npm package and a node for it, which lie outside of this folder: it wants a newer one than some
# systems have, and npm has that too. Sets `node` and `package`.
fetch_package() {
  local cache=${XDG_CACHE_HOME:-$HOME/.cache}/sbxc-bench machine=x64
  [ "$(uname -m)" = aarch64 ] && machine=arm64
  package=$cache/node_modules/@anthropic-ai/sandbox-runtime
  node=$cache/node_modules/node-linux-$machine/bin/node
  if [ ! -x "$node" ] || [ ! -d "$package" ]; then
    mkdir -p "$cache"
    npm install --silent --no-audit --no-fund --prefix "$cache" \
      @anthropic-ai/sandbox-runtime "node-linux-$machine@22" >&2
  fi
}

package_name() {
  printf 'sandbox-runtime %s on node %s' \
    "$(sed -n 's/.*"version": "\(.*\)".*/\1/p' "$package/package.json")" "$("$node" --version)"
}

# Beside bubblewrap and the npm package.
run_costs() {
  local source
  fetch_package
  printf 'beside: %s, %s\n\n' "$(bwrap --version)" "$(package_name)"
  source=$(mktemp -d)
  # Said now: the name is gone by then.
  # shellcheck disable=SC2064
  trap "rm -rf '$source'" EXIT
  git ls-files -z | tar --null -T - -c | tar -x -C "$source"
  "$build/bench/run_costs" "$(realpath "$build/compiler/driver/sbxc")" \
    "$(realpath "$build/bench/calls")" "$source" "$node" "$package/dist/cli.js" "$@"
}

if [ "$filter" = run ]; then
  run_costs "${@:3}"
  exit
fi
if [ "$filter" = egress ]; then
  fetch_package
  printf 'beside: tinyproxy %s, haproxy %s, %s\n\n' \
    "$(dpkg-query -W -f '${Version}' tinyproxy)" "$(dpkg-query -W -f '${Version}' haproxy)" \
    "$(package_name)"
  "$build/bench/egress_costs" "${3:-5}" "$node" bench/egress/package_proxy.mjs \
    "$package/dist/index.js"
  exit
fi
for program in "$build"/bench/*_bench; do
  printf '\n==> %s\n' "$(basename "$program")"
  "$program" --benchmark_filter="$filter" --benchmark_min_time=0.5 2>/dev/null
done
