// Two bubblewrap plans: not compared yet, and said so.
#include "compiler/driver/compared.h"

namespace sbxc::driver {

Result<bool> compare_plans(const ComparedBytes& bytes, Comparing& out) {
  if (bytes.before == bytes.after) return true;
  out.difference.uncompared.push_back(
      {"bubblewrap plan", {.linux = true, .macos = false}, "the two files are not the same"});
  return true;
}

}  // namespace sbxc::driver
