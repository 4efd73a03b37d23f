#include "compiler/driver/command_line.h"

#include <CLI/CLI.hpp>

#include "compiler/driver/command_line_parts.h"
#include "compiler/policy/operation.h"

namespace sbxc::driver {

namespace {

void add_check(CLI::App& app, CheckOptions& options, Describe when) {
  CLI::App* command =
      app.add_subcommand("check", "find errors and doubtful grants; run the policy's tests");
  describe(*command, when, [command, &options] {
    add_policy(*command, options.policy, "the policy; - is standard input");
    command->add_option("--format", options.format, "how to print findings")
        ->check(CLI::IsMember({"text", "json", "sarif", "github"}))
        ->capture_default_str();
    command
        ->add_option("--fail-level", options.fail_level, "the least severity that gives status 1")
        ->check(CLI::IsMember({"error", "warning", "note"}))
        ->capture_default_str();
    command->footer("example: sbxc check --fail-level warning policy.sbx");
  });
}

void add_test(CLI::App& app, TestOptions& options, Describe when) {
  CLI::App* command =
      app.add_subcommand("test", "run the tests of a policy, and measure what they cover");
  describe(*command, when, [command, &options] {
    add_policy(*command, options.policy, "the policy; - is standard input");
    command->add_option("--format", options.format, "how to print results")
        ->check(CLI::IsMember({"text", "json", "junit", "tap"}))
        ->capture_default_str();
    command->add_option("--run", options.run, "run the tests whose name holds a match")
        ->type_name("REGEX");
    command->add_flag("--verbose", options.verbose, "list the requests of tests that pass, too");
    command->add_flag("--fail-on-empty", options.fail_on_empty, "status 4 if no test was run");
    command->add_flag("--coverage", options.coverage, "say which rules decided no tested request");
    command
        ->add_option("--threshold", options.threshold,
                     "status 1 if less of the rules decided something; means --coverage")
        ->check(CLI::Range(0.0, 100.0))
        ->type_name("PERCENT");
    command->add_flag("--mutate", options.mutate,
                      "put faults into the policy, and list those that no test notices");
    command
        ->add_option("--min-score", options.min_score,
                     "status 1 if less of the faults are noticed; means --mutate")
        ->check(CLI::Range(0.0, 100.0))
        ->type_name("PERCENT");
    command->footer("example: sbxc test --coverage --threshold 80 policy.sbx");
  });
}

void add_trim(CLI::App& app, TrimOptions& options, Describe when) {
  CLI::App* command = app.add_subcommand(
      "trim", "take out of a policy what changes nothing, and prove that nothing changed");
  describe(*command, when, [command, &options] {
    add_policy(*command, options.policy, "the policy; - is standard input");
    command->add_flag("--in-place", options.in_place, "rewrite the policy instead of printing it");
    command->add_option("-o,--output", options.output, "write it to this file")->type_name("FILE");
    command->add_flag("--diff", options.diff, "print what would change");
    command->add_flag("--check", options.check,
                      "print no policy; status 1 if something would change");
    command->add_flag("--keep-denies", options.keep_denies,
                      "keep deny rules, whether or not anything needs them today");
    command->add_option("--format", options.format, "how to print the result")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->footer("example: sbxc trim --diff policy.sbx");
  });
}

void add_fmt(CLI::App& app, FmtOptions& options, Describe when) {
  CLI::App* command = app.add_subcommand("fmt", "lay a policy out in the one canonical way");
  describe(*command, when, [command, &options] {
    command->add_option("POLICY", options.paths, "policies to rewrite in place; - filters")
        ->required();
    command->add_flag("--check", options.check,
                      "change nothing; status 1 if something would change");
    command->add_flag("--diff", options.diff, "change nothing; print what would change");
    command->footer("example: sbxc fmt --check policy.sbx");
  });
}

void add_compile(CLI::App& app, CompileOptions& options, Describe when) {
  CLI::App* command = app.add_subcommand(
      "compile", "write what the systems enforce, and how well each rule is held");
  describe(*command, when, [command, &options] {
    add_policy(*command, options.policy, "the policy; - is standard input");
    command
        ->add_option("-t,--target", options.targets,
                     "seatbelt, bwrap, seccomp, proxy; all if not given")
        ->delimiter(',')
        ->allow_extra_args(false)  // or the policy's name would be taken for a target
        ->type_name("TARGET,…");
    command
        ->add_option("-o,--output", options.output, "the directory to write to; - for one artifact")
        ->capture_default_str();
    command
        ->add_option("--emit", options.emit,
                     "with -o -: which artifact; script prints a shell script that runs bubblewrap")
        ->type_name("FILE|script");
    command
        ->add_option("--fail-level", options.fail_level,
                     "the least severity that gives status 1 and writes nothing")
        ->check(CLI::IsMember({"error", "warning", "note"}))
        ->capture_default_str();
    command->add_flag("--static", options.hold_static,
                      "hold by mounts alone: what needs the broker is listed as not held");
    command->add_flag("--keep-terminal", options.keep_terminal,
                      "do not start a new terminal session (the filter must refuse TIOCSTI)");
    command
        ->add_option("--walk-limit", options.walk_limit,
                     "directory entries that wildcards may cost in a bubblewrap plan (200000)")
        ->check(CLI::Range(1, 100'000'000))
        ->type_name("N");
    command->add_flag("--no-verify", options.no_verify,
                      "write without proving that it means what the policy says");
    command->add_flag("-q,--quiet", options.quiet, "print errors only");
    command->footer("example: sbxc compile policy.sbx -t bwrap,seccomp -o out");
  });
}

void add_show(CLI::App& app, ShowOptions& options, Describe when) {
  CLI::App* command =
      app.add_subcommand("show", "print a resolved policy, a built-in, or a stage of compilation");
  describe(*command, when, [command, &options] {
    add_policy(*command, options.policy,
               "a policy, - for standard input, or a built-in: std/agent");
    command->add_option("--stage", options.stage, "what to print of a policy")
        ->check(
            CLI::IsMember({"tokens", "ast", "policy", "nfa", "dfa", "path-table", "plan", "bpf"}))
        ->capture_default_str();
    std::vector<std::string> operations;
    operations.reserve(kOperations.size());
    for (const OperationFacts& facts : kOperations) operations.emplace_back(facts.name);
    command->add_option("--operation", options.operation, "with nfa and dfa: which one")
        ->check(CLI::IsMember(operations))
        ->capture_default_str();
    command->add_option("--os", options.os, "with nfa, dfa and path-table: the system")
        ->check(CLI::IsMember({"linux", "macos"}))
        ->capture_default_str();
    command
        ->add_option("--format", options.format,
                     "with nfa and dfa: a list of states, or for Graphviz")
        ->check(CLI::IsMember({"text", "dot"}))
        ->capture_default_str();
    command->footer("example: sbxc show std/agent");
  });
}

void add_explain(CLI::App& app, ExplainOptions& options, Describe when) {
  CLI::App* command =
      app.add_subcommand("explain", "say what a policy decides about one request, and why");
  describe(*command, when, [command, &options] {
    command
        ->add_option("QUESTION", options.words,
                     "an operation, a request and the policy: read ~/.ssh/id_rsa policy.sbx")
        ->required();
    add_defines(*command, options.defines);
    command
        ->add_option("--at", options.at,
                     "the other way round: the rules that an emitted line came from")
        ->type_name("FILE:LINE");
    command->add_option("--os", options.os, "the system to ask about")
        ->check(CLI::IsMember({"linux", "macos", "both"}))
        ->capture_default_str();
    command->add_option("--format", options.format, "how to print the answer")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command
        ->add_option("--profile", options.profile.path,
                     "ask a Seatbelt profile instead of a policy, in Seatbelt's own terms")
        ->type_name("FILE.sb");
    command
        ->add_option("--import-dir", options.profile.import_dirs,
                     "with --profile: where its imports are looked for")
        ->allow_extra_args(false)
        ->type_name("DIR");
    command
        ->add_option("--vnode-type", options.profile.vnode_type,
                     "with --profile: what the path is, REGULAR-FILE or DIRECTORY or …")
        ->type_name("TYPE");
    command
        ->add_option("--extension", options.profile.extensions,
                     "with --profile: an extension that the process holds")
        ->allow_extra_args(false)
        ->type_name("CLASS");
    command->add_flag("--nothing-else", options.profile.nothing_else,
                      "with --profile: what is not said does not hold");
    command->footer("example: sbxc explain connect registry.npmjs.org:443 policy.sbx");
  });
}

void add_query(CLI::App& app, QueryOptions& options, Describe when) {
  CLI::App* command = app.add_subcommand("query", "describe everything that a policy allows");
  describe(*command, when, [command, &options] {
    command
        ->add_option(
            "QUESTION", options.words,
            "an operation, perhaps patterns, and the policy: who can write '~/**' policy.sbx")
        ->required();
    add_defines(*command, options.defines);
    command->add_option("--os", options.os, "the system to ask about")
        ->check(CLI::IsMember({"linux", "macos", "both"}))
        ->capture_default_str();
    command->add_option("--format", options.format, "how to print the answer")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->footer("example: sbxc query what can connect policy.sbx");
  });
}

void add_verify(CLI::App& app, VerifyOptions& options, Describe when) {
  CLI::App* command = app.add_subcommand(
      "verify", "read artifacts back and prove that they mean what the policy says");
  describe(*command, when, [command, &options] {
    add_policy(*command, options.policy, "the policy; - is standard input");
    command
        ->add_option("-t,--target", options.targets,
                     "seatbelt, bwrap, seccomp, proxy; all if not given")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name("TARGET,…");
    command
        ->add_option("--artifacts", options.artifacts,
                     "what was compiled before; compiled now if not given")
        ->type_name("DIR");
    command->add_flag("--static", options.hold_static, "it was compiled with --static");
    command->add_option("--format", options.format, "how to print the result")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->footer("example: sbxc verify --artifacts sbxc-out policy.sbx");
  });
}

void add_diff(CLI::App& app, DiffOptions& options, Describe when) {
  CLI::App* command =
      app.add_subcommand("diff", "say what a change of a policy opens up and what it closes");
  describe(*command, when, [command, &options] {
    command
        ->add_option("OLD", options.before,
                     "the policy as it was; - is standard input. Or what was made from one: a file "
                     "or a directory of `sbxc compile`, any Seatbelt profile or seccomp filter")
        ->required();
    command->add_option("NEW", options.after, "the policy, or the file, as it is to be")
        ->required();
    command->add_option("--import-dir", options.import_dirs,
                        "where to find what a Seatbelt profile imports");
    add_defines(*command, options.defines);
    command->add_option("--format", options.format, "how to print the difference")
        ->check(CLI::IsMember({"text", "md", "json", "sarif"}))
        ->capture_default_str();
    command->add_option("--fail-on", options.fail_on, "which change gives status 1")
        ->check(CLI::IsMember({"widened", "narrowed", "any", "none"}))
        ->capture_default_str();
    command->footer("example: sbxc diff --fail-on widened old.sbx policy.sbx");
  });
}

void add_import(CLI::App& app, ImportOptions& options, Describe when) {
  CLI::App* command = app.add_subcommand(
      "import", "make a policy of another tool's settings, and list what cannot be carried over");
  describe(*command, when, [command, &options] {
    command->add_option("TOOL", options.tool, "whose settings they are: srt")->required();
    command->add_option("SETTINGS", options.path, "the settings; - is standard input")->required();
    command->add_option("-o,--output", options.output, "write the policy to this file")
        ->type_name("FILE")
        ->capture_default_str();
    command->add_flag("--strict", options.strict,
                      "status 1 and no policy if something cannot be carried over");
    command->footer("example: sbxc import srt ~/.srt-settings.json > policy.sbx");
  });
}

void add_help(CLI::App& app, HelpOptions& options, Describe when) {
  CLI::App* command = app.add_subcommand("help", "explain a topic");
  describe(*command, when, [command, &options] {
    command
        ->add_option("TOPIC", options.topic,
                     "exit-codes, findings, backends, operations, syscalls, or a finding: SBX1001")
        ->required();
    command->footer("example: sbxc help exit-codes");
  });
}

}  // namespace

void describe(CLI::App& command, Describe when, const std::function<void()>& add_options) {
  if (when == Describe::at_once) {
    add_options();
  } else {
    command.preparse_callback([add_options](size_t) { add_options(); });
  }
}

void describe_command_line(CLI::App& app, Options& options, Describe when) {
  app.name("sbxc");
  app.description("a policy compiler for sandboxes");
  app.set_version_flag("--version", "sbxc " SBXC_VERSION, "print the version");
  app.add_option("--color", options.color, "when to colour messages; NO_COLOR is honoured")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  app.require_subcommand(1);
  app.fallthrough();
  add_check(app, options.check, when);
  add_test(app, options.test, when);
  add_trim(app, options.trim, when);
  add_fmt(app, options.fmt, when);
  add_compile(app, options.compile, when);
  add_show(app, options.show, when);
  add_explain(app, options.explain, when);
  add_query(app, options.query, when);
  add_verify(app, options.verify, when);
  add_diff(app, options.diff, when);
  add_run(app, options.run, when);
  add_proxy(app, options.proxy, when);
  add_conform(app, options.conform, when);
  add_import(app, options.import, when);
  add_doctor(app, options.doctor, when);
  add_help(app, options.help, when);
  CLI::App* generate =
      app.add_subcommand("generate", "print the man page or a shell's completions");
  generate->add_option("WHAT", options.generate.what, "man, bash, zsh, fish")
      ->check(CLI::IsMember({"man", "bash", "zsh", "fish"}))
      ->required();
  generate->group("");
}

}  // namespace sbxc::driver
