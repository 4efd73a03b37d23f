// What the command line says of `conform`.
#include <CLI/CLI.hpp>

#include "compiler/driver/command_line_parts.h"

namespace sbxc::driver {

void add_conform(CLI::App& app, ConformOptions& options, Describe when) {
  CLI::App* command = app.add_subcommand(
      "conform", "try to escape from a sandbox, this one or any other, and say what held");
  describe(*command, when, [command, &options] {
    command->add_option("POLICY", options.policy.path,
                        "the policy to measure with, and of `sbxc run`; std/agent if not given");
    add_defines(*command, options.policy.defines);
    command
        ->add_option(
            "--sandbox", options.sandbox,
            "another sandbox: bwrap-naive, bwrap-sensible, firejail, srt, the words that start it, "
            "with {home}, {work} …, or the file of an adapter")
        ->check([](const std::string& words) {
          return words.empty() ? std::string("names no command") : std::string{};
        })
        ->type_name("NAME|'CMD…'|ADAPTER.toml");
    command->add_option("--only", options.only, "the probes to make: FSR-001, 'NET-*'")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name("GLOB,…");
    command->add_option("--shard", options.shard, "make the i-th of n parts of them")
        ->type_name("i/n");
    command
        ->add_option("--jobs", options.jobs, "how many probes at a time; as there are processors")
        ->check(CLI::Range(1, 64))
        ->type_name("N");
    command->add_option("--format", options.format, "how to report")
        ->check(CLI::IsMember({"text", "json", "junit", "tap", "sarif", "html"}))
        ->capture_default_str();
    command->add_option("-o,--output", options.output, "write the report to this file")
        ->type_name("FILE");
    command
        ->add_option("--write", options.write,
                     "write the same run in one more form, as often as needed: html=report.html")
        ->allow_extra_args(false)
        ->type_name("FORMAT=FILE");
    command
        ->add_option("--fail-on", options.fail_on,
                     "verdicts that give status 1: escaped, hollow, broken, skipped, timeout, none")
        ->capture_default_str()
        ->type_name("VERDICT,…");
    command
        ->add_option(
            "--no-worse-than", options.no_worse_than,
            "status 1 if something held in this earlier run (--format json) and does not now")
        ->type_name("FILE");
    command
        ->add_option("--model", options.model,
                     "make no attempt: ask the evaluator of this kind of profile, on any system")
        ->check(CLI::IsMember({"seatbelt"}))
        ->type_name("seatbelt");
    command->add_flag("--verbose", options.verbose, "list the probes that held, too");
    command->add_flag("--list", options.list, "list the probes, and make none");
    command->footer("example: sbxc conform --sandbox 'bwrap --ro-bind / / --bind {work} {work}'");
  });
}

}  // namespace sbxc::driver
