// The `sbxc` program: parse the command line, run one command, give one status.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <string_view>

#include "compiler/driver/command_line.h"
#include "compiler/driver/command_line_error.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/documents.h"
#include "compiler/driver/planning_memory.h"

namespace sbxc::driver {

namespace {

Exit run_generate(const std::string& what, Console& console) {
  CLI::App app;
  Options unused;
  describe_command_line(app, unused, Describe::at_once);
  if (what == "man") console.out(man_page(app));
  if (what == "bash") console.out(bash_completion(app));
  if (what == "zsh") console.out(zsh_completion(app));
  if (what == "fish") console.out(fish_completion(app));
  return Exit::holds;
}

Exit dispatch(const CLI::App& app, const Options& options, Console& console) {
  if (app.got_subcommand("check")) return run_check(options.check, console);
  if (app.got_subcommand("test")) return run_test_command(options.test, console);
  if (app.got_subcommand("trim")) return run_trim(options.trim, console);
  if (app.got_subcommand("fmt")) return run_fmt(options.fmt, console);
  if (app.got_subcommand("compile")) return run_compile(options.compile, console);
  if (app.got_subcommand("show")) return run_show(options.show, console);
  if (app.got_subcommand("explain")) return run_explain(options.explain, console);
  if (app.got_subcommand("query")) return run_query(options.query, console);
  if (app.got_subcommand("verify")) return run_verify(options.verify, console);
  if (app.got_subcommand("diff")) return run_diff(options.diff, console);
  if (app.got_subcommand("proxy")) return run_proxy(options.proxy, console);
  if (app.got_subcommand("conform")) return run_conform(options.conform, console);
  if (app.got_subcommand("import")) return run_import(options.import, console);
  if (app.got_subcommand("doctor")) return run_doctor(options.doctor, console);
  if (app.got_subcommand("help")) return run_help(options.help, console);
  return run_generate(options.generate.what, console);
}

// How many of the arguments are ours: of `sbxc run policy.sbx -- COMMAND` those before the `--`.
// The parser would drop the command's empty arguments and read its options as ours.
int own_arguments(int argc, char** argv) {
  bool runs = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--") return runs ? i : argc;
    if (word == "--color") ++i;
    if (!word.starts_with('-')) {
      if (!runs && word != "run") return argc;
      runs = true;
    }
  }
  return argc;
}

// Those that read policies and serve nobody, at least at first.
bool plans(const CLI::App& app) {
  constexpr std::array kCommands = {"run",     "check", "test",    "trim",   "fmt",
                                    "compile", "query", "explain", "verify", "diff"};
  return std::ranges::any_of(kCommands, [&](auto name) { return app.got_subcommand(name); });
}

int run(int argc, char** argv) {
  CLI::App app;
  Options options;
  describe_command_line(app, options, Describe::when_used);
  try {
    const int own = own_arguments(argc, argv);
    app.parse(own, argv);
    if (own < argc) options.run.command.assign(argv + own + 1, argv + argc);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app.get_subcommands();
    fmt::print("{}", chosen.empty() ? app.help() : chosen.front()->help());
    return std::fflush(stdout) == 0 ? 0 : static_cast<int>(Exit::bad_input);
  } catch (const CLI::CallForVersion& version) {
    fmt::print("{}\n", version.what());
    return std::fflush(stdout) == 0 ? 0 : static_cast<int>(Exit::bad_input);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "{}", command_line_error(app, {argv + 1, argv + argc}, error));
    return static_cast<int>(Exit::bad_input);
  }
  if (plans(app)) use_planning_memory();
  Console console(options.color);
  const int status = app.got_subcommand("run") ? run_command(options.run, console)
                                               : static_cast<int>(dispatch(app, options, console));
  if (!console.finish()) {
    console.err("error: standard output could not be written\n");
    return static_cast<int>(Exit::bad_input);
  }
  return status;
}

}  // namespace

}  // namespace sbxc::driver

int main(int argc, char** argv) {
  // A closed pipe and a file that is too long are errors to report, not a silent death.
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
  // Ignored by whoever started us, a child's status would be lost and its end never seen.
  std::signal(SIGCHLD, SIG_DFL);
  try {
    return sbxc::driver::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: a bug in sbxc: {}\n", error.what());
    return static_cast<int>(sbxc::driver::Exit::bug);
  }
}
