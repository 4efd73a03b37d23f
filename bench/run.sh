#!/usr/bin/env bash
# Runs every benchmark program of a build folder: bench/run.sh build/release [FILTER]
set -euo pipefail
build=$1
filter=${2:-.}
printf 'machine: %s, %s processors, %s\n' "$(uname -srm)" "$(getconf _NPROCESSORS_ONLN)" \
  "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)"
for program in "$build"/bench/*_bench; do
  printf '\n==> %s\n' "$(basename "$program")"
  "$program" --benchmark_filter="$filter" --benchmark_min_time=0.5 2>/dev/null
done
