#!/usr/bin/env bash
# The demo behind `./dev demo`: compiles docs/examples/agent.sbx, then runs commands under the emitted
# plan and filter with the real bubblewrap. One write that the policy allows must succeed; reading a
# key, planting a git hook and opening a connection must fail. Each attempt is first made without the
# sandbox, where it must succeed: otherwise a failure inside would prove nothing. Run as root, it does
# all of it a second time as an ordinary user.
set -euo pipefail
sbxc=$(realpath "$1")
examples=$(realpath "$(dirname "$0")/examples")
here=$(realpath "$0")

say() { printf '\n== %s\n' "$*"; }

# A loopback listener that counts connections: the evidence is on this side, not the sandbox's word.
start_listener() {
  perl -MIO::Socket::INET -e '
    my $s = IO::Socket::INET->new(Listen => 8, LocalAddr => "127.0.0.1") or die "listen: $!";
    open(my $f, ">", $ARGV[0]) or die; print $f $s->sockport, "\n"; close $f;
    while (my $c = $s->accept) { open(my $l, ">>", $ARGV[1]); print $l "connection\n"; close $l; }
  ' "$1/port" "$1/connections" &
  listener=$!
  for _ in $(seq 100); do [ -s "$1/port" ] && break; sleep 0.05; done
}

attempt() {  # EXPECTED DESCRIPTION EVIDENCE COMMAND…
  local expected=$1 description=$2 evidence=$3
  shift 3
  reset_evidence
  (cd "$work" && "$@") >"$scratch/out" 2>&1 || true
  "$evidence" || { echo "the attempt does not even work without the sandbox: $description"; exit 1; }
  reset_evidence
  (cd "$work" && sh "$scratch/run.sh" "$@") >"$scratch/out" 2>&1 || true
  local outcome=denied
  "$evidence" && outcome=allowed
  printf '  %-46s %-8s %s\n' "$description" "$outcome" "$(tail -n 1 "$scratch/out" | cut -c1-60)"
  [ "$outcome" = "$expected" ] || { echo "expected: $expected"; cat "$scratch/out"; exit 1; }
}

reset_evidence() {
  rm -f "$work/notes.txt" "$work/.git/hooks/pre-commit" "$scratch/connections"
  : >"$scratch/out"
}
wrote_notes() { grep -qs "$token" "$work/notes.txt"; }
read_key() { grep -qs "$token" "$scratch/out"; }
planted_hook() { grep -qs "$token" "$work/.git/hooks/pre-commit"; }
connected() {  # the listener needs a moment to write it down
  for _ in $(seq 20); do
    [ -s "$scratch/connections" ] && return 0
    sleep 0.05
  done
  return 1
}

# In a chroot, in many containers and under some settings nobody may make a user namespace.
sandboxes_can_be_made() {
  local why
  why=$(bwrap --unshare-user --ro-bind / / true 2>&1) && return 0
  echo "bubblewrap cannot make a sandbox here, so there is nothing to show: $why" >&2
  echo "help: try it outside the chroot or container; in Docker with --security-opt seccomp=unconfined" >&2
  exit 1
}

battery() {
  sandboxes_can_be_made
  # Not below /tmp, where the policy lets everything be written: no home directory is there.
  scratch=$(mktemp -d -p /var/tmp)
  listener=
  trap '[ -z "$listener" ] || kill "$listener" 2>/dev/null; rm -rf "$scratch"' EXIT
  home=$scratch/home work=$scratch/home/project
  token=token-$RANDOM$RANDOM
  # Its own: a plan has a mount for every file in the real one that the policy denies by name.
  mkdir -p "$home/.ssh" "$work/.git/hooks" "$scratch/tmp"
  echo "$token" >"$home/.ssh/id_ed25519"
  printf '[core]\n\trepositoryformatversion = 0\n' >"$work/.git/config"
  start_listener "$scratch"
  local port
  port=$(cat "$scratch/port")

  say "as $(id -un): compile docs/examples/agent.sbx"
  cd "$work"
  HOME=$home TMPDIR=$scratch/tmp "$sbxc" compile "$examples/agent.sbx" -o "$scratch/out.d"
  # The script holds by mounts alone, so what needs the broker is said loudly.
  HOME=$home TMPDIR=$scratch/tmp "$sbxc" compile "$examples/agent.sbx" -t bwrap,seccomp -o - --emit script --static \
    >"$scratch/run.sh" 2>"$scratch/script.log"
  say "as $(id -un): run under the emitted plan and filter with $(bwrap --version)"
  attempt allowed "write inside the workspace" wrote_notes sh -c "echo $token >notes.txt"
  attempt denied "read a private key" read_key cat "$home/.ssh/id_ed25519"
  attempt denied "plant a git hook" planted_hook sh -c "echo $token >.git/hooks/pre-commit"
  attempt denied "open a network connection" connected bash -c "exec 3<>/dev/tcp/127.0.0.1/$port"
}

battery
if [ "$(id -u)" -eq 0 ] && [ -z "${SBXC_DEMO_AGAIN:-}" ]; then
  # As an ordinary user: the program must be where that user can read it.
  shared=$(mktemp -d)
  chmod 755 "$shared"
  cp "$sbxc" "$shared/sbxc"
  mkdir "$shared/docs"
  cp -r "$examples" "$shared/docs/examples"
  cp "$here" "$shared/docs/demo.sh"
  chmod -R a+rX "$shared"
  SBXC_DEMO_AGAIN=1 TMPDIR=/tmp setpriv --reuid=65534 --regid=65534 --clear-groups \
    env HOME=/nonexistent bash "$shared/docs/demo.sh" "$shared/sbxc"
  rm -rf "$shared"
fi
say "the sandbox held"
