#include "compiler/decisions/verdict_classes.h"

#include <algorithm>

namespace sbxc {

namespace {

static_assert(Effect::allow < Effect::ask && Effect::ask < Effect::deny);

Effect verdict_of_part(ClassSet classes, uint32_t part) {
  for (const Effect effect : {Effect::deny, Effect::ask, Effect::allow}) {
    if (has(classes, class_of(part, effect))) return effect;
  }
  return Effect::deny;
}

}  // namespace

std::optional<uint32_t> part_of(const Rule& rule, Operation asked) {
  const auto heard = [&](Operation operation) {
    if (rule.operation == operation) return true;
    if (rule.effect == Effect::deny) {
      return rule.operation == Operation::read && operation == Operation::write;
    }
    return rule.operation == Operation::write && operation == Operation::read;
  };
  if (heard(asked)) return 0;
  if (asked == Operation::exec && heard(Operation::read)) return 1;
  return std::nullopt;
}

bool takes_part(const Rule& rule, Operation asked) { return part_of(rule, asked).has_value(); }

Effect verdict_of(ClassSet classes, Operation operation) {
  const Effect own = verdict_of_part(classes, 0);
  return operation == Operation::exec ? std::max(own, verdict_of_part(classes, 1)) : own;
}

bool can_grant(ClassSet heard, Operation operation) {
  const auto granted = [&](uint32_t part) {
    return has(heard, class_of(part, Effect::allow)) || has(heard, class_of(part, Effect::ask));
  };
  return granted(0) && (operation != Operation::exec || granted(1));
}

}  // namespace sbxc
