#include "runtime/c/failing.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstring>

namespace sbxc::c {

namespace {

int result_of(table_file::Error error) {
  switch (error) {
    case table_file::Error::none:
      return SBXC_OK;
    case table_file::Error::cannot_open:
      return SBXC_CANNOT_OPEN;
    case table_file::Error::too_new:
      return SBXC_TOO_NEW;
    case table_file::Error::truncated:
    case table_file::Error::too_long:
    case table_file::Error::damaged:
      return SBXC_DAMAGED;
    case table_file::Error::not_a_table:
    case table_file::Error::misaligned:
    case table_file::Error::malformed:
      return SBXC_NOT_A_TABLE;
  }
  return SBXC_NOT_A_TABLE;
}

}  // namespace

void fill(void* to, size_t its_size, const void* value, size_t size) {
  // Behind `size` itself, which stays the caller's.
  const size_t known = std::min(its_size, size);
  if (known <= sizeof(size_t)) return;
  std::memcpy(static_cast<char*>(to) + sizeof(size_t),
              static_cast<const char*>(value) + sizeof(size_t), known - sizeof(size_t));
}

int fail(sbxc_error* error, int result, const char* text, int system_error) {
  if (error == nullptr) return result;
  sbxc_error full{};
  full.result = result;
  full.system_error = system_error;
  if (system_error != 0) {
    char reason[128];
    // GNU's and POSIX's differ in what they return; both leave text in one of the two.
#if defined(__GLIBC__)
    const char* words = strerror_r(system_error, reason, sizeof reason);
#else
    const char* words = strerror_r(system_error, reason, sizeof reason) == 0 ? reason : "";
#endif
    std::snprintf(full.text, sizeof full.text, "%s: %s", text, words);
  } else {
    std::snprintf(full.text, sizeof full.text, "%s", text);
  }
  fill(error, error->size, &full, sizeof full);
  constexpr size_t kText = offsetof(sbxc_error, text);
  if (error->size > kText && error->size < sizeof full) error->text[error->size - kText - 1] = '\0';
  return result;
}

int fail(sbxc_error* error, table_file::Error why, int system_error) {
  // The views are of literals, so a NUL follows.
  return fail(error, result_of(why), table_file::describe(why).data(), system_error);
}

}  // namespace sbxc::c
