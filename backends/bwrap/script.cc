// `--emit script`: the plan as a POSIX shell script, for reading and for running without sbxc.
//
// It trusts nothing it was started with: programs come from fixed directories, bubblewrap is
// started with an empty environment (its first process would show its own to the command in
// /proc/1/environ), and descriptors above 2 are closed before. Arguments and filter reach
// bubblewrap through descriptors of files that are already removed when it starts. The command runs
// in the background of the shell so that a signal to the script ends it, what was made for it is
// removed, and its status is passed on.
//
// Not there: the broker, Landlock and the proxy. What only they hold is listed at the top. A script
// that is killed with SIGKILL takes the command with it and leaves the stand-ins behind.
#include <fmt/core.h>

#include <algorithm>

#include "backends/bwrap/bwrap.h"
#include "backends/bwrap/shell_text.h"
#include "compiler/diag/printable.h"

namespace sbxc {
namespace {

using namespace bwrap;

constexpr std::string_view kStart = R"(
set -f

sbxc_fail() {
  printf 'sbxc: %s\n' "$1" >&2
  exit 125
}

# Descriptors above 2 belong to whoever started this, not to the command. A POSIX shell can close
# the first ten; bash closes the others.
exec 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-
if [ -z "${sbxc_closed-}" ] && [ -d /proc/self/fd ]; then
  sbxc_open=
  set +f
  for sbxc_fd in /proc/self/fd/*; do
    sbxc_fd=${sbxc_fd##*/}
    [ "$sbxc_fd" -gt 9 ] 2>/dev/null || continue
    sbxc_flags=
    while read -r sbxc_key sbxc_value; do
      [ "$sbxc_key" = flags: ] && sbxc_flags=$sbxc_value
    done 2>/dev/null <"/proc/self/fdinfo/$sbxc_fd"
    # 02000000 is O_CLOEXEC: the shell's own.
    case $sbxc_flags in '' | *[2367]??????) ;; *) sbxc_open="$sbxc_open $sbxc_fd" ;; esac
  done
  set -f
  if [ -n "$sbxc_open" ]; then
    [ -x /bin/bash ] && [ -f "$0" ] || sbxc_fail "close descriptors$sbxc_open before starting this"
    sbxc_closed=yes exec /bin/bash -c '
      for fd in $1; do eval "exec $fd>&-"; done
      shift
      exec /bin/sh "$@"' sh "$sbxc_open" "$0" "$@"
  fi
fi
unset sbxc_closed

sbxc_outer_path=${PATH-}
PATH=/usr/bin:/bin:/usr/sbin:/sbin
export PATH

sbxc_filter=
case ${1-} in
  --seccomp)
    sbxc_filter=${2-}
    [ -r "$sbxc_filter" ] || sbxc_fail "no filter to read after --seccomp"
    shift 2
    ;;
esac
[ "${1-}" != -- ] || shift
[ $# -gt 0 ] || sbxc_fail 'no command: sh script [--seccomp FILE] [--] COMMAND [ARGUMENT...]'

sbxc_bwrap=
for sbxc_try in /usr/bin/bwrap /bin/bwrap /usr/local/bin/bwrap; do
  [ -n "$sbxc_bwrap" ] || [ ! -x "$sbxc_try" ] || sbxc_bwrap=$sbxc_try
done
[ -n "$sbxc_bwrap" ] || sbxc_fail 'bubblewrap is not installed in /usr/bin, /bin or /usr/local/bin'

# The file system must be what it was when this was written.
sbxc_is() {
  [ ! -L "$2" ] && [ "$1" "$2" ] && return
  printf 'sbxc: not what it was when this script was made: %s\n' "$2" >&2
  exit 125
}
# A path with bytes that do not print, in sbxc_path.
sbxc_path() {
  sbxc_path=$(printf '%b.' "$1")
  sbxc_path=${sbxc_path%.}
}
)";

constexpr std::string_view kRun = R"(
sbxc_pid=
sbxc_signal=
sbxc_stop() {
  sbxc_signal=$1
  [ -z "$sbxc_pid" ] || kill -s "$1" "$sbxc_pid" 2>/dev/null
}
trap 'sbxc_stop HUP' HUP
trap 'sbxc_stop INT' INT
trap 'sbxc_stop TERM' TERM
trap 'sbxc_stop QUIT' QUIT
trap 'sbxc_clean' EXIT

sbxc_before
sbxc_files=$(umask 077 && mktemp -d /tmp/sbxc.XXXXXXXX) || sbxc_fail 'no directory for the plan'
(
  umask 077
  sbxc_arguments >"$sbxc_files/args"
  if [ -n "$sbxc_filter" ]; then cat -- "$sbxc_filter"; else sbxc_own_filter; fi \
    >"$sbxc_files/filter"
) || sbxc_fail 'the plan could not be written'
exec 3<"$sbxc_files/args" 4<"$sbxc_files/filter"
if [ -s "$sbxc_files/filter" ]; then
  set -- "$sbxc_bwrap" --args 3 --seccomp 4 -- "$@"
