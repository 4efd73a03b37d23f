// For tests alone: `SBXC_TEST_WITHOUT=name,name` are the protections that are off. Needs libc and
// nothing else, for the first process of a sandbox has it, too: there the variable comes with the
// command's environment, and whether its names exist was looked at before.
#include <cstdlib>
#include <cstring>

#include "runtime/protections/protections.h"

namespace sbxc::protections {
namespace {

constexpr const char* kNames[] = {
#define SBXC_PROTECTION(name, group, keeps_away, place) #name,
#include "runtime/protections/protections.def"
};

}  // namespace

bool is_on(Protection protection) noexcept {
  const char* name = kNames[static_cast<size_t>(protection)];
  const size_t size = std::strlen(name);
  const char* list = std::getenv("SBXC_TEST_WITHOUT");
  while (list != nullptr && *list != '\0') {
    const size_t length = std::strcspn(list, ",");
    if (length == size && std::memcmp(list, name, size) == 0) return false;
    list += length;
    if (*list == ',') ++list;
  }
  return true;
}

}  // namespace sbxc::protections
