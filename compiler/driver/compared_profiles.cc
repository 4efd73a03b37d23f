// Two Seatbelt profiles, anybody's: for each operation of Seatbelt that carries one of the
// language, every path, service or host; the others by their rules as written. Operations that
// changed alike are told as one.
#include <fmt/format.h>

#include <algorithm>

#include "backends/seatbelt/verify/decided_profile.h"
#include "backends/seatbelt/verify/written_rules.h"
#include "compiler/driver/compared.h"
#include "compiler/driver/profile_file.h"

namespace sbxc::driver {

namespace {

constexpr size_t kWitnesses = 24;
constexpr const char* kProxyPort = "PROXY_PORT=3128";  // what starts our own profiles gives one
constexpr OsSet kMacos{.linux = false, .macos = true};

// Seatbelt has one operation for all that is connected to.
std::string shown_name(const sbpl::DecidedOperation& one) {
  if (one.operation == Operation::socket) return one.seatbelt + " (unix sockets)";
  return one.operation == Operation::connect ? one.seatbelt + " (TCP)" : one.seatbelt;
}

class ProfileDifference {
 public:
  ProfileDifference(const sbpl::Profile& before, const sbpl::Profile& after,
                    const ComparedBytes& bytes, Comparing& out)
      : before_(before), after_(after), bytes_(bytes), out_(out) {}

  void run() {
    const auto before = sbpl::decided_profile(before_);
    const auto after = sbpl::decided_profile(after_);
    if (!before || !after) {
      return not_compared("every operation", (before ? after : before).error().states);
    }
    std::vector<std::string> decided;
    for (size_t i = 0; i < before->size(); ++i) {
      compare_one((*before)[i], (*after)[i]);
      decided.push_back((*before)[i].seatbelt);
    }
    compare_as_written(decided);
  }

 private:
  void not_compared(const std::string& name, size_t states) {
    out_.difference.uncompared.push_back(
        {name, kMacos, fmt::format("it takes more than {} states", states)});
  }

  // What carries nothing of the language has a verdict of its own, or is named.
  void compare_as_written(const std::vector<std::string>& decided) {
    for (const sbpl::WrittenDifference& one : sbpl::written_differences(before_, after_, decided)) {
      std::string name = fmt::format("{}", fmt::join(one.operations, ", "));
      if (!one.beyond.empty()) name += " " + one.beyond;
      if (!one.allowed_before) {
        out_.difference.uncompared.push_back(
            {std::move(name), kMacos, "the rules about it are not the same"});
        continue;
      }
      const auto words = [](bool allowed) { return allowed ? "allowed" : "denied"; };
      out_.difference.settings.push_back(
          {.name = std::move(name),
           .on = kMacos,
           .relation = *one.allowed_after ? Relation::wider : Relation::narrower,
           .before = words(*one.allowed_before),
           .after = words(*one.allowed_after)});
    }
  }

  void compare_one(const sbpl::DecidedOperation& before, const sbpl::DecidedOperation& after) {
    auto comparison =
        compare(before.operation, before.decided, after.decided, {.witnesses = kWitnesses});
    if (!comparison) return not_compared(shown_name(before), comparison.error().states);
    for (Change* change : {&comparison->gained, &comparison->lost}) {
      for (Witness& witness : change->witnesses) {
        witness.rules_before = lines(Side::before, before, witness.request);
        witness.rules_after = lines(Side::after, after, witness.request);
      }
    }
    report::OperationChange change{.on = kMacos,
                                   .comparison = std::move(*comparison),
                                   .name = shown_name(before),
                                   .depends = true};
    if (!is_told_with_the_last(change)) out_.difference.operations.push_back(std::move(change));
  }

  bool is_told_with_the_last(const report::OperationChange& change) {
    if (out_.difference.operations.empty()) return false;
    report::OperationChange& last = out_.difference.operations.back();
    const Comparison& one = last.comparison;
    const Comparison& other = change.comparison;
    const auto alike = [](const Change& a, const Change& b) {
      return std::equal(a.witnesses.begin(), a.witnesses.end(), b.witnesses.begin(),
                        b.witnesses.end(),
                        [](const Witness& x, const Witness& y) {
                          return x.request.text() == y.request.text() && x.before == y.before &&
                                 x.after == y.after && x.rules_before == y.rules_before &&
                                 x.rules_after == y.rules_after;
                        }) &&
             a.patterns.globs == b.patterns.globs && a.patterns.except == b.patterns.except;
    };
    const bool changed = one.relation != Relation::equivalent;
    if (!changed || one.operation != other.operation || one.relation != other.relation ||
        !alike(one.gained, other.gained) || !alike(one.lost, other.lost)) {
      return false;
    }
    last.name += ", " + change.name;
    return true;
  }

  std::vector<RuleId> lines(Side side, const sbpl::DecidedOperation& operation,
                            const Request& request) {
    const bool before = side == Side::before;
    const sbpl::Explanation why = explain(before ? before_ : after_, operation, request);
    const std::string& file = before ? bytes_.file_before : bytes_.file_after;
    std::vector<RuleId> rules;
    const bool all = why.verdict == sbpl::Verdict::depends;
    for (auto rule = all ? why.rules.begin() : why.rules.end() - 1; rule != why.rules.end();
         ++rule) {
      rules.push_back((before ? out_.before : out_.after).add(deciding(*rule, file)));
    }
    return rules;
  }

  static report::DecidingRule deciding(const sbpl::ExplainedRule& rule, const std::string& file) {
    const std::string operation(sbpl::facts_of(rule.operation).name);
    report::DecidingRule out;
    out.effect = rule.action == sbpl::Action::allow ? Effect::allow : Effect::deny;
    out.operation = operation;
    out.statement = rule.text;
    out.at.file = file;
    out.at.end.column = 2;
    out.place = file;
    if (rule.place.line == 0) {
      out.statement = fmt::format("{} without any rule is {}", operation,
                                  out.effect == Effect::allow ? "allowed" : "denied");
      return out;
    }
    if (!rule.place.import.empty()) out.at.file = rule.place.import;
    out.at.begin.line = rule.place.line;
    out.at.end = {.line = rule.place.line, .column = 2};
    out.at.in_bytes.line = rule.place.line;
    out.place = name_of(rule.place, file);
    return out;
  }

  const sbpl::Profile& before_;
  const sbpl::Profile& after_;
  const ComparedBytes& bytes_;
  Comparing& out_;
};

}  // namespace

Result<bool> compare_profiles(const ComparedBytes& bytes, Comparing& out) {
  const auto read = [&](std::string_view text, const std::string& file) {
    return read_profile(text,
                        {.name = file, .defines = {kProxyPort}, .import_dirs = bytes.import_dirs});
  };
  auto before = read(bytes.before, bytes.file_before);
  auto after = read(bytes.after, bytes.file_after);
  for (const auto* side : {&before, &after}) {
    if (*side) continue;
    RefusedProfile refused = side->error();
    if (refused.status == Exit::over_budget) {
      out.difference.uncompared.push_back({"every operation", kMacos, std::move(refused.message)});
      return true;
    }
    return tl::unexpected(Diagnostic{.kind = Kind::cannot_read,
                                     .span = std::nullopt,
                                     .message = std::move(refused.message),
                                     .help = std::move(refused.help)});
  }
  ProfileDifference(*before, *after, bytes, out).run();
  return true;
}

}  // namespace sbxc::driver