else
  set -- "$sbxc_bwrap" --args 3 -- "$@"
  exec 4<&-
fi
rm -rf -- "$sbxc_files"
sbxc_files=
)";

constexpr std::string_view kWait = R"(sbxc_pid=$!
[ -z "$sbxc_signal" ] || kill -s "$sbxc_signal" "$sbxc_pid" 2>/dev/null
while :; do
  wait "$sbxc_pid" 2>/dev/null
  sbxc_status=$?
  kill -0 "$sbxc_pid" 2>/dev/null || break
done
exit "$sbxc_status"
)";

// A shell word that stands for the path; when it does not print, `set_up` is the line before.
struct ShellPath {
  std::string set_up;
  std::string word;
};
ShellPath shell_path(const std::string& path) {
  if (is_plain_for_shell(path)) return {"", shell_quoted(path)};
  return {"  sbxc_path " + printf_quoted(path) + "\n", "\"$sbxc_path\""};
}

std::string header(const BwrapPlan& plan, const Policy& policy, const Sources& sources) {
  std::string out = "#!/bin/sh\n";
  out += fmt::format(
      "# Runs a command under the policy `{}` with bubblewrap: mounts, namespaces, "
      "seccomp.\n",
      printable(plan.policy));
  out +=
      "# Made by sbxc for the file system as it was then; make it anew when that changes.\n"
      "#   sh script [--seccomp FILE] [--] COMMAND [ARGUMENT...]\n"
      "# Status: the command's own; 125 when it could not be started, 124 after its time.\n";
  if (plan.network) out += "#\n# There is no network: that takes the proxy.\n";
  if (plan.not_held.empty() && plan.broker.empty() && plan.landlock.empty()) return out;
  out += "#\n# NOT HELD by this script, for nothing runs beside the command:\n";
  std::vector<RuleId> listed;
  const auto list = [&](const std::vector<Held>& parts) {
    for (const Held& held : parts) {
      if (std::ranges::find(listed, held.rule) != listed.end()) continue;
      listed.push_back(held.rule);
      const Rule& rule = policy.rule(held.rule);
      const bool known = sources.size() > static_cast<size_t>(rule.span.file);
      out += fmt::format("#   {}{} {}: {}{}\n",
                         known ? printable(sources.describe(rule.span)) + " " : "",
                         name_of(rule.effect), name_of(rule.operation), held.why,
                         held.example.empty() ? "" : ", as in " + printable(held.example));
    }
  };
  list(plan.not_held);
  list(plan.broker);
  list(plan.landlock);
  return out;
}

