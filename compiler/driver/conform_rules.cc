// The policy is loaded for a stage that will be there, under a name that leaves room for sockets.
// Where it lets no program be run on the stage, it is tried with one rule more: its own, for the
// probe program alone.
#include "compiler/driver/conform_rules.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <map>

#include "compiler/diag/printable.h"
#include "compiler/driver/conform_narrowing.h"
#include "compiler/driver/conform_place.h"
#include "compiler/driver/conform_sandbox.h"
#include "compiler/driver/load_stand.h"
#include "compiler/driver/this_system.h"
#include "compiler/policy/decide.h"
#include "conformance/requests/trials_bytes.h"
#include "conformance/suite/manifest.h"
#include "conformance/suite/probe_program.h"
#include "conformance/suite/stage.h"

namespace sbxc::driver {

namespace {

using conform::fault;

std::string canonical(const std::string& path) {
  std::array<char, PATH_MAX> resolved{};
  return realpath(path.c_str(), resolved.data()) != nullptr ? resolved.data() : path;
}

// One directory for everything, with a short name that nobody can guess.
std::string fresh_root() {
  return canonical("/var/tmp") + "/sbxc-" + conform::Stage::random_hex().substr(0, 12);
}

}  // namespace

struct RuleTrials::Parts {
  explicit Parts(const ConformOptions& options)
      : options_(options), stand_(Stand::below(fresh_root())) {}

  conform::Result<bool> prepare();
  conform::Result<bool> load(const PolicyOptions& options);
  conform::Result<bool> let_run(const std::string& program);
  conform::Result<conform::Ground> ground_of(const std::string& program) const;

  ConformOptions options_;
  Stand stand_;
  conform::StagePlan plan_;
  std::optional<conform::Stage> stage_{};
  Loaded loaded_{};
  PolicyTrials trials_{};
  conform::Ground ground_{};
};

conform::Result<bool> RuleTrials::Parts::load(const PolicyOptions& options) {
  auto loaded = load_at(options, stand_);
  if (!loaded) return tl::unexpected(loaded.error());
  loaded_ = std::move(*loaded);
  return true;
}

// Goes on with a policy that uses the given one and lets `program` be run.
conform::Result<bool> RuleTrials::Parts::let_run(const std::string& program) {
  if (!options_.sandbox.empty()) return tl::unexpected(no_place_in_another_sandbox());
  const std::string text = policy_that_runs(canonical(options_.policy.path), program);
  if (auto put = stage_->put_aside("adapter/with-probe.sbx", text, 0600); !put) return put;
  options_.policy.path = stage_->path("adapter/with-probe.sbx");
  if (auto loaded = load(options_.policy); !loaded) return loaded;
  const Request request{Operation::exec, program};
  if (decide(*loaded_.policy, kThisSystem, request).verdict == Effect::allow) return true;
  return tl::unexpected(no_place_at_all());
}

conform::Result<conform::Ground> RuleTrials::Parts::ground_of(const std::string& program) const {
  const auto sandbox = sandbox_of(options_);
  if (!sandbox) return tl::unexpected(sandbox.error());
  conform::Ground ground{.root = stand_.root,
                         .directories = stand_.directories(),
                         .program = program,
                         .nonce = stage_->nonce(),
                         .directory = stand_.work,
                         .environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                                         {"HOME", stand_.home},
                                         {"TMPDIR", stand_.tmp},
                                         {"SSH_AUTH_SOCK", agent_socket(stand_)},
                                         {"TERM", "dumb"}},
                         .inside = {}};
  for (const auto& [name, value] : sandbox->environment) {
    ground.environment[name] = stage_->filled(value);
  }
  auto words = adapted(*sandbox, *stage_, command_of(ground));
  if (!words) return tl::unexpected(words.error());
  ground.inside = std::move(*words);
  return ground;
}

conform::Result<bool> RuleTrials::Parts::prepare() {
  auto stage = conform::Stage::make(stand_.root, {plan_, conform::probe_program(), {}});
  if (!stage) return tl::unexpected(stage.error());
  stage_.emplace(std::move(*stage));
  if (auto loaded = load(options_.policy); !loaded) return loaded;
  std::string program = place_for_a_program(*loaded_.policy, kThisSystem, stand_);
  if (program.empty()) {
    program = stand_.outside + "/.sbxc-probe";
    if (auto more = let_run(program); !more) return more;
  }
  trials_ = trials_of(*loaded_.policy, kThisSystem, stand_);
  auto ground = ground_of(program);
  if (!ground) return tl::unexpected(ground.error());
  ground_ = std::move(*ground);
  return true;
}

RuleTrials::RuleTrials(const ConformOptions& options) : parts_(std::make_unique<Parts>(options)) {}
RuleTrials::~RuleTrials() = default;

std::optional<conform::Fault> RuleTrials::prepare() {
  if (auto done = parts_->prepare(); !done) return done.error();
  return std::nullopt;
}

std::string RuleTrials::try_all() const {
  std::vector<conform::Trial> list;
  for (const PolicyTrial& one : parts_->trials_.trials) list.push_back(one.trial);
  std::map<size_t, std::string> narrowed;
  conform::Ground ground = parts_->ground_;
  // Of another sandbox nobody here knows what it says of itself.
  if (parts_->options_.sandbox.empty()) {
    ground.stands = [&](const std::vector<size_t>& places) {
      const std::vector<std::string> why = narrowings(parts_->loaded_, parts_->trials_, places);
      for (size_t i = 0; i < places.size(); ++i) narrowed[places[i]] = why[i];
    };
  }
  conform::Trials done = conform::try_all(list, ground, conform::probe_program());
  for (const auto& [place, why] : narrowed) done.tried[place].narrowed = why;
  return conform::trials_bytes(done);
}

conform::Result<PolicyOutcomes> RuleTrials::outcomes(
    const std::optional<std::string>& bytes) const {
  const auto done = bytes ? conform::trials_of_bytes(*bytes) : std::nullopt;
  constexpr std::string_view kCould = "the policy's own requests could not be tried: ";
  if (!done || done->tried.size() != parts_->trials_.trials.size()) {
    return fault(std::string(kCould) + "the suite's own process ended by itself");
  }
  if (!done->fault.empty()) {
    return fault(std::string(kCould) + done->fault,
                 done->error.empty() ? "" : "it said: " + printable(done->error));
  }
  return outcomes_of(*parts_->loaded_.policy, parts_->loaded_.sources, parts_->trials_, done->tried,
                     kThisSystem);
}

bool is_chosen(const ConformOptions& options, const std::string& id) {
  if (options.only.empty()) return true;
  return std::any_of(options.only.begin(), options.only.end(),
                     [&](const std::string& glob) { return conform::id_matches(glob, id); });
}

bool wants_rules(const ConformOptions& options) {
  const bool first_part = options.shard.empty() || options.shard.starts_with("1/");
  const bool is_known = options.sandbox.empty() || !options.policy.path.empty();
  const bool named = options.only.empty() ||
                     std::any_of(options.only.begin(), options.only.end(), [](const auto& glob) {
                       return glob.starts_with("R") || glob.starts_with("*");
                     });
  return first_part && is_known && named;
}

void keep_chosen(const ConformOptions& options, PolicyOutcomes& outcomes) {
  std::erase_if(outcomes.outcomes, [&](const conform::ProbeOutcome& one) {
    return !is_chosen(options, one.probe.id);
  });
}

}  // namespace sbxc::driver
