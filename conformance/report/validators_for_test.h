// Readers of the formats that are not ours. Each is needed: a test without its reader fails.
#pragma once

#include <string>

#include "compiler/testing/run_program.h"

namespace sbxc::conform::testing {

using sbxc::testing::read_whole;
using sbxc::testing::run_program;
using sbxc::testing::RunResult;
using sbxc::testing::ScratchDirectory;
using sbxc::testing::write_whole;

inline RunResult run_reader(std::vector<std::string> argv) {
  return run_program({.argv = std::move(argv), .environment = {{"PATH", "/usr/bin:/bin"}}});
}

// `schema` from the root of the sources.
inline RunResult json_reader(const std::string& schema, const std::string& file) {
  return run_reader({"/usr/bin/python3", "-W", "ignore", "-m", "jsonschema", "-i", file,
                     std::string(SBXC_SOURCE_DIR) + "/" + schema});
}

inline RunResult junit_reader(const std::string& file) {
  return run_reader({"/usr/bin/xmllint", "--noout", "--nonet", "--schema",
                     std::string(SBXC_SOURCE_DIR) + "/docs/schemas/junit.xsd", file});
}

// Says what Perl's parser of TAP made of it, a word and numbers a line.
inline RunResult tap_reader(const std::string& file) {
  return run_reader({"/usr/bin/perl", "-MTAP::Parser", "-e", R"(
open(my $file, "<", $ARGV[0]) or die;
my $parser = TAP::Parser->new({source => $file});
$parser->run;
printf "planned %d\nrun %d\nfailed %s\nskipped %s\ntodo %s\npassed unexpectedly %s\nerrors %s\n",
  $parser->tests_planned, $parser->tests_run, join(",", $parser->failed),
  join(",", $parser->skipped), join(",", $parser->todo), join(",", $parser->todo_passed),
  join("; ", $parser->parse_errors);
)",
                     file});
}

}  // namespace sbxc::conform::testing
