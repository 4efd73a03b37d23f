// `sbxc show`: a built-in's text, a policy with everything resolved, or a stage on the way.
#include <fmt/core.h>
#include <unistd.h>

#include "backends/path_table/path_table_builder.h"
#include "compiler/ast/print.h"
#include "compiler/decisions/over_budget.h"
#include "compiler/diag/printable.h"
#include "compiler/driver/automaton_stage.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/files.h"
#include "compiler/driver/load.h"
#include "compiler/driver/targets.h"
#include "compiler/library/library.h"
#include "compiler/parse/parse.h"
#include "compiler/parse/tokens.h"
#include "compiler/policy/print.h"

namespace sbxc::driver {

namespace {

Exit fail(const Sources& sources, Diagnostics& diagnostics, Console& console) {
  diagnostics.sort();
  console.err(render(diagnostics, sources, console.render_options()));
  return Exit::bad_input;
}

// The stages before resolution need one file and no other.
Exit show_text_stage(const ShowOptions& options, Console& console) {
  Sources sources;
  Diagnostics diagnostics;
  std::string text;
  if (const LibraryFile* built_in = library_file(options.policy.path)) {
    text = built_in->text;
  } else {
    auto read = read_file(options.policy.path, kMaxPolicyBytes);
    if (!read) {
      diagnostics.report(read.error());
      return fail(sources, diagnostics, console);
    }
    text = std::move(*read);
  }
  const FileId file =
      sources.add(options.policy.path == "-" ? "<stdin>" : options.policy.path, std::move(text));
  const auto tree = parse(sources, file, diagnostics);
  if (!tree) return fail(sources, diagnostics, console);
  console.out(options.stage == "tokens" ? dump_tokens(sources, file) : ast::print(*tree));
  return Exit::holds;
}

// The automata of one operation.
Exit show_automaton(const ShowOptions& options, const Loaded& loaded, Console& console) {
  const AutomatonStage stage{.policy = *loaded.policy,
                             .sources = loaded.sources,
                             .os = options.os == "macos" ? Os::macos : Os::linux,
                             .operation = *operation_named(options.operation),
                             .dot = options.format == "dot"};
  if (!is_about_words(stage.operation)) {
    console.err(
        fmt::format("error: `{}` is decided by tables, not by an automaton\n"
                    "help: `sbxc query {} {}` describes what they say\n",
                    options.operation, options.operation, printable(options.policy.path)));
    return Exit::bad_input;
  }
  if (options.stage == "nfa") {
    console.out(nfa_stage(stage));
    return Exit::holds;
  }
  const auto text = dfa_stage(stage);
  if (!text) {
    const Diagnostic d = over_budget(*loaded.policy, text.error());
    console.err(render(d, loaded.sources, console.render_options()));
    return Exit::over_budget;
  }
  console.out(*text);
  return Exit::holds;
}

// The bytes that runtime/path_table reads; not for a terminal.
Exit show_path_table(const ShowOptions& options, const Loaded& loaded, Console& console) {
  if (isatty(STDOUT_FILENO) == 1) {
    console.err(
        fmt::format("error: a path table is not for people to read\n"
                    "help: sbxc show --stage path-table {} > policy.sbxp\n",
                    printable(options.policy.path)));
    return Exit::bad_input;
  }
  const auto bytes =
      build_path_table(*loaded.policy, options.os == "macos" ? Os::macos : Os::linux);
  if (!bytes) {
    const Diagnostic d = over_budget(*loaded.policy, bytes.error());
    console.err(render(d, loaded.sources, console.render_options()));
    return Exit::over_budget;
  }
  console.out(*bytes);
  return Exit::holds;
}

}  // namespace

Exit run_show(const ShowOptions& options, Console& console) {
  if (options.stage == "tokens" || options.stage == "ast") return show_text_stage(options, console);
  if (options.stage == "policy") {
    if (const LibraryFile* built_in = library_file(options.policy.path)) {
      console.out(built_in->text);
      return Exit::holds;
    }
  }
  Loaded loaded = load_policy(options.policy);
  if (!loaded.policy) return fail(loaded.sources, loaded.diagnostics, console);
  if (options.stage == "policy") {
    console.out(print(*loaded.policy));
    return Exit::holds;
  }
  if (options.stage == "nfa" || options.stage == "dfa") {
    return show_automaton(options, loaded, console);
  }
  if (options.stage == "path-table") return show_path_table(options, loaded, console);
  const TargetName target = options.stage == "plan" ? TargetName::bwrap : TargetName::seccomp;
  const Lowered lowered =
      lower(target, *loaded.policy, loaded.sources, loaded.resolve.surroundings, {});
  for (const Artifact& artifact : lowered.artifacts) {
    const bool wanted =
        options.stage == "plan" ? artifact.file == "plan.json" : artifact.file.ends_with(".txt");
    if (wanted) console.out(artifact.bytes);
  }
  return Exit::holds;
}

}  // namespace sbxc::driver
