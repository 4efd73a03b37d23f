// Who is heard about a word, as far as it matters when one rule is left out and one is added: for
// each class nobody, one rule alone, or several. The labels of other_rules.h.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/decisions/verdict_classes.h"

namespace sbxc {

struct Speaker {
  enum class Who : uint8_t { nobody, one, several };
  Who who = Who::nobody;
  RuleId rule{};  // the one

  auto operator<=>(const Speaker&) const = default;
};
using Speakers = std::array<Speaker, kVerdictClasses>;

void add(Speakers& heard, uint32_t of_class, RuleId rule);
// Whether one more rule of a class changes no verdict where these are heard for good, whichever
// rule is left out.
bool is_settled(const Speakers& certain, uint32_t of_class);
bool is_denied(const Speakers& heard);
// The rule without which the word would not be denied.
std::optional<RuleId> only_denier(const Speakers& heard);
ClassSet classes_without(const Speakers& heard, RuleId rule);

// Labels that stand for speakers, without those that make no difference.
class HeardRules {
 public:
  automata::Label label(const Speakers& heard);
  // Of words that are heard in two parts; a rule may be heard in both.
  automata::Label both(automata::Label one, automata::Label other);
  const Speakers& speakers(automata::Label label) const { return all_[static_cast<size_t>(label)]; }
  size_t size() const { return all_.size(); }

 private:
  std::map<Speakers, automata::Label> known_;
  std::vector<Speakers> all_{{}};  // by label; nobody is heard of what is no request
};

}  // namespace sbxc
