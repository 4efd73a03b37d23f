// The project, if the policy lets programs be run there; then wherever on the stage it does; then a
// place of the suite's own, with one rule more. That a policy denies even this is said before
// anything is tried: every probe would be broken.
#include "compiler/driver/conform_place.h"

#include <fmt/core.h>

#include <array>
#include <climits>
#include <cstdlib>

#include "compiler/driver/conform_policy.h"
#include "compiler/driver/files.h"
#include "compiler/driver/this_system.h"
#include "compiler/policy/decide.h"
#include "compiler/policy_probes/policy_trials.h"
#include "conformance/suite/stage.h"

namespace sbxc::driver {

namespace {

constexpr std::string_view kOwnPlace = "outside/.sbxc-probe";

bool may_run(const Policy& policy, const std::string& program) {
  return decide(policy, kThisSystem, {Operation::exec, program}).verdict == Effect::allow;
}

std::string canonical(const std::string& path) {
  std::array<char, PATH_MAX> resolved{};
  return realpath(path.c_str(), resolved.data()) != nullptr ? resolved.data() : path;
}

bool rule_more_is_enough(const ConformOptions& options, const Loaded& loaded,
                         const std::string& program) {
  Loaded like;
  like.resolve = loaded.resolve;
  like.resolve.read_file = read_file;
  const Loaded more = reload({stage_root() + "/adapter/with-probe.sbx", {}}, like,
                             policy_that_runs(canonical(options.policy.path), program));
  return more.policy && may_run(*more.policy, program);
}

}  // namespace

std::string policy_that_runs(const std::string& file, const std::string& program) {
  return fmt::format("sbx 1\nuse \"{}\"\nallow read {}\nallow exec {}\n", file, program, program);
}

conform::Fault no_place_in_another_sandbox() {
  return {"the policy lets no program be run on the stage, so none can be tried",
          "allow one: `allow read $cwd/.sbxc-probe` and `allow exec $cwd/.sbxc-probe`",
          {}};
}

conform::Fault no_place_at_all() {
  return {"the policy lets no program be run on the stage, and denies one of the suite's own",
          "`allow read $cwd/.sbxc-probe`, `allow exec $cwd/.sbxc-probe`, and `except "
          "$cwd/.sbxc-probe` in the rule that denies it",
          {}};
}

conform::Result<ProbePlace> probe_place(const ConformOptions& options, const Loaded& loaded) {
  const std::string root = stage_root();
  if (may_run(*loaded.policy, root + "/" + std::string(conform::kUsualPlace))) {
    return ProbePlace{std::string(conform::kUsualPlace)};
  }
  const std::string found = place_for_a_program(*loaded.policy, kThisSystem, Stand::below(root));
  if (!found.empty()) return ProbePlace{found.substr(root.size() + 1)};
  if (!options.sandbox.empty()) return tl::unexpected(no_place_in_another_sandbox());
  const std::string own = root + "/" + std::string(kOwnPlace);
  if (!rule_more_is_enough(options, loaded, own)) return tl::unexpected(no_place_at_all());
  return ProbePlace{std::string(kOwnPlace), true};
}

}  // namespace sbxc::driver
