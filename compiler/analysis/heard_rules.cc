// Two rules that deny settle a word. Beside one that denies the others matter only when it is left
// out, and then all of them are heard: who they are does not matter. In each part two that ask
// settle what is allowed, and so do one that asks and one that allows: one of the two is left.
#include "compiler/analysis/heard_rules.h"

namespace sbxc {

namespace {

using Who = Speaker::Who;

// 0, 1, or 2 for several.
uint32_t count(const Speakers& heard, uint32_t of_class) {
  return static_cast<uint32_t>(heard[of_class].who);
}
uint32_t denies(const Speakers& heard) {
  return count(heard, class_of(0, Effect::deny)) + count(heard, class_of(1, Effect::deny));
}

// The same to all that is asked about it.
Speakers reduced(const Speakers& heard) {
  Speakers out{};
  if (denies(heard) >= 2) {
    out[class_of(0, Effect::deny)].who = Who::several;
    return out;
  }
  for (const uint32_t part : {0U, 1U}) {
    const uint32_t deny = class_of(part, Effect::deny);
    const uint32_t ask = class_of(part, Effect::ask);
    const uint32_t allow = class_of(part, Effect::allow);
    out[deny] = heard[deny];
    out[ask] = heard[ask];
    const bool beside_deny = denies(heard) == 1;
    if (beside_deny && count(heard, ask) == 1) out[ask] = {Who::several, {}};
    if (count(out, ask) >= 2) continue;
    out[allow] = heard[allow];
    const bool beside = beside_deny || count(out, ask) == 1;
    if (beside && count(heard, allow) == 1) out[allow] = {Who::several, {}};
  }
  return out;
}

}  // namespace

void add(Speakers& heard, uint32_t of_class, RuleId rule) {
  Speaker& speaker = heard[of_class];
  switch (speaker.who) {
    case Who::nobody:
      speaker = {Who::one, rule};
      break;
    case Who::one:
      if (speaker.rule != rule) speaker = {Who::several, {}};
      break;
    case Who::several:
      break;
  }
}

bool is_settled(const Speakers& certain, uint32_t of_class) {
  if (denies(certain) >= 2) return true;
  const uint32_t part = part_of_class(of_class);
  const uint32_t asks = count(certain, class_of(part, Effect::ask));
  const uint32_t allows = count(certain, class_of(part, Effect::allow));
  switch (effect_of_class(of_class)) {
    case Effect::deny:
      return false;
    case Effect::ask:
      return asks >= 2 || (asks == 1 && denies(certain) == 1);
    case Effect::allow:
      return asks + allows >= 2 || (asks + allows == 1 && denies(certain) == 1);
  }
  return false;
}

bool is_denied(const Speakers& heard) { return denies(heard) > 0; }

std::optional<RuleId> only_denier(const Speakers& heard) {
  if (denies(heard) != 1) return std::nullopt;
  const Speaker& own = heard[class_of(0, Effect::deny)];
  return own.who == Who::one ? own.rule : heard[class_of(1, Effect::deny)].rule;
}

ClassSet classes_without(const Speakers& heard, RuleId rule) {
  ClassSet classes = 0;
  for (uint32_t of_class = 0; of_class < kVerdictClasses; ++of_class) {
    const Speaker& speaker = heard[of_class];
    if (speaker.who == Who::nobody) continue;
    if (speaker.who == Who::several || speaker.rule != rule) classes |= bit(of_class);
  }
  return classes;
}

automata::Label HeardRules::label(const Speakers& heard) {
  const Speakers kept = reduced(heard);
  const auto [found, fresh] = known_.try_emplace(kept, automata::kOutside);
  if (fresh) {
    found->second = static_cast<automata::Label>(all_.size());
    all_.push_back(kept);
  }
  return found->second;
}

automata::Label HeardRules::both(automata::Label one, automata::Label other) {
  if (one == automata::kOutside) return automata::kOutside;
  Speakers heard = speakers(one);
  const Speakers more = speakers(other);
  for (uint32_t of_class = 0; of_class < kVerdictClasses; ++of_class) {
    switch (more[of_class].who) {
      case Who::nobody:
        break;
      case Who::one:
        add(heard, of_class, more[of_class].rule);
        break;
      case Who::several:
        heard[of_class] = more[of_class];
        break;
    }
  }
  return label(heard);
}

}  // namespace sbxc
