// A probe is put to the model by its `about`: requests that the policy must not allow. That the
// profile denies them is what the attempt would run into; what else it tries (a descriptor that was
// left open, a signal, a process that lives on) is not in a request, and is said to be undecided.
#include "compiler/driver/conform_model.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <ctime>

#include "backends/seatbelt/model/seatbelt_model.h"
#include "backends/seatbelt/seatbelt.h"
#include "compiler/diag/printable.h"
#include "compiler/driver/conform_model_rules.h"
#include "compiler/driver/conform_rules.h"
#include "compiler/driver/load_stand.h"
#include "compiler/policy/decide.h"
#include "conformance/suite/machine.h"

namespace sbxc::driver {

namespace {

using conform::fault;

constexpr const char* kRoot = "/Users/sbxc/stage";

// What stands for the words of a scene: addresses and ports that nobody has (RFC 5737, RFC 3849).
constexpr std::pair<const char*, const char*> kWords[] = {{"$home", "/Users/sbxc/stage/home"},
                                                          {"$work", "/Users/sbxc/stage/home/work"},
                                                          {"$outside", "/Users/sbxc/stage/outside"},
                                                          {"$tmp", "/Users/sbxc/stage/tmp"},
                                                          {"{denied4}", "192.0.2.66"},
                                                          {"{denied6}", "2001:db8::66"},
                                                          {"{denied_host}", "denied.example"},
                                                          {"{allowed}", "allowed.example"},
                                                          {"{port}", "8080"},
                                                          {"{other_port}", "8081"},
                                                          {"{tls_port}", "8443"},
                                                          {"{udp_port}", "5353"},
                                                          {"{loopback_port}", "5432"},
                                                          {"{listen_port}", "3999"}};

std::string filled(std::string text) {
  for (const auto& [word, value] : kWords) {
    for (size_t at = text.find(word); at != std::string::npos; at = text.find(word)) {
      text.replace(at, std::string_view(word).size(), value);
    }
  }
  return text;
}

struct Answered {
  Request request;
  bool allowed = false;     // by the policy
  std::optional<bool> let;  // by the model; none: it does not decide this
  std::string by;           // which operation and line, or why it does not
};

class ModelRun {
 public:
  ModelRun(const Loaded& loaded, SeatbeltModel model, std::vector<RuleVerdict> verdicts)
      : loaded_(loaded),
        spelt_(as_the_model_spells(*loaded.policy)),
        model_(std::move(model)),
        verdicts_(std::move(verdicts)) {}

  conform::ProbeOutcome outcome_of(const conform::ManifestEntry& entry) const;
  PolicyOutcomes rules() const {
    return model_rules(spelt_, loaded_.sources, model_, verdicts_, Stand::below(kRoot));
  }

 private:
  std::optional<Answered> answer(const std::string& about, std::string& why) const;
  conform::Verdict verdict_of(const std::vector<Answered>& answers, const std::string& why) const;

