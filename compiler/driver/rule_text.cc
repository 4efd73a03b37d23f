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

}  // namespace

std::string statement_text(const Sources& sources, Span span) {
  std::string text(sources.text(span));
  const size_t end = text.find('\n');
  if (end != std::string::npos) text = text.substr(0, end) + " …";
  std::string squeezed;
  for (const char c : text) {
    if (c != ' ' || squeezed.empty() || squeezed.back() != ' ') squeezed += c;
  }
  return printable(squeezed);
}

std::string rule_lines(const Policy& policy, const Sources& sources, RuleId id,
                       std::string_view why) {
  const Rule& rule = policy.rule(id);
  const std::string statement = statement_text(sources, rule.span);
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
