// `sbxc explain`: what a policy says of one request, which rules decided, which nearly did, and how
// each target holds it. With --at the other way round: from an emitted line to the policy's rules.
// Left out: sets of requests (`query`) and profiles that sbxc did not write (explain_profile.cc).
#include <fmt/format.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/explanation.h"
#include "compiler/driver/load.h"
#include "compiler/driver/targets.h"

namespace sbxc::driver {

namespace {

Exit fail(const Diagnostic& diagnostic, const Sources& sources, Console& console) {
  console.err(render(diagnostic, sources, console.render_options()));
  return Exit::bad_input;
}

Diagnostic wrong_words(std::string message, std::string help) {
  return {.kind = Kind::bad_question,
          .span = {},
          .message = std::move(message),
          .help = std::move(help)};
}

std::string operations_list() {
  std::string out;
  for (const OperationFacts& facts : kOperations) {
    out += fmt::format("{}{}", out.empty() ? "" : ", ", facts.name);
  }
  return out;
}

// The status of the strictest verdict that was asked for. A person has to answer an `ask`: unknown.
Exit status_of(const Explanation& explanation) {
  Effect strictest = Effect::allow;
  for (const SystemAnswer& answer : explanation.systems) {
    strictest = std::max(strictest, answer.decision.verdict);
  }
  switch (strictest) {
    case Effect::allow:
      return Exit::holds;
    case Effect::ask:
      return Exit::over_budget;
    case Effect::deny:
      return Exit::denied;
  }
  return Exit::bug;
}

std::vector<Os> systems_of(const std::string& os) {
  if (os == "linux") return {Os::linux};
  if (os == "macos") return {Os::macos};
  return {Os::linux, Os::macos};
}

Exit explain_place(const ExplainOptions& options, const Loaded& loaded, Console& console) {
  const size_t colon = options.at.rfind(':');
  uint32_t where = 0;
  const bool number = colon != std::string::npos && colon + 1 < options.at.size() &&
                      std::all_of(options.at.begin() + static_cast<std::ptrdiff_t>(colon) + 1,
                                  options.at.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
                      options.at.size() - colon < 9;
  if (!number) {
    return fail(wrong_words(fmt::format("`{}` names no emitted place", printable(options.at)),
                            "write a file and a line: `--at profile.sb:42`"),
                loaded.sources, console);
  }
  where = static_cast<uint32_t>(std::stoul(options.at.substr(colon + 1)));
  const std::string file = options.at.substr(0, colon);
  std::string names;
  for (const TargetName target : kTargets) {
    const Lowered lowered =
        lower(target, *loaded.policy, loaded.sources, loaded.resolve.surroundings, {});
    for (const Artifact& artifact : lowered.artifacts) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", artifact.file);
    }
    const bool here = std::any_of(lowered.artifacts.begin(), lowered.artifacts.end(),
                                  [&](const Artifact& a) { return a.file == file; });
    if (!here) continue;
    console.out(explain_emitted(*loaded.policy, loaded.sources, lowered, file, where));
    return Exit::holds;
  }
  return fail(wrong_words(fmt::format("no artifact is called `{}`", printable(file)),
                          fmt::format("artifacts are {}", names)),
              loaded.sources, console);
}

// `--profile`: an operation of Seatbelt's and a target, `-` when there is none to name.
Exit explain_foreign(const ExplainOptions& options, Console& console) {
  const bool has_words = options.words.size() == 1 || options.words.size() == 2;
  if (!has_words || !options.at.empty()) {
    return fail(wrong_words("with --profile an operation of Seatbelt's and a target are needed",
                            "write `sbxc explain --profile FILE.sb file-read-data /etc/hosts`"),
                {}, console);
  }
  ExplainProfileOptions asked = options.profile;
  asked.operation = options.words[0];
  asked.target = options.words.size() == 2 ? options.words[1] : "-";
  asked.defines = options.defines;
  asked.format = options.format;
  return run_explain_profile(asked, console);
}

}  // namespace

Exit run_explain(const ExplainOptions& options, Console& console) {
  const Sources none;
  if (!options.profile.path.empty()) return explain_foreign(options, console);
  const size_t wanted = options.at.empty() ? 3 : 1;
  if (options.words.size() != wanted) {
    return fail(wrong_words(wanted == 3 ? "an operation, a request and a policy are needed"
                                        : "with --at a policy is needed, and nothing else",
                            wanted == 3 ? "write `sbxc explain read ~/.ssh/id_rsa policy.sbx`"
                                        : "write `sbxc explain --at profile.sb:42 policy.sbx`"),
                none, console);
  }
  const auto operation = wanted == 3 ? operation_named(options.words[0]) : Operation::read;
  if (!operation) {
    return fail(wrong_words(fmt::format("`{}` is no operation", printable(options.words[0])),
                            fmt::format("operations are {}", operations_list())),
                none, console);
  }
  const Loaded loaded = load_policy({options.words.back(), options.defines});
  if (!loaded.policy) {
    console.err(render(loaded.diagnostics, loaded.sources, console.render_options()));
    return Exit::bad_input;
  }
  if (!options.at.empty()) return explain_place(options, loaded, console);
  auto request = parse_request(*operation, options.words[1], loaded.resolve.surroundings);
  if (!request) {
    request.error().span.reset();  // it stands on the command line, in no file
    return fail(request.error(), loaded.sources, console);
  }
  std::vector<Lowered> lowered;
  for (const TargetName target : kTargets) {
    lowered.push_back(
        lower(target, *loaded.policy, loaded.sources, loaded.resolve.surroundings, {}));
  }
  const Explanation explanation =
      explain(*loaded.policy, systems_of(options.os), *request, lowered);
  console.out(options.format == "json"
                  ? explanation_json(*loaded.policy, loaded.sources, explanation)
                  : explanation_text(*loaded.policy, loaded.sources, explanation));
  return status_of(explanation);
}

}  // namespace sbxc::driver
