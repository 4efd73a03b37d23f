// Every step has a way to end early: without what it needs a probe is skipped, without evidence
// outside it is hollow, without a first line inside it is broken. Only then evidence decides.
#include "conformance/suite/probe_run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "conformance/suite/attempt_words.h"
#include "conformance/suite/error_names.h"
#include "conformance/suite/launch.h"
#include "conformance/suite/machine.h"
#include "conformance/suite/prop.h"

namespace sbxc::conform {

namespace {

constexpr size_t kSaid = 2000;

std::string variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

// What a person's shell would have, and nothing of this one's secrets.
std::map<std::string, std::string> environment_of(const Stage& stage) {
  const Account account = this_account();
  return {{"PATH", variable("PATH", "/usr/local/bin:/usr/bin:/bin")},
          {"HOME", stage.path("home")},
          {"TMPDIR", stage.path("tmp")},
          {"USER", account.name},
          {"LOGNAME", account.name},
          {"SHELL", "/bin/sh"},
          {"LANG", "C.UTF-8"},
          {"PWD", stage.path("home/work")}};
}

// One half: a stage, its props, and what came of it.
struct Half {
  Conduct conduct;
  std::vector<Sighting> seen;
  std::string allowed;  // a request that the policy lets be made; then nothing was run
};

class Performance {
 public:
  Performance(const ManifestEntry& entry, const Settings& settings)
      : entry_(entry), settings_(settings) {}

  Result<Half> perform(LastingStage& lasting, const Adapter& adapter);
  // On a stage of its own.
  Result<Half> perform(const std::string& directory, const Adapter& adapter);

 private:
  Result<Half> play(Stage& stage, const Adapter& adapter);
  Result<bool> set_props(Stage& stage);
  Result<Conduct> launch(Stage& stage, const Adapter& adapter, int number);
  Result<bool> come_back(Stage& stage);
  void gather(const Stage& stage, Half& half);

