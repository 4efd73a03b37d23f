// Labels of automata that hear some of the rules: which classes, without those that another one
// beats, so that what makes no difference does not multiply.
#pragma once

#include "compiler/automata/dfa.h"
#include "compiler/decisions/verdict_classes.h"

namespace sbxc {

inline constexpr ClassSet kDenyClasses =
    bit(class_of(0, Effect::deny)) | bit(class_of(1, Effect::deny));

// Never automata::kOutside.
constexpr automata::Label label_of_classes(ClassSet classes) {
  if ((classes & kDenyClasses) != 0) return automata::Label{1 + kDenyClasses};
  for (const uint32_t part : {0U, 1U}) {
    if (has(classes, class_of(part, Effect::ask))) classes &= ~bit(class_of(part, Effect::allow));
  }
  return automata::Label{1 + classes};
}
constexpr ClassSet classes_of(automata::Label label) {
  return label == automata::kOutside ? 0 : static_cast<ClassSet>(label) - 1;
}

}  // namespace sbxc
