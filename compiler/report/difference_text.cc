// Told as a reviewer would: what became possible before what no longer is, the set before an
// example, and then the lines on both sides that make the difference. Operations without a change
// share one line at the end.
#include "compiler/report/difference_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/report/difference_words.h"

namespace sbxc::report {

namespace {

constexpr size_t kPatterns = 12;  // of one list
constexpr size_t kRules = 8;      // of one side
constexpr size_t kExamples = 3;

void add_list(std::string& out, const std::string& first, const std::string& others,
              const std::vector<std::string>& items) {
  for (size_t i = 0; i < std::min(kPatterns, items.size()); ++i) {
    out += fmt::format("{}{}\n", i == 0 ? first : others, printable(items[i]));
  }
  if (items.size() > kPatterns) {
    out += fmt::format("{}and {} more\n", others, items.size() - kPatterns);
  }
}

void add_patterns(std::string& out, const automata::GlobSet& set) {
  std::vector<automata::GlobPart> parts{{set.globs, set.except}};
  parts.insert(parts.end(), set.also.begin(), set.also.end());
  for (const automata::GlobPart& part : parts) {
    add_list(out, "    ", "    ", part.globs);
    add_list(out, "      except ", "             ", part.except);
  }
}

void add_rules(std::string& out, const Change& change, const DifferenceSide& side, Side which) {
  const std::string_view word = which == Side::before ? "before" : "after";
  const std::vector<RuleId> rules = responsible(change, which);
  const auto undecided = [&](const Witness& witness) {
    return (which == Side::before ? witness.rules_before : witness.rules_after).empty();
  };
  if (!side.rule) return;
  if (std::any_of(change.witnesses.begin(), change.witnesses.end(), undecided)) {
    out += fmt::format("  {:6} no rule matches {}\n", word, rules.empty() ? "" : "some of it");
    while (out.ends_with(" \n")) out.erase(out.size() - 2, 1);
  }
  for (size_t i = 0; i < std::min(kRules, rules.size()); ++i) {
    const DecidingRule rule = side.rule(rules[i]);
    out += fmt::format("  {:6} {}\n         {}{}\n", word, rule.statement, rule.place,
                       reason_of(rule));
  }
  if (rules.size() > kRules) {
    out += fmt::format("  {:6} and {} more rules\n", word, rules.size() - kRules);
  }
}

void add_change(std::string& out, const OperationChange& operation, Side gained_or_lost,
                const DifferenceSide& before, const DifferenceSide& after) {
  const Comparison& comparison = operation.comparison;
  const Change& change = gained_or_lost == Side::after ? comparison.gained : comparison.lost;
  if (change.empty()) return;
  out += fmt::format("  {}{}:\n", what_happened(operation, gained_or_lost),
                     change.patterns.complete ? "" : ", at least");
  add_patterns(out, change.patterns);
  for (const Witness* witness : telling_witnesses(change, kExamples)) {
    out += fmt::format("    for example {}\n", example_text(operation, change, *witness));
  }
  add_rules(out, change, before, Side::before);
  add_rules(out, change, after, Side::after);
}

std::string heading(const OperationChange& change) {
  const std::string bits = width(change);
  const std::string_view between = bits.starts_with("by ") ? " " : ", ";
  return fmt::format("{}{}: {}{}{}\n", name_of(change), on_system(change.on),
                     name_of(change.comparison.relation), bits.empty() ? "" : between, bits);
}

std::string place_text(const LinePlace& place) {
  return printable(fmt::format("{}:{}:{}", place.file, place.in_bytes.line, place.in_bytes.column));
}

std::string setting_text(const SettingChange& change, const DifferenceSide& before,
                         const DifferenceSide& after) {
  std::string out = fmt::format("{}{}: {}\n", printable(change.name), on_system(change.on),
                                setting_words(change.relation));
  const auto line = [&](std::string_view word, const std::string& value,
                        const std::optional<Span>& at, const DifferenceSide& side) {
    out += fmt::format("  {:6} {}", word, value.empty() ? "not set" : printable(value));
    if (at) out += "\n         " + place_text(side.setting_at(*at));
    out += "\n";
  };
  line("before", change.before, change.at_before, before);
  line("after", change.after, change.at_after, after);
  return out;
}

// "read, write, env: equivalent"
std::string unchanged_text(const Difference& difference) {
  std::string names;
  for (const OperationChange& change : difference.operations) {
    if (change.comparison.relation != Relation::equivalent) continue;
    const bool of_one_system = !change.name.empty() ||
                               change.comparison.operation == Operation::syscall ||
                               change.comparison.operation == Operation::mach;
    names += fmt::format("{}{}{}", names.empty() ? "" : ", ", name_of(change),
                         of_one_system ? "" : on_system(change.on));
  }
  return names.empty() ? "" : names + ": equivalent\n";
}

}  // namespace

std::string write_text(const Difference& difference, const DifferenceSide& before,
                       const DifferenceSide& after) {
  if (difference.relation() == Relation::equivalent && difference.settings.empty() &&
      difference.uncompared.empty()) {
    return fmt::format("{} and {} are equivalent: every request gets the same verdict\n",
                       printable(before.name), printable(after.name));
  }
  std::string out;
  for (const OperationChange& change : difference.operations) {
    if (change.comparison.relation == Relation::equivalent) continue;
    out += heading(change);
    add_change(out, change, Side::after, before, after);
    add_change(out, change, Side::before, before, after);
    out += "\n";
  }
  for (const SettingChange& change : difference.settings) {
    out += setting_text(change, before, after) + "\n";
  }
  out += unchanged_text(difference);
  for (const Uncompared& one : difference.uncompared) {
    out += fmt::format("{}{}: not compared: {}\n", one.name, on_system(one.on), printable(one.why));
  }
  return out + fmt::format("{}, compared with {}: {}\n", printable(after.name),
                           printable(before.name), verdict_on(difference));
}

}  // namespace sbxc::report
