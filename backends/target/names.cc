#include "backends/target/target.h"

namespace sbxc {

std::string_view name_of(TargetName target) {
  switch (target) {
    case TargetName::seatbelt:
      return "seatbelt";
    case TargetName::bwrap:
      return "bwrap";
    case TargetName::seccomp:
      return "seccomp";
    case TargetName::proxy:
      return "proxy";
  }
  return {};
}

std::string_view name_of(Fidelity fidelity) {
  switch (fidelity) {
    case Fidelity::exact:
      return "exact";
    case Fidelity::narrowed:
      return "narrowed";
    case Fidelity::widened:
      return "widened";
    case Fidelity::impossible:
      return "impossible";
    case Fidelity::elsewhere:
      return "elsewhere";
    case Fidelity::absent:
      return "absent";
  }
  return {};
}

std::string_view name_of(Need need) {
  switch (need) {
    case Need::broker:
      return "broker";
    case Need::landlock:
      return "landlock";
    case Need::proxy:
      return "proxy";
    case Need::launcher:
      return "launcher";
  }
  return {};
}

}  // namespace sbxc
