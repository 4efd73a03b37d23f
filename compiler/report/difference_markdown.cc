// Markdown for a comment on a pull request: a table that can be read at a glance, then one foldable
// section a change. Nothing of a policy is Markdown to the reader: patterns, paths and reasons
// stand in code spans, which no byte of them can leave.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/report/difference_text.h"
#include "compiler/report/difference_words.h"

namespace sbxc::report {

namespace {

constexpr size_t kRules = 8;
constexpr size_t kExamples = 3;

enum class In { text, table };

// A code span whose fence is longer than any run of backticks inside; in a table `|` would end the
// cell.
std::string code(std::string_view text, In where = In::text) {
  size_t longest = 0;
  size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const std::string_view pad = longest > 0 ? " " : "";
  std::string inside;
  for (const char c : printable(text)) {
    if (c == '|' && where == In::table) inside += '\\';
    inside += c;
  }
  return fmt::format("{}{}{}{}{}", fence, pad, inside, pad, fence);
}

std::string code_list(const std::vector<std::string>& items, In where) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ", ") + code(item, where);
  return out;
}

std::string set_words(const automata::GlobSet& set, In where) {
  std::string out = set.complete ? "" : "at least ";
  out += code_list(set.globs, where);
  if (!set.except.empty()) out += " except " + code_list(set.except, where);
  for (const automata::GlobPart& part : set.also) {
    out += ", and " + code_list(part.globs, where);
    if (!part.except.empty()) out += " except " + code_list(part.except, where);
  }
  return out;
}

// Two lists of a hundred names make no table that can be read.
std::string cell(const Change& change) {
  if (change.empty()) return "-";
  const std::string words = set_words(change.patterns, In::table);
  constexpr size_t kCell = 300;
  return words.size() <= kCell ? words : "see below";
}

std::string row(const OperationChange& change) {
  return fmt::format("| {}{} | **{}** | {} | {} | {} |\n", name_of(change), on_system(change.on),
                     name_of(change.comparison.relation), width(change),
                     cell(change.comparison.gained), cell(change.comparison.lost));
}

void add_rules(std::string& out, const Change& change, const DifferenceSide& side, Side which) {
  const std::string_view word = which == Side::before ? "before" : "after";
  const std::vector<RuleId> rules = responsible(change, which);
  if (!side.rule) return;
  if (rules.empty()) out += fmt::format("- {}: no rule matches\n", word);
  for (size_t i = 0; i < std::min(kRules, rules.size()); ++i) {
    const DecidingRule rule = side.rule(rules[i]);
    out += fmt::format("- {}: {} ({})\n", word, code(rule.statement), code(rule.place));
  }
  if (rules.size() > kRules) out += fmt::format("- and {} more rules\n", rules.size() - kRules);
}

void add_details(std::string& out, const OperationChange& operation, const Change& change,
                 Side gained_or_lost, const DifferenceSide& before, const DifferenceSide& after) {
  if (change.empty()) return;
  out += fmt::format("\n<details><summary>{}{}: {}</summary>\n\n", name_of(operation),
                     on_system(operation.on), what_happened(operation, gained_or_lost));
  out += set_words(change.patterns, In::text) + "\n\n";
  for (const Witness* witness : telling_witnesses(change, kExamples)) {
    out += fmt::format("- for example {}\n", code(example_text(operation, change, *witness)));
  }
  add_rules(out, change, before, Side::before);
  add_rules(out, change, after, Side::after);
  out += "\n</details>\n";
}

}  // namespace

std::string write_markdown(const Difference& difference, const DifferenceSide& before,
                           const DifferenceSide& after) {
  std::string out = fmt::format("### {} compared with {}: {}\n", code(after.name),
                                code(before.name), verdict_on(difference));
  for (const Uncompared& one : difference.uncompared) {
    out += fmt::format("\n{}{} is not compared: {}\n", one.name, on_system(one.on), code(one.why));
  }
  if (difference.relation() == Relation::equivalent && difference.settings.empty()) {
    return difference.uncompared.empty() ? out + "\nEvery request gets the same verdict.\n" : out;
  }
  out += "\n| operation | is | by | gained | lost |\n|---|---|---|---|---|\n";
  for (const OperationChange& change : difference.operations) {
    if (change.comparison.relation != Relation::equivalent) out += row(change);
  }
  for (const SettingChange& change : difference.settings) {
    const auto value = [](const std::string& text) {
      return text.empty() ? "not set" : code(text, In::table);
    };
    out +=
        fmt::format("| {}{} | **{}** | | {} | was {} |\n", code(change.name), on_system(change.on),
                    setting_words(change.relation), value(change.after), value(change.before));
  }
  for (const OperationChange& change : difference.operations) {
    add_details(out, change, change.comparison.gained, Side::after, before, after);
    add_details(out, change, change.comparison.lost, Side::before, before, after);
  }
  return out;
}

}  // namespace sbxc::report
