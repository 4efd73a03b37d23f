#include "backends/target/verification.h"

#include <algorithm>

namespace sbxc {

std::string_view name_of(Proof proof) {
  switch (proof) {
    case Proof::proved:
      return "proved";
    case Proof::narrowed:
      return "narrowed";
    case Proof::widened:
      return "widened";
    case Proof::differs:
      return "differs";
    case Proof::not_spoken:
      return "not spoken";
    case Proof::not_decided:
      return "not decided";
  }
  return {};
}

bool Verification::holds() const {
  return !unreadable && misfits.empty() &&
         std::none_of(operations.begin(), operations.end(), [](const OperationProof& one) {
           return one.proof == Proof::differs || one.proof == Proof::not_decided;
         });
}

}  // namespace sbxc
