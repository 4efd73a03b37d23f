// Reads the profile, asks it one question, and says which line answered. Imports are looked up in
// the directories given and nowhere else: what a Mac has in its own differs from release to
// release, so an import that is not here ends in a statement and not in a guess.
#include "compiler/driver/explain_profile.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "backends/seatbelt/read/explain.h"
#include "backends/target/json_writer.h"
#include "compiler/diag/printable.h"
#include "compiler/driver/files.h"

namespace sbxc::driver {
namespace {

constexpr size_t kMaxImportBytes = 4U << 20;

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

// `app.sb:12`, or the import's name and line.
std::string name_of(const sbpl::Place& place, const std::string& path) {
  const std::string file = place.import.empty() ? (path == "-" ? "<stdin>" : path) : place.import;
  return fmt::format("{}:{}", printable(file), place.line);
}

std::optional<std::string> find_import(const std::vector<std::string>& directories,
                                       const std::string& name) {
  if (name.find('\0') != std::string::npos || name.find("..") != std::string::npos) {
    return std::nullopt;
  }
  for (const std::string& directory : directories) {
    // An absolute import is looked for by its last name too: the directory stands for the Mac's.
    const std::string candidates[] = {directory + "/" + name,
                                      directory + "/" + name.substr(name.rfind('/') + 1)};
    for (const std::string& candidate : candidates) {
      if (auto text = read_file(candidate, kMaxImportBytes)) return std::move(*text);
    }
  }
  return std::nullopt;
}

Exit complain(const std::string& message, const std::string& help, Exit status, Console& console) {
  console.err("error: " + message + "\n" + (help.empty() ? "" : "help: " + help + "\n"));
  return status;
}

Exit refuse(const sbpl::CompileError& error, const std::string& path, Console& console) {
  const std::string where = name_of({error.import, error.line}, path);
  const std::string what = printable(error.message);
  switch (error.refusal) {
    case sbpl::Refusal::by_system:
      return complain("the profile would not compile: " + where + ": " + what,
                      "macOS refuses such a profile as a whole: nothing starts under it",
                      Exit::bad_input, console);
    case sbpl::Refusal::not_understood:
      return complain("the profile is not understood: " + where + ": " + what,
                      "what a Mac makes of it is not known, so nothing is said about it",
                      Exit::over_budget, console);
    case sbpl::Refusal::missing_import:
      return complain("the profile cannot be read whole: " + where + ": " + what,
                      "--import-dir DIR says where the profiles are that it imports",
                      Exit::over_budget, console);
  }
  return Exit::bad_input;
}

std::string describe(const sbpl::ExplainedRule& rule, const std::string& path) {
  const std::string_view operation = sbpl::facts_of(rule.operation).name;
  if (rule.place.line == 0) {
    return fmt::format("{} without any rule is {}", operation,
                       rule.action == sbpl::Action::allow ? "allowed" : "denied");
  }
  return fmt::format("{}  {}", name_of(rule.place, path), printable(rule.text));
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
  const auto text = read_file(options.path, kMaxImportBytes);
  if (!text) return complain(text.error().message, text.error().help, Exit::bad_input, console);
  sbpl::CompileOptions compile;
  for (const std::string& define : options.defines) {
    const size_t equals = define.find('=');
    if (equals == std::string::npos || equals == 0) {
      return complain("-D takes NAME=VALUE, not `" + printable(define) + "`", "", Exit::bad_input,
                      console);
    }
    compile.parameters[define.substr(0, equals)] = define.substr(equals + 1);
  }
  compile.import = [&](const std::string& name) { return find_import(options.import_dirs, name); };
  const auto profile = sbpl::Profile::compile(*text, compile);
  if (!profile) return refuse(profile.error(), options.path, console);
  const sbpl::Explanation answer = sbpl::explain(*profile, *question);
  console.out(options.format == "json" ? in_json(answer, options) : in_text(answer, options));
  return exit_of(answer.verdict);
}

}  // namespace sbxc::driver
