// What a profile decides of every path at once: the filters of its rules are decided one by one or
// in groups, each minimal, and put together as the rules ask for them, from the tail up to the rule
// that is asked first. What the filters could tell apart and the decision does not is gone before
// it multiplies.
#pragma once

#include <map>
#include <memory>
#include <unordered_map>

#include "backends/seatbelt/verify/decide_paths.h"
#include "backends/seatbelt/verify/path_languages.h"
#include "backends/seatbelt/verify/rule_list.h"
#include "backends/seatbelt/verify/word_language.h"

namespace sbxc::sbpl {

using PathDecisions = std::shared_ptr<const paths::PathDfa>;

class ProfilePaths {
 public:
  // Adds the filters of all rules that `operations` may ask. An origin is `origin_of_lines` and the
  // line of a rule. Both have to outlive this.
  ProfilePaths(const Profile& profile, const std::vector<OperationId>& operations,
               paths::Languages& languages, uint32_t origin_of_lines = 0);

  // Labels kAllows, kDenies, kDepends. `space` has to be that of the languages, always the same.
  automata::Bounded<PathDecisions> decide(const paths::PathSpace& space,
                                          const WordRequests& requests,
                                          const automata::Budget& budget);

 private:
  void add(const Filter& filter);
  void add(const TextFilter& text);
  struct Deciding;
  struct Readings {
    automata::Mark mark{};
    automata::Mark other{};
  };

  const Profile& profile_;
  paths::Languages& languages_;
  WordLanguage words_;
  automata::NfaState start_{};
  std::unordered_map<const TextFilter*, Readings> marks_;
  std::map<std::string, PathDecisions> known_;  // by what is decided
};

}  // namespace sbxc::sbpl