  const ManifestEntry& entry_;
  const Settings& settings_;
  std::vector<std::unique_ptr<Prop>> props_;
};

Result<bool> Performance::set_props(Stage& stage) {
  for (const std::string& name : entry_.props) {
    const PropRow* row = prop_row(name);
    if (row == nullptr) continue;  // a set of the stage's
    props_.push_back(row->make());
    if (auto made = props_.back()->set_up(stage); !made) return made;
  }
  for (const auto& [key, value] : entry_.words) stage.add_word(key, stage.filled(value));
  if (!props_.empty()) stage.remember();
  return true;
}

Result<Conduct> Performance::launch(Stage& stage, const Adapter& adapter, int number) {
  if (entry_.launches > 1) stage.add_word("launch", std::to_string(number));
  const std::vector<std::string> attempt = attempt_words(entry_, stage);
  auto words = adapted(adapter, stage, attempt);
  if (!words) return tl::unexpected(words.error());
  Start start;
  start.argv = std::move(*words);
  start.environment = environment_of(stage);
  for (const auto& [name, value] : adapter.environment) {
    start.environment[name] = stage.filled(value);
  }
  for (const auto& [name, value] : entry_.environment) {
    start.environment[name] = stage.filled(value);
  }
  start.directory = stage.path(entry_.directory);
  const bool alive = std::any_of(entry_.evidence.begin(), entry_.evidence.end(),
                                 [](const Evidence& each) { return each.kind == "alive"; });
  const bool looked_at = std::any_of(entry_.evidence.begin(), entry_.evidence.end(), needs_a_look);
  Launch launching{std::move(start), stage, props_,   attempt.front(),
                   entry_.limit,     alive, looked_at};
  return carry_out(launching);
}

Result<bool> Performance::come_back(Stage& stage) {
  if (entry_.afterwards.empty()) return true;
  Start start;
  start.argv = entry_.afterwards;
  start.environment = environment_of(stage);
  start.directory = stage.path(entry_.directory);
  std::vector<std::unique_ptr<Prop>> none;
  Launch launching{std::move(start), stage, none, entry_.afterwards.front(), entry_.limit};
  if (auto conduct = carry_out(launching); !conduct) return tl::unexpected(conduct.error());
  return true;
}

void Performance::gather(const Stage& stage, Half& half) {
  for (const Evidence& evidence : entry_.evidence) {
    auto seen = look_for(evidence, stage, half.conduct, settings_.allowed);
    for (size_t i = 0; !seen && i < props_.size(); ++i) seen = props_[i]->seen(evidence);
    if (seen) half.seen.push_back({evidence.text, *seen});
  }
}

// What all of them said and the last one's end. A sandbox that does not start once more on what the
// first has made of the stage has held, if it says so.
void add_launch(Conduct& whole, Conduct part, bool first) {
  if (first) {
    whole = std::move(part);
    return;
  }
  whole.started = whole.started && (part.started || part.status > 0);
  whole.status = part.status;
  if (whole.unseen.empty()) whole.unseen = std::move(part.unseen);
  whole.out += part.out;
  whole.error += part.error;
  whole.elsewhere += part.elsewhere;
  whole.took += part.took;
  whole.timed_out = whole.timed_out || part.timed_out;
  whole.ending = part.ending;
  if (!part.refusals.empty()) whole.refusals = std::move(part.refusals);
  std::move(part.waiting.begin(), part.waiting.end(), std::back_inserter(whole.waiting));
  std::move(part.alive.begin(), part.alive.end(), std::back_inserter(whole.alive));
}

Result<Half> Performance::perform(LastingStage& lasting, const Adapter& adapter) {
  if (auto ready = lasting.get_ready(); !ready) return tl::unexpected(ready.error());
  Stage& stage = lasting.stage();
  auto half = play(stage, adapter);
  // What they made goes with them.
  if (!props_.empty()) stage.look_again();
  props_.clear();
  const bool in_a_sandbox = !adapter.command.empty();
  const bool told = !half || half->conduct.timed_out ||
                    (in_a_sandbox && (!half->seen.empty() || tells_a_secret(stage, half->conduct)));
  lasting.leave(told);
  return half;
}

Result<Half> Performance::perform(const std::string& directory, const Adapter& adapter) {
  auto stage = Stage::make(
      directory, {settings_.plan, settings_.probe_program, entry_.props, settings_.place});
  if (!stage) return tl::unexpected(stage.error());
  stage->remember();
  auto half = play(*stage, adapter);
  props_.clear();
  return half;
}

Result<Half> Performance::play(Stage& stage, const Adapter& adapter) {
  if (auto set = set_props(stage); !set) return tl::unexpected(set.error());
  Half half;
  if (settings_.allowed) {
    for (const std::string& request : entry_.probe.about) {
      const bool allowed = settings_.allowed(stage.filled(request));
      if (allowed != entry_.probe.must_work) half.allowed = request;
      if (!half.allowed.empty()) return half;
    }
  }
  for (int number = 1; number <= entry_.launches && !half.conduct.timed_out; ++number) {
    auto conduct = launch(stage, adapter, number);
    if (!conduct) return tl::unexpected(conduct.error());
    add_launch(half.conduct, std::move(*conduct), number == 1);
  }
  if (auto back = come_back(stage); !back) return tl::unexpected(back.error());
  gather(stage, half);
  return half;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// How a launch that gave no evidence ended.
std::string ending_of(const Conduct& conduct) {
  if (conduct.timed_out) return "it did not end in time";
  if (!conduct.refusals.empty()) {
    const Refusal& last = conduct.refusals.back();
    return fmt::format("{}: {}", last.call, error_name(last.error));
  }
  if (!conduct.started && !conduct.error.empty()) return first_line(conduct.error);
  if (conduct.ending == Ending::none) return "it " + early_end(conduct.status);
  return "every step was carried out";
}

// `outside`: how the control ended.
Verdict judged(const ManifestEntry& entry, Half half, Ending outside) {
  const Conduct& conduct = half.conduct;
  if (!conduct.started) {
    return Broken{fmt::format("it did not start: {}", ending_of(conduct))};
  }
  if (entry.probe.must_work) {
    if (!half.seen.empty()) return Works{};
    return Broken{fmt::format("what must work does not: {}", ending_of(conduct))};
  }
  if (!half.seen.empty()) return Escaped{std::move(half.seen)};
  if (conduct.timed_out) return TimedOut{conduct.took};
  if (!conduct.unseen.empty()) return Broken{conduct.unseen};
  if (!conduct.refusals.empty()) {
    const Refusal& last = conduct.refusals.back();
    const bool expected =
        entry.expect.empty() || std::find(entry.expect.begin(), entry.expect.end(),
                                          error_name(last.error)) != entry.expect.end();
    return Blocked{last, 0, !expected};
  }
  if (conduct.ending == Ending::cannot) {
    return Blocked{Refusal{"it cannot be made: " + conduct.cannot, 0}};
  }
  if (conduct.ending == Ending::none && conduct.status != 0) return Blocked{{}, conduct.status};
  // Whoever started it was satisfied; the attempt may have been ended before it did anything.
  if (conduct.ending == Ending::none && outside != Ending::none) {
    return Broken{"it began, and never said that it was through"};
  }
  return Blocked{};
}

std::string why_skipped(const ManifestEntry& entry) {
  const auto& systems = entry.probe.systems;
  if (std::find(systems.begin(), systems.end(), this_system()) == systems.end()) {
    return fmt::format("it is for {}", fmt::join(systems, ", "));
  }
  for (const std::string& need : entry.needs) {
    if (std::string why = missing_need(need); !why.empty()) return why;
  }
  for (const std::string& prop : entry.props) {
    const PropRow* row = prop_row(prop);
    if (row == nullptr || row->missing == nullptr) continue;
    if (std::string why = row->missing(); !why.empty()) return why;
  }
  return {};
}

std::string about_policy(const ManifestEntry& entry, const std::string& request) {
  return fmt::format("the policy {} `{}`", entry.probe.must_work ? "does not allow" : "allows",
                     request);
}

class Probing {
 public:
  Probing(const ManifestEntry& entry, const Settings& settings, const std::string& directory,
          Grounds& grounds)
      : entry_(entry), settings_(settings), directory_(directory), grounds_(grounds) {
    outcome_.probe = entry.probe;
  }

  Result<ProbeOutcome> run() {
    if (std::string why = why_skipped(entry_); !why.empty()) return end(Skipped{why});
    auto control = perform(grounds_.outside, "/c", Adapter{});
    if (interrupted()) return fault("interrupted");
    if (!control) return end(Hollow{in_words(control.error())});
    if (auto verdict = doubt(*control)) return end(std::move(*verdict));
    auto inside = perform(grounds_.inside, "/i", settings_.sandbox);
    if (interrupted()) return fault("interrupted");
    if (!inside) return end(Broken{in_words(inside.error())});
    if (!inside->allowed.empty()) return end(Skipped{about_policy(entry_, inside->allowed)});
    outcome_.took = inside->conduct.took;
    outcome_.said = (inside->conduct.out + inside->conduct.error).substr(0, kSaid);
    return end(judged(entry_, std::move(*inside), control->conduct.ending));
  }

 private:
  Result<Half> perform(LastingStage& lasting, const std::string& name, const Adapter& adapter) {
    Performance performance(entry_, settings_);
    const bool has_sets = std::any_of(entry_.props.begin(), entry_.props.end(),
                                      [](const auto& p) { return prop_row(p) == nullptr; });
    return has_sets ? performance.perform(directory_ + name, adapter)
                    : performance.perform(lasting, adapter);
  }

  // Whether the control leaves nothing to try inside.
  std::optional<Verdict> doubt(const Half& control) {
    const Conduct& conduct = control.conduct;
    if (!control.allowed.empty()) return Skipped{about_policy(entry_, control.allowed)};
    if (conduct.ending == Ending::cannot) return Skipped{conduct.cannot};
    const bool shown = !control.seen.empty() && conduct.started;
    outcome_.control =
        Control{shown, shown ? control.seen.front().what : ending_of(conduct), conduct.took};
    if (shown) return std::nullopt;
    outcome_.said = (conduct.out + conduct.error).substr(0, kSaid);
    return Hollow{fmt::format("outside it shows no {} either: {}", entry_.probe.evidence,
                              ending_of(conduct))};
  }

  ProbeOutcome end(Verdict verdict) {
    outcome_.verdict = std::move(verdict);
    return std::move(outcome_);
  }

  const ManifestEntry& entry_;
  const Settings& settings_;
  const std::string& directory_;
  Grounds& grounds_;
  ProbeOutcome outcome_;
};

}  // namespace

Result<ProbeOutcome> run_probe(const ManifestEntry& entry, const Settings& settings,
                               const std::string& directory, Grounds& grounds) {
  return Probing(entry, settings, directory, grounds).run();
}

}  // namespace sbxc::conform
