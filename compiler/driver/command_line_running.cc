// The commands that act on this machine, and what several commands take.
#include <CLI/CLI.hpp>

#include "compiler/driver/command_line_parts.h"

namespace sbxc::driver {

void add_defines(CLI::App& command, std::vector<std::string>& defines) {
  command
      .add_option(
          "-D", defines,
          "give a param its value, or a built-in variable another one (cwd, home, tmp, user)")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
}

void add_policy(CLI::App& command, PolicyOptions& options, const char* what) {
  command.add_option("POLICY", options.path, what)->required();
  add_defines(command, options.defines);
}

void add_egress(CLI::App& command, EgressOptions& options) {
  command
      .add_option("--ask-command", options.ask_command,
                  "who answers for `ask` rules: a program that gets the request as JSON; status 0 "
                  "allows this connection, 10 all to this host and port, others none")
      ->type_name("PROGRAM");
  command.add_option("--upstream", options.upstream, "the HTTP proxy by which connections leave")
      ->type_name("http://HOST:PORT");
  command
      .add_option("--upstream-auth-file", options.upstream_auth_file,
                  "a file with user:password for it, that nobody else may read")
      ->type_name("FILE");
}

void add_run(CLI::App& app, RunOptions& options, Describe when) {
  CLI::App* command =
      app.add_subcommand("run", "run a command, and all that it starts, inside a policy");
  describe(*command, when, [command, &options] {
    add_policy(*command, options.policy, "the policy; - is standard input");
    command->add_option("COMMAND", options.command, "after --: the program and its arguments");
    add_egress(*command, options.egress);
    command
        ->add_option("--audit", options.audit,
                     "append what was denied to it, one JSON object a line")
        ->type_name("FILE");
    command->add_flag("-q,--quiet", options.quiet,
                      "print errors only, and nothing of what was denied");
    command->add_flag("--dry-run", options.dry_run, "print the plan, and run nothing");
    command->add_option("--format", options.format, "how to print the plan")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->footer("example: sbxc run policy.sbx -- npm test");
  });
}

void add_proxy(CLI::App& app, ProxyOptions& options, Describe when) {
  CLI::App* command = app.add_subcommand(
      "proxy",
      "serve the connect rules of a policy as an HTTP and SOCKS5 proxy, without a sandbox");
  describe(*command, when, [command, &options] {
    command->add_option("POLICY", options.policy.path,
                        "the policy; only its connect rules have a meaning here");
    add_defines(*command, options.policy.defines);
    command->add_option("--table", options.table, "the table of a compiled policy, instead of one")
        ->type_name("FILE.sbxt");
    command
        ->add_option("--listen", options.listen,
                     "an address and port to serve; port 0 takes a free one (127.0.0.1:0)")
        ->allow_extra_args(false)
        ->type_name("ADDRESS:PORT");
    command->add_option("--unix", options.unix_sockets, "a unix socket to serve")
        ->allow_extra_args(false)
        ->type_name("PATH");
    command
        ->add_option("--token-file", options.token_files,
                     "who may use it: lines name:token, in a file that nobody else may read")
        ->allow_extra_args(false)
        ->type_name("FILE");
    add_egress(*command, options.egress);
    command
        ->add_option("--audit", options.audit,
                     "append every refused connection to it, one JSON object a line")
        ->type_name("FILE");
    command
        ->add_option(
            "--metrics", options.metrics,
            "serve numbers for Prometheus here; an address of this machine alone, or a path")
        ->type_name("ADDRESS:PORT|PATH");
    command
        ->add_option("--drain", options.drain, "how long open connections may go on after SIGTERM")
        ->check(CLI::Range(0, 86'400))
        ->type_name("SECONDS")
        ->capture_default_str();
    command->add_flag("-q,--quiet", options.quiet, "print errors only");
    command->footer("example: sbxc proxy --listen 127.0.0.1:3128 --token-file tokens policy.sbx");
  });
}

void add_doctor(CLI::App& app, DoctorOptions& options, Describe when) {
  CLI::App* command = app.add_subcommand(
      "doctor", "try what this machine can enforce, and say what to do about what it cannot");
  describe(*command, when, [command, &options] {
    command->add_option("POLICY", options.policy.path,
                        "a policy: say whether this one can be enforced here, and by what");
    add_defines(*command, options.policy.defines);
    command->add_option("--format", options.format, "how to print the answer")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->footer("example: sbxc doctor policy.sbx");
  });
}

}  // namespace sbxc::driver
