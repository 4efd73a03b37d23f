// Reads the profile, asks it one question, and says which line answered.
#include "compiler/driver/explain_profile.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "backends/seatbelt/read/explain.h"
#include "backends/target/json_writer.h"
#include "compiler/diag/printable.h"
#include "compiler/driver/files.h"
#include "compiler/driver/profile_file.h"

namespace sbxc::driver {
namespace {

constexpr size_t kMaxProfileBytes = 4U << 20;

std::string_view word_of(sbpl::Verdict verdict) {
  switch (verdict) {
    case sbpl::Verdict::allow:
      return "allow";
    case sbpl::Verdict::deny:
      return "deny";
    case sbpl::Verdict::depends:
      return "depends";
  }
  return {};
}
std::string_view word_of(sbpl::Action action) {
  return action == sbpl::Action::allow ? "allow" : "deny";
}

Exit exit_of(sbpl::Verdict verdict) {
  switch (verdict) {
    case sbpl::Verdict::allow:
      return Exit::holds;
    case sbpl::Verdict::deny:
      return Exit::denied;
    case sbpl::Verdict::depends:
      return Exit::over_budget;
  }
  return Exit::over_budget;
}

Exit complain(const std::string& message, const std::string& help, Exit status, Console& console) {
  console.err("error: " + message + "\n" + (help.empty() ? "" : "help: " + help + "\n"));
  return status;
}

std::string describe(const sbpl::ExplainedRule& rule, const std::string& path) {
  const std::string_view operation = sbpl::facts_of(rule.operation).name;
  if (rule.place.line == 0) {
    return fmt::format("{} without any rule is {}", operation,
                       rule.action == sbpl::Action::allow ? "allowed" : "denied");
  }
  return fmt::format("{}  {}", name_of(rule.place, path == "-" ? "<stdin>" : path),
                     printable(rule.text));
}

std::string in_text(const sbpl::Explanation& answer, const ExplainProfileOptions& options) {
  std::string out = fmt::format("{}  {} {}\n", word_of(answer.verdict), options.operation,
                                printable(options.target));
  std::vector<std::string_view> asked;
  for (const sbpl::OperationId id : answer.asked) asked.push_back(sbpl::facts_of(id).name);
  for (const sbpl::ExplainedRule& rule : answer.rules) {
    std::string condition;
    if (!rule.unknown.empty() && answer.verdict == sbpl::Verdict::depends) {
      condition = fmt::format(" if it holds, which depends on {}",
                              printable(fmt::format("{}", fmt::join(rule.unknown, ", "))));
    } else if (!rule.unknown.empty()) {
      condition = " either way";
    }
    out +=
        fmt::format("  {}{}: {}\n", word_of(rule.action), condition, describe(rule, options.path));
  }
  const sbpl::ExplainedRule& last = answer.rules.back();
  if (last.is_tail) {
    out += fmt::format("  no {}filter of {} holds\n", answer.rules.size() > 1 ? "other " : "",
                       fmt::join(asked, ", "));
  } else if (asked.size() > 1) {
    out += fmt::format("  asked in this order: {}\n", fmt::join(asked, ", "));
  }
  if (!answer.unknown.empty()) {
    out += fmt::format("  unknown: {}\n",
                       printable(fmt::format("{}", fmt::join(answer.unknown, ", "))));
  }
  return out;
}

void add_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key).list();
  for (const std::string& text : texts) json.text(text);
  json.close();
}

std::string in_json(const sbpl::Explanation& answer, const ExplainProfileOptions& options) {
  JsonWriter json;
  json.member("sbxc_explain_profile", 1U);
  json.member("operation", options.operation);
  json.member("target", options.target);
  json.member("verdict", word_of(answer.verdict));
  json.key("asked").list();
  for (const sbpl::OperationId id : answer.asked) json.text(sbpl::facts_of(id).name);
  json.close();
  json.table("rules");
  for (const sbpl::ExplainedRule& rule : answer.rules) {
    json.object();
    json.member("action", word_of(rule.action));
    json.member("operation", sbpl::facts_of(rule.operation).name);
    json.member("unfiltered", rule.is_tail);
    json.member("import", rule.place.import);
    json.member("line", rule.place.line);
    json.member("text", rule.text);
    add_texts(json, "unknown", rule.unknown);
    json.close();
  }
  json.close();
  add_texts(json, "unknown", answer.unknown);
  return std::move(json).finish();
}

}  // namespace

Exit run_explain_profile(const ExplainProfileOptions& options, Console& console) {
  const auto question = sbpl::question_of(options.operation, options.target,
                                          {.vnode_type = options.vnode_type,
                                           .extensions = options.extensions,
                                           .nothing_else = options.nothing_else});
  if (!question) {
    return complain(question.error().message, question.error().help, Exit::bad_input, console);
  }
  const auto text = read_file(options.path, kMaxProfileBytes);
  if (!text) return complain(text.error().message, text.error().help, Exit::bad_input, console);
  const auto profile = read_profile(*text, {.name = options.path == "-" ? "<stdin>" : options.path,
                                            .defines = options.defines,
                                            .import_dirs = options.import_dirs});
  if (!profile) {
    const RefusedProfile& refused = profile.error();
    return complain(refused.message, refused.help, refused.status, console);
  }
  const sbpl::Explanation answer = sbpl::explain(*profile, *question);
  console.out(options.format == "json" ? in_json(answer, options) : in_text(answer, options));
  return exit_of(answer.verdict);
}

}  // namespace sbxc::driver
