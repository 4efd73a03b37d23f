// Asks a profile a question in Seatbelt's own words: an operation (`file-read-data`), and what it
// is about (`/etc/hosts`, `example.com:443`, `com.apple.trustd.agent`). What the question does
// not say is unknown (an extension held, the type of the file), never assumed.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "backends/seatbelt/read/profile.h"

namespace sbxc::sbpl {

struct Question {
  OperationId operation{};
  Request request;
};

struct QuestionError {
  std::string message;
  std::string help;
};

struct QuestionOptions {
  std::string vnode_type{};               // `DIRECTORY`; empty: not said
  std::vector<std::string> extensions{};  // held by the process
  bool nothing_else = false;              // what is not said does not hold
};

// `target` is `-` for an operation about nothing (`process-fork`), and where it is not known.
tl::expected<Question, QuestionError> question_of(std::string_view operation,
                                                  std::string_view target,
                                                  const QuestionOptions& options);
// What a target of the operation looks like: `a path`, `the global name of a service` …
std::string_view target_form(OperationId operation);

// One rule or tail that may decide, in the order in which they are asked.
struct ExplainedRule {
  Action action{};
  OperationId operation{};           // whose list it stands in
  bool is_tail = false;              // it says what happens when no filter of the operation holds
  Place place{};                     // no line: the operation's own tail
  std::string text;                  // of the form on that line
  std::vector<std::string> unknown;  // what has to be known first; empty: it decides
};

struct Explanation {
  Verdict verdict{};
  std::vector<OperationId> asked;    // from the operation to the one that decides
  std::vector<ExplainedRule> rules;  // at least one; the last one is sure
  std::vector<std::string> unknown;  // for `depends`, each once
};

Explanation explain(const Profile& profile, const Question& question);

}  // namespace sbxc::sbpl
