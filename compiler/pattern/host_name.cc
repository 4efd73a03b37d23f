// Canonical host names. Names that are plain lower-case ASCII already, as nearly all lines of a
// list are, take one pass over a byte table; everything else goes through UTS 46 (libidn2,
// non-transitional) and is then held to the same ASCII rules, so that nothing a mapping produces (a
// dot from U+3002, digits from circled digits) gets in unseen. A label of plain ASCII is taken as
// it is, hyphens in its third and fourth place included: such names exist (`r3---sn-4g5e.example`).
#include "compiler/pattern/host_name.h"

#include <idn2.h>
#include <libpsl.h>

#include <algorithm>
#include <array>

#include "compiler/pattern/ip_address.h"

namespace sbxc {

namespace {

constexpr size_t kMaxName = 253;
constexpr size_t kMaxLabel = 63;
constexpr size_t kMaxInput = 1024;  // UTF-8 before mapping; anything longer can't become 253 bytes

enum class Byte : uint8_t { bad, name, upper, dot, wide };

constexpr std::array<Byte, 256> kBytes = [] {
  std::array<Byte, 256> bytes{};
  for (size_t c = 'a'; c <= 'z'; ++c) bytes[c] = Byte::name;
  for (size_t c = '0'; c <= '9'; ++c) bytes[c] = Byte::name;
  for (size_t c = 'A'; c <= 'Z'; ++c) bytes[c] = Byte::upper;
  for (size_t c = 0x80; c <= 0xFF; ++c) bytes[c] = Byte::wide;
  bytes['-'] = bytes['_'] = Byte::name;
  bytes['.'] = Byte::dot;
  return bytes;
}();

constexpr Byte kind_of(char c) { return kBytes[static_cast<unsigned char>(c)]; }

// Checks lower-case ASCII without a trailing dot. `has_alabel` tells that UTS 46 has to look at it.
std::optional<HostNameError> check_ascii(std::string_view name, bool* has_alabel) {
  if (name.empty()) return HostNameError::empty;
  size_t begin = 0;
  for (size_t i = 0; i <= name.size(); ++i) {
    if (i < name.size() && kind_of(name[i]) == Byte::name) continue;
    if (i < name.size() && kind_of(name[i]) != Byte::dot) return HostNameError::bad_character;
    if (i == begin) return HostNameError::empty_label;
    if (i - begin > kMaxLabel) return HostNameError::label_too_long;
    if (name.substr(begin, i - begin).starts_with("xn--")) *has_alabel = true;
    begin = i + 1;
  }
  if (name.size() > kMaxName) return HostNameError::name_too_long;
  const char last = name.back();
  // Only a name that ends in a digit (or in hexadecimal) can be read as an address.
  const bool maybe_number =
      (last >= '0' && last <= '9') || (last >= 'a' && last <= 'f') || last == 'x';
  if (maybe_number && looks_like_ip(name)) return HostNameError::looks_like_address;
  return std::nullopt;
}

tl::expected<std::string, HostNameError> to_alabel(const std::string& label) {
  char* mapped = nullptr;
  const int status =
      idn2_to_ascii_8z(label.c_str(), &mapped, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  if (status != IDN2_OK) {
    idn2_free(mapped);
    if (status == IDN2_TOO_BIG_DOMAIN) return tl::unexpected(HostNameError::name_too_long);
    if (status == IDN2_TOO_BIG_LABEL) return tl::unexpected(HostNameError::label_too_long);
    return tl::unexpected(HostNameError::bad_idna);
  }
  std::string out = mapped;
  idn2_free(mapped);
  return out;
}

// The bytes of the dot at `at`, or zero: UTS 46 takes three other characters for one.
size_t dot_length(std::string_view name, size_t at) {
  if (name[at] == '.') return 1;
  for (const std::string_view dot : {"\u3002", "\uFF0E", "\uFF61"}) {
    if (name.substr(at).starts_with(dot)) return dot.size();
  }
  return 0;
}

bool is_plain_label(std::string_view label) {
  return !label.starts_with("xn--") &&
         std::all_of(label.begin(), label.end(), [](char c) { return kind_of(c) != Byte::wide; });
}

// Label by label: a plain one means the same whatever its neighbours are.
tl::expected<std::string, HostNameError> to_alabels(std::string_view name) {
  std::string out;
  size_t begin = 0;
  for (size_t at = 0; at <= name.size();) {
    const size_t dot = at < name.size() ? dot_length(name, at) : 1;
    if (dot == 0) {
      ++at;
      continue;
    }
    const std::string_view label = name.substr(begin, at - begin);
    if (is_plain_label(label)) {
      out += label;
    } else {
      auto mapped = to_alabel(std::string(label));
      if (!mapped) return mapped;
      out += *mapped;
    }
    if (at < name.size()) out += '.';
    at += dot;
    begin = at;
  }
  return out;
}

void drop_trailing_dot(std::string& name) {
  if (name.ends_with('.')) name.pop_back();
}

// Names that can never be registered: reserved by RFC 6761, 6762, 7686, 9476 and ICANN
// (`internal`).
constexpr std::string_view kNeverDelegated[] = {"alt",   "example",   "internal", "invalid",
                                                "local", "localhost", "onion",    "test"};

}  // namespace

std::string_view describe(HostNameError error) {
  switch (error) {
    case HostNameError::empty:
      return "the name is empty";
    case HostNameError::empty_label:
      return "a label between two dots is empty";
    case HostNameError::label_too_long:
      return "a label is longer than 63 bytes";
    case HostNameError::name_too_long:
      return "the name is longer than 253 bytes";
    case HostNameError::bad_character:
      return "a name has letters, digits, `-`, `_` and dots only";
    case HostNameError::bad_idna:
      return "it is no valid internationalised name (UTS 46)";
    case HostNameError::looks_like_address:
      return "a name can't end in a number: it would be read as an address";
  }
  return {};
}

bool is_plain_host_name(std::string_view text) {
  bool has_alabel = false;
  return !check_ascii(text, &has_alabel) && !has_alabel;
}

tl::expected<std::string, HostNameError> canonical_host_name(std::string_view text) {
  if (text.size() > kMaxInput) return tl::unexpected(HostNameError::name_too_long);
  std::string name(text);
  bool wide = false;
  for (char& c : name) {
    switch (kind_of(c)) {
      case Byte::bad:
        return tl::unexpected(HostNameError::bad_character);
      case Byte::upper:
        c = static_cast<char>(c | 0x20);
        break;
      case Byte::wide:
        wide = true;
        break;
      case Byte::name:
      case Byte::dot:
        break;
    }
  }
  drop_trailing_dot(name);
  bool has_alabel = false;
  if (!wide) {
    if (const auto error = check_ascii(name, &has_alabel)) return tl::unexpected(*error);
    if (!has_alabel) return name;
  }
  auto mapped = to_alabels(name);
  if (!mapped) return mapped;
  drop_trailing_dot(*mapped);  // U+3002 at the end
  if (const auto error = check_ascii(*mapped, &has_alabel)) return tl::unexpected(*error);
  // A fixed point, or not a name: two spellings of one name must not differ in the end.
  const auto again = to_alabels(*mapped);
  if (!again || *again != *mapped) return tl::unexpected(HostNameError::bad_idna);
  return mapped;
}

bool is_public_suffix(std::string_view canonical_name) {
  if (std::find(std::begin(kNeverDelegated), std::end(kNeverDelegated), canonical_name) !=
      std::end(kNeverDelegated)) {
    return false;
  }
  // An unlisted top-level name counts as one: the list is older than the newest of them.
  return psl_is_public_suffix2(psl_builtin(), std::string(canonical_name).c_str(), PSL_TYPE_ANY) !=
         0;
}

}  // namespace sbxc