  const Loaded& loaded_;
  Policy spelt_;
  SeatbeltModel model_;
  std::vector<RuleVerdict> verdicts_;
};

std::optional<Answered> ModelRun::answer(const std::string& about, std::string& why) const {
  const std::string text = filled(about);
  const size_t blank = text.find(' ');
  const auto operation = operation_named(text.substr(0, blank));
  if (!operation || blank == std::string::npos || text.find('{') != std::string::npos) {
    why = fmt::format("`{}` is known when the probe runs", printable(about));
    return std::nullopt;
  }
  const std::string target = text.substr(blank + 1);
  Request request{*operation, target};
  if (!target.starts_with('/') || *operation == Operation::socket) {
    const auto parsed = parse_request(*operation, target, loaded_.resolve.surroundings);
    if (!parsed) {
      why = fmt::format("`{}` is no request to a profile", printable(about));
      return std::nullopt;
    }
    request = *parsed;
  }
  Answered out{request, decide(spelt_, Os::macos, request).verdict == Effect::allow, {}, {}};
  const auto* host = std::get_if<HostRequest>(&request.target);
  if (host != nullptr && std::holds_alternative<std::string>(host->host) &&
      std::get<std::string>(host->host) != "localhost") {
    out.by = "the proxy decides hosts by name";
    return out;
  }
  const auto answers = model_.answers(request, out.by);
  if (answers.empty()) return out;
  out.let = lets_any(answers);
  for (const ModelAnswer& one : answers) {
    if (*out.let != (one.verdict != sbpl::Verdict::deny)) continue;
    out.by = fmt::format("{}, profile.sb:{}", one.operation, one.line);
    break;
  }
  return out;
}

conform::Verdict ModelRun::verdict_of(const std::vector<Answered>& answers,
                                      const std::string& why) const {
  std::vector<conform::Sighting> let;
  std::string undecided = why;
  std::string denied;
  size_t decided = 0;
  for (const Answered& one : answers) {
    const std::string words =
        fmt::format("{} {}", name_of(one.request.operation), printable(one.request.text()));
    if (one.allowed) return conform::Skipped{"the policy allows it: " + words};
    if (!one.let) {
      undecided = one.by;
      continue;
    }
    ++decided;
    if (*one.let) let.push_back({words, "the profile allows " + one.by});
    if (denied.empty()) denied = one.by;
  }
  if (!let.empty()) return conform::Escaped{std::move(let)};
  if (decided == 0) return conform::Skipped{"not decided by the model: " + undecided};
  return conform::Blocked{conform::Refusal{"denied by " + denied, 0}};
}

conform::ProbeOutcome ModelRun::outcome_of(const conform::ManifestEntry& entry) const {
  conform::ProbeOutcome outcome;
  outcome.probe = entry.probe;
  if (entry.probe.must_work) {
    outcome.verdict = conform::Skipped{"not decided by the model: it has to be run"};
    return outcome;
  }
  if (entry.probe.category == "proxy") {
    outcome.verdict = conform::Skipped{"not decided by the model: the proxy is asked, not macOS"};
    return outcome;
  }
  std::vector<Answered> answers;
  std::string why = "the attempt is not a request of the policy's terms";
  for (const std::string& about : entry.probe.about) {
    if (auto one = answer(about, why)) answers.push_back(std::move(*one));
  }
  outcome.verdict = verdict_of(answers, why);
  return outcome;
}

bool is_of_macos(const conform::Probe& probe) {
  return std::find(probe.systems.begin(), probe.systems.end(), "macos") != probe.systems.end();
}

std::string now() {
  std::array<char, 32> text{};
  const std::time_t seconds = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

conform::Run described(const ConformOptions& options) {
  conform::Run run;
  run.started = now();
  run.system = "macos";
  run.kernel = "none: decided by the model";
  run.model = options.model;
  run.sandbox = {.name = "sbxc", .version = SBXC_VERSION, .command = "profile.sb"};
  run.account = conform::this_account();
  run.only = options.only;
  return run;
}

}  // namespace

conform::Result<conform::Run> decide_by_model(const ConformOptions& options,
                                              const Manifest& manifest) {
  const auto begin = std::chrono::steady_clock::now();
  const Stand stand = Stand::below(kRoot);
  const auto loaded = load_at(options.policy, stand);
  if (!loaded) return tl::unexpected(loaded.error());
  const Lowered lowered = lower_seatbelt(*loaded->policy, loaded->sources, {});
  std::string profile;
  for (const Artifact& artifact : lowered.artifacts) {
    if (artifact.file == "profile.sb") profile = artifact.bytes;
  }
  auto model = SeatbeltModel::of(profile);
  if (!model) return fault("the profile would not compile: " + printable(model.error()));
  const ModelRun by(*loaded, std::move(*model), lowered.verdicts);
  conform::Run run = described(options);
  for (const conform::ManifestEntry& entry : manifest.entries) {
    if (!is_of_macos(entry.probe) || !is_chosen(options, entry.probe.id)) continue;
    run.outcomes.push_back(by.outcome_of(entry));
  }
  if (wants_rules(options)) {
    PolicyOutcomes rules = by.rules();
    keep_chosen(options, rules);
    run.coverage = std::move(rules.coverage);
    std::move(rules.outcomes.begin(), rules.outcomes.end(), std::back_inserter(run.outcomes));
  }
  run.took =
      std::chrono::duration_cast<conform::Milliseconds>(std::chrono::steady_clock::now() - begin);
  return run;
}

}  // namespace sbxc::driver
