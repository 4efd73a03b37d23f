// Host names: one canonicaliser for patterns, requests and lists (law 9). Canonical form:
// lower-case A-labels (UTS 46 through libidn2, non-transitional), no trailing dot, labels of 1 to
// 63 bytes of letters, digits, `-` and `_`, 253 bytes in all. A name with a NUL, space, control,
// `%`, or an empty label, and a name whose last label is a number (RFC 3696: it would be an
// address), is none.
#pragma once

#include <string>
#include <string_view>

#include "compiler/diag/diagnostic.h"

namespace sbxc {

enum class HostNameError {
  empty,
  empty_label,
  label_too_long,
  name_too_long,
  bad_character,
  bad_idna,
  looks_like_address,
};
std::string_view describe(HostNameError error);  // `a label is longer than 63 bytes`

tl::expected<std::string, HostNameError> canonical_host_name(std::string_view text);

// Whether the text is canonical already and needs no look at IDNA: true for nearly every name of a
// list, and a pass over a table instead of a copy.
bool is_plain_host_name(std::string_view text);

// True for names under which anybody may register (publicsuffix.org, both of its divisions).
bool is_public_suffix(std::string_view canonical_name);

}  // namespace sbxc