std::string arguments(const std::vector<std::string>& args) {
  std::string out =
      "\n# Each argument, ended by a NUL byte.\nsbxc_arg() { printf '%s\\0' \"$@\"; }\n"
      "sbxc_odd_arg() { printf '%b\\0' \"$@\"; }\n\nsbxc_arguments() {\n";
  std::string line;
  const auto flush = [&] {
    if (!line.empty()) out += "  sbxc_arg" + line + "\n";
    line.clear();
  };
  for (const std::string& argument : args) {
    if (argument.starts_with("--")) flush();
    if (is_plain_for_shell(argument)) {
      const bool bare = argument.find_first_not_of(
                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/._") ==
                            std::string::npos &&
                        !argument.empty();
      line += " " + (bare ? argument : shell_quoted(argument));
    } else {
      flush();
      out += "  sbxc_odd_arg " + printf_quoted(argument) + "\n";
    }
  }
  flush();
  return out + "  sbxc_pass\n}\n";
}

std::string cases(const std::vector<NameGlob>& globs) {
  std::string out;
  for (const NameGlob& glob : globs) out += (out.empty() ? "" : " | ") + case_pattern(glob);
  return out;
}

// Variables of outside. Their names are checked by awk, so eval sees nothing but names.
std::string environment(const EnvironmentPart& environment) {
  std::string out = "\n# Variables of outside that the policy lets pass.\nsbxc_pass() {\n";
  const bool any = std::ranges::any_of(
      environment.rules, [](const EnvironmentRule& rule) { return rule.effect == Effect::allow; });
  if (environment.resolved || !any) return out + "  :\n}\n";
  out +=
      "  for sbxc_name in $(awk 'BEGIN { for (n in ENVIRON) "
      "if (n ~ /^[A-Za-z_][A-Za-z0-9_]*$/) print n }'); do\n    sbxc_verdict=\n";
  for (const Effect effect : {Effect::allow, Effect::deny}) {
    for (const EnvironmentRule& rule : environment.rules) {
      if (rule.effect != effect) continue;
      out += "    case $sbxc_name in\n";
      if (!rule.except.empty()) out += "      " + cases(rule.except) + ") ;;\n";
      out += fmt::format("      {}) sbxc_verdict={} ;;\n    esac\n", cases(rule.names),
                         name_of(effect));
    }
  }
  if (!environment.policy_values.empty()) {
    out += "    case $sbxc_name in ";
    for (size_t i = 0; i < environment.policy_values.size(); ++i) {
      out += (i == 0 ? "" : " | ") + environment.policy_values[i];
    }
    out += ") sbxc_verdict=set ;; esac\n";
  }
  out +=
      "    [ \"$sbxc_verdict\" = allow ] || continue\n"
      "    if [ \"$sbxc_name\" = PATH ]; then sbxc_value=$sbxc_outer_path; "
      "else eval \"sbxc_value=\\$$sbxc_name\"; fi\n"
      "    sbxc_arg --setenv \"$sbxc_name\" \"$sbxc_value\"\n  done\n}\n";
  return out;
}

std::string filters(const ScriptOptions& options) {
  std::string out = "\n# The seccomp filter for this machine.\nsbxc_own_filter() {\n";
  if (options.filters.empty()) return out + "  :\n}\n";
  out += "  case $(uname -m) in\n";
  for (const auto& [machine, bytes] : options.filters) {
    out += "    " + machine + ")\n" + printf_octal_lines(bytes, "      ") + "      ;;\n";
  }
  out += "    *) sbxc_fail \"no filter for $(uname -m): give one with --seccomp\" ;;\n  esac\n}\n";
  return out;
}

const char* test_of(FileKind kind) {
  switch (kind) {
    case FileKind::directory:
      return "-d";
    case FileKind::file:
      return "-f";
    case FileKind::socket:
      return "-S";
    case FileKind::missing:
    case FileKind::link:
    case FileKind::device:
    case FileKind::other:
      return "-e";
  }
  return "-e";
}

std::string before_and_after(const BwrapPlan& plan) {
  std::string before;
  for (const Step& step : plan.steps) {
    // A link is written anew, whatever it says now.
    if (!step.relies_on || *step.relies_on == FileKind::link) continue;
    const ShellPath path = shell_path(step.target);
    before += path.set_up + fmt::format("  sbxc_is {} {}\n", test_of(*step.relies_on), path.word);
  }
  std::string after;
  for (size_t i = 0; i < plan.before.size(); ++i) {
    const Preparation& made = plan.before[i];
    const ShellPath path = shell_path(made.path);
    before += path.set_up;
    before +=
        made.directory
            ? fmt::format("  mkdir -- {} 2>/dev/null && sbxc_made_{}=yes\n", path.word, i)
            : fmt::format("  (set -C; : >{}) 2>/dev/null && sbxc_made_{}=yes\n", path.word, i);
    const std::string remove = made.directory
                                   ? fmt::format("rmdir -- {} 2>/dev/null", path.word)
                                   : fmt::format("[ -s {0} ] || rm -f -- {0}", path.word);
    after.insert(
        0, fmt::format("{}  [ -z \"${{sbxc_made_{}-}}\" ] || {{ {}; }}\n", path.set_up, i, remove));
  }
  return "\nsbxc_before() {\n" + before +
         "  :\n}\n\n# What was made for the command, if it is still "
         "empty.\nsbxc_clean() {\n  [ -z \"${sbxc_files-}\" ] || rm -rf -- \"$sbxc_files\"\n" +
         after + "  :\n}\n";
}

// Outermost first: what wraps what.
std::string launch(const BwrapPlan& plan) {
  std::string limits;
  std::string time;
  for (const LimitStep& limit : plan.limits) {
    switch (limit.kind) {
      case LimitKind::processes:
        limits += fmt::format(" --nproc={}", limit.value);
        break;
      case LimitKind::memory:
        limits += fmt::format(" --as={}", limit.value);
        break;
      case LimitKind::open_files:
        limits += fmt::format(" --nofile={}", limit.value);
        break;
      case LimitKind::file_size:
        limits += fmt::format(" --fsize={}", limit.value);
        break;
      case LimitKind::time:
        time = fmt::format("timeout --foreground --kill-after=5 {} ", limit.value);
        break;
    }
  }
  const std::string wrapped = time + (limits.empty() ? "" : "prlimit" + limits + " -- ");
  return "exec 5<&0\n"
         "# A shell's background commands ignore these two; the command shall not.\n"
         "sbxc_defaults=--default-signal=INT,QUIT\n"
         "env \"$sbxc_defaults\" true 2>/dev/null || sbxc_defaults=\n"
         "env -i ${sbxc_defaults:+\"$sbxc_defaults\"} PATH=/usr/bin:/bin " +
         wrapped + "\"$@\" <&5 5<&- &\n";
}

}  // namespace

std::string render_script(const BwrapPlan& plan, const Policy& policy, const Sources& sources,
                          const ScriptOptions& options) {
  std::string out = header(plan, policy, sources);
  out += kStart;
  out += arguments(bwrap_arguments(plan));
  out += environment(plan.environment);
  out += filters(options);
  out += before_and_after(plan);
  out += kRun;
  out += launch(plan);
  out += kWait;
  return out;
}

}  // namespace sbxc
