#include "compiler/driver/rule_text.h"

#include <fmt/format.h>

#include "compiler/diag/printable.h"

namespace sbxc::driver {

namespace {

void write_place(JsonWriter& json, const Sources& sources, Span span) {
  const LineColumn begin = sources.locate(span.file, span.begin);
  const LineColumn end = sources.locate(span.file, span.end);
  json.key("at").list();
  json.text(sources.name(span.file));
  json.number(begin.line);
  json.number(begin.column);
  json.number(end.line);
  json.number(end.column);
  json.close();
}

// The statement's first line, as written.
std::string statement_of(const Sources& sources, const Rule& rule) {
  std::string text(sources.text(rule.span));
  const size_t end = text.find('\n');
  if (end != std::string::npos) text = text.substr(0, end) + " …";
  std::string squeezed;
  for (const char c : text) {
    if (c != ' ' || squeezed.empty() || squeezed.back() != ' ') squeezed += c;
  }
  return printable(squeezed);
}

}  // namespace

std::string rule_lines(const Policy& policy, const Sources& sources, RuleId id,
                       std::string_view why) {
  const Rule& rule = policy.rule(id);
  const std::string statement = statement_of(sources, rule);
  std::string out = fmt::format("  {}\n    {}", statement, printable(sources.describe(rule.span)));
  if (!rule.chain.empty()) {
    out += fmt::format(", used in {}", printable(sources.describe(rule.chain.front().use)));
  }
  const bool says_why = statement.find(printable(rule.because)) != std::string::npos;
  if (!says_why) out += fmt::format(": \"{}\"", printable(rule.because));
  if (!why.empty()) out += fmt::format("\n    {}", printable(why));
  return out + "\n";
}

void write_rule(JsonWriter& json, const Policy& policy, const Sources& sources, RuleId id,
                std::string_view why) {
  const Rule& rule = policy.rule(id);
  json.object();
  json.member("rule", static_cast<uint32_t>(id));
  json.member("effect", name_of(rule.effect));
  json.member("operation", name_of(rule.operation));
  write_place(json, sources, rule.span);
  if (!rule.because.empty()) json.member("because", rule.because);
  if (!why.empty()) json.member("why", why);
  json.close();
}

}  // namespace sbxc::driver
