// `sbxc help TOPIC`: the tables of the program itself, so that they are never out of date.
#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "compiler/diag/printable.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/findings_output.h"
#include "compiler/driver/targets.h"
#include "compiler/policy/operation.h"
#include "compiler/syscalls/syscalls.h"

namespace sbxc::driver {

namespace {

constexpr std::string_view kTopics[] = {"exit-codes", "findings", "backends", "operations",
                                        "syscalls"};

std::string exit_codes() {
  std::string out;
  for (const ExitFacts& facts : kExits) {
    out += fmt::format("{:>3}  {}\n", static_cast<int>(facts.status), facts.meaning);
  }
  return out;
}

std::string findings() {
  std::string out;
  for (const KindFacts& facts : all_kinds()) {
    out += fmt::format("{}  {:8} {:34} {}\n", id_of(facts.kind), word_of(facts.severity),
                       facts.slug, facts.title);
  }
  return out;
}

std::string operations() {
  std::string out;
  for (const OperationFacts& facts : kOperations) {
    out += fmt::format("{:8}  {}\n", facts.name, facts.request);
  }
  return out;
}

const KindFacts* finding_named(std::string_view topic) {
  for (const KindFacts& facts : all_kinds()) {
    if (id_of(facts.kind) == topic || facts.slug == topic) return &facts;
  }
  return nullptr;
}

}  // namespace

Exit run_help(const HelpOptions& options, Console& console) {
  if (options.topic == "exit-codes") {
    console.out(exit_codes());
  } else if (options.topic == "findings") {
    console.out(findings());
  } else if (options.topic == "backends") {
    console.out(capability_document());
  } else if (options.topic == "operations") {
    console.out(operations());
  } else if (options.topic == "syscalls") {
    console.out(list_syscalls());
  } else if (const KindFacts* facts = finding_named(options.topic)) {
    console.out(fmt::format("{} {}: {}\n\n{}\n", id_of(facts->kind), facts->slug, facts->title,
                            finding_page(facts->slug)));
  } else {
    std::vector<std::string_view> candidates(std::begin(kTopics), std::end(kTopics));
    const std::string near = nearest(options.topic, candidates);
    console.err(fmt::format(
        "error: no topic is called `{}`{}\nhelp: topics are exit-codes, "
        "findings, backends, operations, syscalls, and every finding's id\n",
        printable(options.topic), near.empty() ? "" : fmt::format("; did you mean `{}`?", near)));
    return Exit::bad_input;
  }
  return Exit::holds;
}

}  // namespace sbxc::driver
