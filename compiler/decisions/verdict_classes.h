// The arithmetic of verdicts (laws 2 and 4). A verdict has one or two parts, and the strictest
// holds: what the operation's own rules say, and for exec what the rules of read say. Each part
// hears three effects; a pair of part and effect is a class, and the classes that are heard are all
// that a verdict depends on.
#pragma once

#include <optional>

#include "compiler/policy/policy.h"

namespace sbxc {

inline constexpr uint32_t kVerdictClasses = 6;
using ClassSet = uint32_t;  // bits

constexpr uint32_t class_of(uint32_t part, Effect effect) {
  return part * 3 + static_cast<uint32_t>(effect);
}
constexpr uint32_t part_of_class(uint32_t of_class) { return of_class / 3; }
constexpr Effect effect_of_class(uint32_t of_class) { return static_cast<Effect>(of_class % 3); }
constexpr ClassSet bit(uint32_t of_class) { return ClassSet{1} << of_class; }
constexpr bool has(ClassSet set, uint32_t of_class) { return (set & bit(of_class)) != 0; }

// The part of a verdict on `asked` in which a rule is heard, if any.
std::optional<uint32_t> part_of(const Rule& rule, Operation asked);
// The operations whose verdicts a rule on `operation` takes part in.
bool takes_part(const Rule& rule, Operation asked);

Effect verdict_of(ClassSet classes, Operation operation);

// Without a rule that grants, in every part, all is denied whatever the others say.
bool can_grant(ClassSet heard, Operation operation);

}  // namespace sbxc
