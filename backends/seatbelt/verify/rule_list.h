// The rules that an operation may ask, as one list: newest first and the operation before its
// parents, up to the tail. In each filter what does not look at the word is decided beforehand;
// what is left is a combination of string filters about it.
#pragma once

#include <vector>

#include "backends/seatbelt/verify/word_requests.h"

namespace sbxc::sbpl {

struct Condition {
  enum class Kind : uint8_t { constant, word, all, any, no };
  Kind kind = Kind::constant;
  Truth truth = Truth::no;
  const TextFilter* word = nullptr;
  std::vector<Condition> of{};  // no `all` in an `all`, no `any` in an `any`

  bool is(Truth wanted) const { return kind == Kind::constant && truth == wanted; }
};

struct AskedRule {
  Condition condition;
  Action action{};
  uint32_t line = 0;
};

struct RuleList {
  std::vector<AskedRule> rules;
  Action tail{};
};

RuleList rules_asked(const Profile& profile, const WordRequests& requests);

}  // namespace sbxc::sbpl
