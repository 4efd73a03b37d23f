// What may be written should not be run. A place to work in is left alone, for a build is just
// that: the working directory, directories that params name, the one for temporary files. So are
// devices, and rules with a reason.
//
// Pairs of patterns of which one covers the other are looked at, with a request that shows it; what
// else is both written and run is not found.
#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "compiler/check/findings.h"
#include "compiler/check/samples.h"
#include "compiler/diag/printable.h"
#include "compiler/policy/overlap.h"

namespace sbxc {

namespace {

bool is_below(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

bool grants(const Rule& rule, Operation operation) {
  return rule.operation == operation && rule.effect == Effect::allow && rule.because.empty();
}

class WriteAndExec {
 public:
  WriteAndExec(const Policy& policy, Diagnostics& diagnostics)
      : policy_(policy), diagnostics_(diagnostics) {
    for (const auto& [name, value] : policy.params) {
      if (name == "home" || name == "user" || name == "policy_dir") continue;
      if (is_canonical_path(value) && value != "/") places_to_work_.push_back(value);
    }
  }

  void run() {
    for (const Rule& writes : policy_.rules) {
      if (!grants(writes, Operation::write)) continue;
      for (const Pattern& written_pattern : writes.patterns) {
        for (const Rule& runs : policy_.rules) {
          if (!grants(runs, Operation::exec) || (!is_own(writes) && !is_own(runs))) continue;
          if (compare(writes, written_pattern, runs)) break;
        }
      }
    }
  }

 private:
  bool compare(const Rule& writes, const Pattern& writable, const Rule& runs) {
    for (const Pattern& runnable : runs.patterns) {
      const bool outer = covers(runnable, writable);
      if (!outer && !covers(writable, runnable)) continue;
      const auto witness = both_allowed(outer ? writable : runnable);
      if (!witness) continue;
      report(writes, writable, runs, runnable, *witness);
      return true;
    }
    return false;
  }

  std::optional<Request> both_allowed(const Pattern& narrow) const {
    for (const Request& run : samples_of(policy_, Operation::exec, narrow).requests) {
      const auto& path = std::get<std::string>(run.target);
      const bool at_work =
          std::any_of(places_to_work_.begin(), places_to_work_.end(),
                      [&](const std::string& place) { return is_below(path, place); });
      if (at_work || is_below(path, "/dev")) continue;
      const Request write{Operation::write, path};
      const bool both = std::any_of(std::begin(kSystems), std::end(kSystems), [&](Os os) {
        return decide(policy_, os, run).verdict == Effect::allow &&
               decide(policy_, os, write).verdict == Effect::allow;
      });
      if (both) return write;
    }
    return std::nullopt;
  }

  void report(const Rule& writes, const Pattern& writable, const Rule& runs,
              const Pattern& runnable, const Request& witness) {
    const bool at_write = is_own(writes);
    const Rule& other = at_write ? runs : writes;
    const Pattern& here = at_write ? writable : runnable;
    diagnostics_.report(
        {.kind = Kind::writable_and_executable,
         .span = span_of(here),
         .message = fmt::format("what `allow write {}` writes can be run: `allow exec {}`",
                                printable(written(writable)), printable(written(runnable))),
         .labels = {{other.head, at_write ? "this rule lets it be run" : "this rule writes it"}},
         .witness = sentence(Effect::allow, witness),
         .help = "narrow one of the two, or say why: `because \"…\"`"});
  }

  const Policy& policy_;
  Diagnostics& diagnostics_;
  std::vector<std::string> places_to_work_;
};

}  // namespace

void check_write_and_exec(const Policy& policy, Diagnostics& diagnostics) {
  WriteAndExec(policy, diagnostics).run();
}

}  // namespace sbxc
