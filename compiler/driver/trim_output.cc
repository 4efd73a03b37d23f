#include "compiler/driver/trim_output.h"

#include <fmt/format.h>

#include <algorithm>

#include "backends/target/json_writer.h"
#include "compiler/diag/printable.h"
#include "compiler/driver/rule_text.h"

namespace sbxc::driver {

namespace {

std::string_view name_of_part(CutPart part) {
  switch (part) {
    case CutPart::statement:
      return "statement";
    case CutPart::pattern:
      return "pattern";
    case CutPart::exception:
      return "exception";
  }
  return {};
}

// On one line.
std::string text_of(const Loaded& loaded, Span span) {
  std::string squeezed;
  for (const char c : loaded.sources.text(span)) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) squeezed += c;
    if (blank && !squeezed.empty() && squeezed.back() != ' ') squeezed += ' ';
  }
  return printable(squeezed);
}

std::string why(const ExplainedCut& one) {
  const CutReason& reason = one.reason;
  if (!one.explained) return "changes nothing; to say why would take too long";
  if (reason.matches_nothing && reason.part == CutPart::exception) {
    return "subtracts nothing: no pattern of its rule matches it";
  }
  if (reason.matches_nothing) return "matches nothing that its own exceptions leave";
  if (reason.rules.empty()) return "no rule allows any of it, so it is denied anyway";
  std::string text =
      reason.part == CutPart::exception
          ? "takes nothing away and gives nothing back: all that it matches is matched by"
          : "all that it matches is matched by";
  if (reason.more_rules) text += " many rules, among them";
  return text;
}

std::string cut_text(const ExplainedCut& one, const Loaded& loaded) {
  const std::string what = text_of(loaded, one.cut.span);
  const bool statement = one.reason.part == CutPart::statement || one.cut.statement;
  std::string out =
      fmt::format("without {}{}\n    {}\n    {}\n",
                  statement ? "" : fmt::format("the {} ", name_of_part(one.reason.part)), what,
                  printable(loaded.sources.describe(one.cut.span)), why(one));
  for (const RuleId id : one.reason.rules) {
    out += rule_lines(*loaded.policy, loaded.sources, id);
  }
  if (one.reason.never_allowed && !one.reason.rules.empty()) {
    out += "  and the rest no rule allows\n";
  }
  return out;
}

std::string why(const Kept& kept) {
  switch (kept.why) {
    case Kept::Why::names_a_reason:
      return fmt::format("the test \"{}\" names its reason", printable(kept.what));
    case Kept::Why::accepted:
      return fmt::format("a comment says that it is meant: \"{}\"", printable(kept.what));
    case Kept::Why::depends_on_variables:
      return "with another working or home directory it does";
    case Kept::Why::used_file:
      return "another file, which may say more tomorrow";
  }
  return {};
}

std::string_view name_of(Kept::Why why) {
  switch (why) {
    case Kept::Why::names_a_reason:
      return "names-a-reason";
    case Kept::Why::accepted:
      return "accepted";
    case Kept::Why::depends_on_variables:
      return "depends-on-variables";
    case Kept::Why::used_file:
      return "used-file";
  }
  return {};
}

std::string counted(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string summary(const Trimming& trimming, const Loaded& loaded) {
  const std::string name = printable(loaded.sources.name(FileId{}));
  if (trimming.cuts.empty()) return fmt::format("{}: nothing can go\n", name);
  std::string parts;
  for (const CutPart part : {CutPart::statement, CutPart::pattern, CutPart::exception}) {
    const auto count = static_cast<size_t>(
        std::count_if(trimming.cuts.begin(), trimming.cuts.end(),
                      [&](const ExplainedCut& one) { return one.reason.part == part; }));
    if (count == 0) continue;
    if (!parts.empty()) parts += ", ";
    parts += counted(count, name_of_part(part));
  }
  return fmt::format("{}: {} less; proved: every request gets the verdict that it got{}\n", name,
                     parts, trimming.everywhere ? "" : ", with these directories");
}

void write_place(JsonWriter& json, const Loaded& loaded, Span span) {
  const LineColumn begin = loaded.sources.locate(span.file, span.begin);
  const LineColumn end = loaded.sources.locate(span.file, span.end);
  json.key("at").list();
  json.text(loaded.sources.name(span.file));
  for (const uint32_t number : {begin.line, begin.column, end.line, end.column}) {
    json.number(number);
  }
  json.close();
}

void write_cut(JsonWriter& json, const ExplainedCut& one, const Loaded& loaded) {
  json.object();
  json.member("part", name_of_part(one.reason.part));
  json.member("text", loaded.sources.text(one.cut.span));
  write_place(json, loaded, one.cut.span);
  json.member("explained", one.explained);
  json.member("matches_nothing", one.reason.matches_nothing);
  json.member("never_allowed", one.reason.never_allowed);
  json.member("more_rules", one.reason.more_rules);
  json.key("rules").list();
  for (const RuleId id : one.reason.rules) {
    write_rule(json, *loaded.policy, loaded.sources, id);
  }
  json.close();
  json.close();
}

}  // namespace

std::string trim_text(const Trimming& trimming, const Loaded& loaded) {
  std::string out;
  for (const ExplainedCut& one : trimming.cuts) out += cut_text(one, loaded);
  for (const Kept& kept : trimming.kept) {
    out += fmt::format("kept, although it changes nothing: {}\n    {}\n    {}\n",
                       text_of(loaded, kept.span), printable(loaded.sources.describe(kept.span)),
                       why(kept));
  }
  for (const std::string& unused : trimming.unused) out += fmt::format("{} any more\n", unused);
  return out + summary(trimming, loaded);
}

std::string trim_json(const Trimming& trimming, const Loaded& loaded) {
  JsonWriter json;
  json.member("format", "sbxc-trim");
  json.member("version", uint32_t{1});
  json.member("policy", loaded.sources.name(FileId{}));
  json.member("equivalent", true);  // or nothing is printed
  json.member("everywhere", trimming.everywhere);
  json.table("cuts");
  for (const ExplainedCut& one : trimming.cuts) write_cut(json, one, loaded);
  json.close();
  json.table("kept");
  for (const Kept& kept : trimming.kept) {
    json.object();
    json.member("why", name_of(kept.why));
    json.member("what", kept.what);
    json.member("text", loaded.sources.text(kept.span));
    write_place(json, loaded, kept.span);
    json.close();
  }
  json.close();
  json.key("unused").list();
  for (const std::string& unused : trimming.unused) json.text(unused);
  json.close();
  json.member("text", trimming.text);
  return std::move(json).finish();
}

}  // namespace sbxc::driver
