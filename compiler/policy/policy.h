// The typed policy: what a policy means once names are resolved, variables filled in and patterns
// parsed. Order carries no meaning (law 1); rules stand in source order only so that output is
// stable. Everything downstream (check, the targets, verify) reads this and nothing earlier.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/pattern/host_list.h"
#include "compiler/pattern/host_pattern.h"
#include "compiler/pattern/path_glob.h"
#include "compiler/pattern/socket_pattern.h"
#include "compiler/pattern/syscall_pattern.h"
#include "compiler/policy/operation.h"

namespace sbxc {

enum class RuleId : uint32_t {};

using Pattern = std::variant<PathPattern, ConnectPattern, ListenPattern, SocketPattern, NamePattern,
                             SyscallPattern>;
const std::string& written(const Pattern& pattern);
Span span_of(const Pattern& pattern);

// One `use` on the way from the policy that was named to the file a statement stands in.
struct UseStep {
  Span use;            // the use statement
  std::string target;  // `std/node`, `team.sbx`
};

struct Rule {
  RuleId id{};
  Effect effect{};
  Operation operation{};
  std::vector<Pattern> patterns;  // all of the operation's kind
  std::vector<Pattern> except;    // subtracted from `patterns` (law 3); `use … except` adds here
  std::string because;            // empty when not given
  std::optional<std::string> accept_widened;  // the reason given after `accept widened`
  OsSet os;
  Span span;                   // the statement
  Span head;                   // `deny write`
  std::vector<UseStep> chain;  // empty for the policy's own statements
};

struct SetEnv {
  std::string name;
  std::string value;
  OsSet os;
  Span span;
};

enum class LimitKind : uint8_t { processes, memory, open_files, time, file_size };
std::string_view name_of(LimitKind kind);
struct Limit {
  LimitKind kind{};
  uint64_t value = 0;  // a count, bytes, or seconds
  OsSet os;
  Span span;
};

enum class AssertKind : uint8_t { never, always, within };
struct Assertion {
  AssertKind kind{};
  Operation operation{};          // not for within
  std::vector<Pattern> patterns;  // not for within
  std::vector<Pattern> except{};  // of never: what `use … except` gave up
  std::string baseline;           // within: the file, as resolved
  OsSet os;
  Span span;
  std::vector<UseStep> chain;
};

// A concrete request, canonical.
struct Request {
  Operation operation{};
  std::variant<std::string, HostRequest, SyscallId> target;  // path/socket/name · connect, listen
  std::string text() const;
};

struct TestLine {
  Effect expected{};
  Request request;
  std::optional<std::string> because;  // the reason of the rule that must decide
  OsSet os;
  Span span;
};
struct Test {
  std::string name;
  std::vector<TestLine> lines;
  Span span;
  std::vector<UseStep> chain;
};

struct Input {  // a file that went into the policy, for the manifest
  std::string name;
  std::string sha256;  // hex
  bool built_in = false;
};

struct Policy {
  int language_version = 1;
  std::string name;
  std::string description;
  std::vector<Rule> rules;  // rules[i].id == i
  std::vector<SetEnv> environment;
  std::vector<Limit> limits;
  std::vector<Assertion> assertions;
  std::vector<Test> tests;
  std::vector<HostList> lists;                // by ListId
  std::map<std::string, std::string> params;  // values in force, built-in variables included
  std::vector<Input> inputs;

  const Rule& rule(RuleId id) const { return rules[static_cast<size_t>(id)]; }
};

}  // namespace sbxc
