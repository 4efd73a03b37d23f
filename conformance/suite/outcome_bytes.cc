// As CBOR, for strangers' bytes are in it and need not be UTF-8.
#include "conformance/suite/outcome_bytes.h"

#include <nlohmann/json.hpp>

namespace sbxc::conform {

namespace {

using nlohmann::json;

struct ToJson {
  json operator()(const Blocked& blocked) const {
    if (!blocked.refused) return {{"status", blocked.status}};
    return {{"call", blocked.refused->call},
            {"error", blocked.refused->error},
            {"unexpected", blocked.unexpected}};
  }
  json operator()(const Works& /*works*/) const { return json::object(); }
  json operator()(const Escaped& escaped) const {
    json seen = json::array();
    for (const Sighting& each : escaped.seen) seen.push_back({each.evidence, each.what});
    return {{"seen", seen}};
  }
  json operator()(const Hollow& hollow) const { return {{"why", hollow.why}}; }
  json operator()(const Broken& broken) const { return {{"why", broken.why}}; }
  json operator()(const Skipped& skipped) const { return {{"why", skipped.why}}; }
  json operator()(const TimedOut& timed_out) const { return {{"after", timed_out.after.count()}}; }
};

Blocked blocked_of(const json& value) {
  if (!value.contains("call")) return {{}, value.at("status").get<int>()};
  return {Refusal{value.at("call").get<std::string>(), value.at("error").get<int>()}, 0,
          value.at("unexpected").get<bool>()};
}

Escaped escaped_of(const json& value) {
  Escaped escaped;
  for (const json& each : value.at("seen")) {
    escaped.seen.push_back({each.at(0).get<std::string>(), each.at(1).get<std::string>()});
  }
  return escaped;
}

Verdict verdict_of(VerdictKind kind, const json& value) {
  const auto why = [&] { return value.at("why").get<std::string>(); };
  switch (kind) {
    case VerdictKind::blocked:
      return blocked_of(value);
    case VerdictKind::works:
      return Works{};
    case VerdictKind::escaped:
      return escaped_of(value);
    case VerdictKind::hollow:
      return Hollow{why()};
    case VerdictKind::broken:
      return Broken{why()};
    case VerdictKind::skipped:
      return Skipped{why()};
    case VerdictKind::timeout:
      return TimedOut{Milliseconds(value.at("after").get<int64_t>())};
  }
  return Hollow{"no verdict"};
}

}  // namespace

std::string outcome_bytes(const ProbeOutcome& outcome) {
  json whole = {{"kind", name_of(kind_of(outcome.verdict))},
                {"verdict", std::visit(ToJson{}, outcome.verdict)},
                {"said", outcome.said},
                {"took", outcome.took.count()}};
  if (outcome.control) {
    whole["control"] = {outcome.control->showed_evidence, outcome.control->detail,
                        outcome.control->took.count()};
  }
  std::string bytes;
  json::to_cbor(whole, bytes);
  return bytes;
}

std::optional<ProbeOutcome> outcome_of_bytes(std::string_view bytes) {
  try {
    const json whole = json::from_cbor(bytes.begin(), bytes.end());
    ProbeOutcome outcome;
    const auto kind = verdict_kind(whole.at("kind").get<std::string>());
    if (!kind) return std::nullopt;
    outcome.verdict = verdict_of(*kind, whole.at("verdict"));
    outcome.said = whole.at("said").get<std::string>();
    outcome.took = Milliseconds(whole.at("took").get<int64_t>());
    if (whole.contains("control")) {
      const json& control = whole.at("control");
      outcome.control = Control{control.at(0).get<bool>(), control.at(1).get<std::string>(),
                                Milliseconds(control.at(2).get<int64_t>())};
    }
    return outcome;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace sbxc::conform
