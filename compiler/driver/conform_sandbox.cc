#include "compiler/driver/conform_sandbox.h"

#include <fmt/core.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>

#include "compiler/diag/printable.h"
#include "compiler/driver/conform_place.h"
#include "compiler/driver/conform_policy.h"
#include "compiler/driver/files.h"
#include "compiler/driver/own_program.h"
#include "conformance/suite/probe_program.h"

namespace sbxc::driver {

namespace {

constexpr size_t kMaxAdapterBytes = size_t{1} << 20;

void add_policy(conform::Adapter& adapter, std::string text) {
  adapter.files.push_back({"policy.sbx", std::move(text), 0600});
  adapter.command.emplace_back("{file:policy.sbx}");
}

// `sbxc run` with the policy as the user named it, or one in a file of the stage's.
conform::Result<conform::Adapter> sbxc_itself(const PolicyOptions& policy,
                                              const std::string& program_to_run) {
  conform::Adapter adapter;
  adapter.name = "sbxc";
  adapter.as_given = "sbxc run";
  const std::string program = own_program();
  if (program.empty()) return conform::fault("sbxc cannot find its own program");
  adapter.version = {program, "--version"};
  adapter.command = {program, "run", "--quiet"};
  for (const std::string& define : policy.defines) {
    adapter.command.push_back("-D");
    adapter.command.push_back(define);
  }
  if (policy.path.empty()) {
    add_policy(adapter, std::string(kUsualPolicy));
  } else {
    std::array<char, PATH_MAX> canonical{};
    if (realpath(policy.path.c_str(), canonical.data()) == nullptr) {
      return tl::unexpected(
          conform::system_fault(fmt::format("`{}`", printable(policy.path)), errno));
    }
    if (program_to_run.empty()) {
      adapter.command.emplace_back(canonical.data());
    } else {
      add_policy(adapter, policy_that_runs(canonical.data(), program_to_run));
    }
  }
  adapter.command.emplace_back("--");
  adapter.command.emplace_back("{command}");
  return adapter;
}

}  // namespace

conform::Result<conform::Adapter> sandbox_of(const ConformOptions& options,
                                             const std::string& program) {
  if (options.sandbox.empty()) return sbxc_itself(options.policy, program);
  for (const EmbeddedFile& file : conform::adapter_files()) {
    if (file.name == options.sandbox) return conform::read_adapter(options.sandbox, file.text);
  }
  if (!options.sandbox.ends_with(".toml")) return conform::adapter_of_words(options.sandbox);
  const auto text = read_file(options.sandbox, kMaxAdapterBytes);
  if (!text) return conform::fault(text.error().message, text.error().help);
  return conform::read_adapter(options.sandbox, *text);
}

}  // namespace sbxc::driver
