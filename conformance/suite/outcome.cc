// The words for verdicts.
#include "conformance/suite/outcome.h"

#include <fmt/core.h>

#include "conformance/suite/error_names.h"

namespace sbxc::conform {

namespace {

constexpr std::array<std::string_view, kVerdictKinds.size()> kNames = {
    "blocked", "works", "escaped", "hollow", "broken", "skipped", "timeout"};

struct DetailOf {
  std::string operator()(const Blocked& blocked) const {
    if (!blocked.refused && blocked.status != 0) return "it " + early_end(blocked.status);
    if (!blocked.refused) return "carried out, and nothing changed outside";
    if (blocked.refused->error == 0) return blocked.refused->call;
    return fmt::format("{}: {}{}", blocked.refused->call, error_name(blocked.refused->error),
                       blocked.unexpected ? ", which is no refusal that was expected" : "");
  }
  std::string operator()(const Works& /*works*/) const { return "works inside as it does outside"; }
  std::string operator()(const Escaped& escaped) const {
    std::string all;
    for (const Sighting& seen : escaped.seen) all += (all.empty() ? "" : "; ") + seen.what;
    return all;
  }
  std::string operator()(const Hollow& hollow) const { return hollow.why; }
  std::string operator()(const Broken& broken) const { return broken.why; }
  std::string operator()(const Skipped& skipped) const { return skipped.why; }
  std::string operator()(const TimedOut& timed_out) const {
    return fmt::format("ended after {:.1f} s", static_cast<double>(timed_out.after.count()) / 1e3);
  }
};

}  // namespace

std::string early_end(int status) {
  if (status <= 128) return fmt::format("ended with status {}", status);
  return "was killed by " + signal_name(status - 128);
}

VerdictKind kind_of(const Verdict& verdict) { return kVerdictKinds[verdict.index()]; }

std::string_view name_of(VerdictKind kind) { return kNames[static_cast<size_t>(kind)]; }

std::optional<VerdictKind> verdict_kind(std::string_view name) {
  for (const VerdictKind kind : kVerdictKinds) {
    if (name_of(kind) == name) return kind;
  }
  return std::nullopt;
}

Totals totals_of(const std::vector<ProbeOutcome>& outcomes) {
  Totals totals{};
  for (const ProbeOutcome& outcome : outcomes) ++totals[outcome.verdict.index()];
  return totals;
}

std::string detail_of(const Verdict& verdict) { return std::visit(DetailOf{}, verdict); }

}  // namespace sbxc::conform
