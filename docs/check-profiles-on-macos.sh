#!/usr/bin/env bash
# On a Mac: has Seatbelt itself compile the profile of every example, by running `true` under it. A
# profile that Seatbelt refuses exits 65; one too tight for the loader aborts. Both end this script.
set -euo pipefail
[ "$(uname -s)" = Darwin ] || { echo "this needs a Mac: Seatbelt is there only" >&2; exit 6; }
sbxc=$1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for policy in docs/examples/*.sbx docs/examples/translated/*.sbx; do
  "$sbxc" compile "$policy" -t seatbelt -o "$out/$(basename "$policy")" --quiet
  sandbox-exec -f "$out/$(basename "$policy")/profile.sb" -D PROXY_PORT=39999 /usr/bin/true
  echo "ok $policy"
done
