// Weight: 8 bytes, a node, for every filter in every operation's list, and each string once. What
// the limit of 65,535 bytes counts exactly is not documented (messages of the system speak of a
// data object and of a pattern); a profile over it is refused as a whole, so nothing is opened by a
// wrong guess.
#include "backends/seatbelt/profile_writer.h"

#include <fmt/core.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/policy/print.h"

namespace sbxc::seatbelt {
namespace {

constexpr size_t kNodeBytes = 8;
constexpr size_t kMaxComment = 160;
constexpr size_t kColumns = 100;

// Comments come from policy text: one line, printable, of bounded length.
std::string one_line(std::string_view text) {
  std::string out;
  bool in_comment = false;
  for (const char c : text) {
    if (c == '\n') in_comment = false;
    if (c == '#' && (out.empty() || out.back() == ' ')) in_comment = true;
    if (in_comment) continue;
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.size() > kMaxComment) {
    out.resize(kMaxComment);
    while (find_invalid_utf8(out) != std::string_view::npos && !out.empty()) out.pop_back();
    out += " …";
  }
  return printable(out);
}

std::string_view word_of(Effect effect) { return effect == Effect::deny ? "deny" : "allow"; }

}  // namespace

void ProfileWriter::heading(std::string_view text) {
  if (!text_.empty()) line("");
  line(fmt::format(";; {}", text));
}

void ProfileWriter::line(std::string_view text) {
  text_ += text;
  text_ += '\n';
  next_line_ += 1 + static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n'));
}

void ProfileWriter::line(std::string_view text, std::vector<RuleId> rules) {
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  map_.push_back({std::string(kProfileFile), next_line_, std::move(rules)});
  line(text);
}

void ProfileWriter::statement_comment(const Rule& rule, std::string_view note) {
  std::string place;
  std::string statement;
  if (static_cast<size_t>(rule.span.file) < sources_.size() && rule.span.end > rule.span.begin) {
    place = fmt::format("{}:{}", printable(sources_.name(rule.span.file)),
                        sources_.locate(rule.span.file, rule.span.begin).line);
    statement = one_line(sources_.text(rule.span));
  } else {
    place = fmt::format("rule {}", static_cast<uint32_t>(rule.id) + 1);
    statement = one_line(print(policy_, rule));
  }
  line(fmt::format("; {}  {}", place, statement));
  if (!note.empty()) line(fmt::format(";   {}", note));
}

NamedFilter ProfileWriter::define(const Rule& rule, const FilterTree& filter) {
  NamedFilter named{.name = fmt::format("{}-{}-{}", word_of(rule.effect), name_of(rule.operation),
                                        static_cast<uint32_t>(rule.id) + 1),
                    .rule = rule.id,
                    .leaves = leaves(filter)};
  weigh(rule.id, 0, string_bytes(filter));
  const std::string open = "(define " + named.name;
  const std::string flat = print(filter, open.size() + 2);
  const bool fits =
      flat.find('\n') == std::string::npos && open.size() + flat.size() + 2 <= kColumns;
  line(fits ? open + " " + flat + ")" : open + "\n  " + print(filter, 2) + ")", {rule.id});
  return named;
}

std::string ProfileWriter::rule_text(std::string_view action, std::string_view operations,
                                     const std::vector<NamedFilter>& filters, size_t indent) {
  std::string out = fmt::format("({} {}", action, operations);
  size_t column = indent + out.size();
  const size_t operation_count =
      1 + static_cast<size_t>(std::count(operations.begin(), operations.end(), ' '));
  for (const NamedFilter& filter : filters) {
    weigh(filter.rule, filter.leaves * operation_count, 0);
    if (column + filter.name.size() + 2 > kColumns) {
      out += "\n" + std::string(indent + 1, ' ');
      column = indent + 1;
    }
    out += " " + filter.name;
    column += filter.name.size() + 1;
  }
  return out + ")";
}

void ProfileWriter::rule(std::string_view action, std::string_view operations,
                         const std::vector<NamedFilter>& filters) {
  if (filters.empty()) return;
  std::vector<RuleId> rules;
  rules.reserve(filters.size());
  for (const NamedFilter& filter : filters) rules.push_back(filter.rule);
  line(rule_text(action, operations, filters, 0), std::move(rules));
}

void ProfileWriter::guarded(std::string_view operation, const std::vector<std::string>& rules) {
  if (rules.size() == 1) {
    line(fmt::format("(if (defined? '{})\n  {})", operation, rules[0]));
    return;
  }
  std::string out = fmt::format("(if (defined? '{})\n  (begin", operation);
  for (const std::string& rule : rules) out += "\n    " + rule;
  line(out + "))");
}

void ProfileWriter::weigh(RuleId rule, size_t leaves, size_t string_bytes) {
  weights_[rule] += leaves * kNodeBytes + string_bytes;
}

void ProfileWriter::weigh_base(size_t leaves, size_t string_bytes) {
  base_bytes_ += leaves * kNodeBytes + string_bytes;
}

size_t ProfileWriter::weight() const {
  size_t sum = base_bytes_;
  for (const auto& [rule, bytes] : weights_) sum += bytes;
  return sum;
}

std::optional<RuleId> ProfileWriter::tips(size_t limit) const {
  size_t sum = base_bytes_;
  for (const auto& [rule, bytes] : weights_) {
    sum += bytes;
    if (sum > limit) return rule;
  }
  return std::nullopt;
}

}  // namespace sbxc::seatbelt
