// Finds the rules that deny in a profile's text, which may come from a policy with anything in its
// paths: what stands in comments and strings is not looked at.
#include "runtime/seatbelt_plan/seatbelt_plan.h"

namespace sbxc::seatbelt {
namespace {

// From an opening quote to behind the closing one. In a raw string nothing escapes.
size_t behind_string(std::string_view text, size_t at, bool raw) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\' && !raw) {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

}  // namespace

std::string with_message(std::string_view profile, std::string_view message) {
  constexpr std::string_view kDeny = "(deny ";
  const std::string modifier = "(with message \"" + std::string(message) + "\") ";
  std::string out;
  out.reserve(profile.size() + 4096);
  for (size_t at = 0; at < profile.size();) {
    size_t next = at + 1;
    if (profile[at] == ';') {
      next = std::min(profile.find('\n', at), profile.size());
    } else if (profile[at] == '"') {
      next = behind_string(profile, at, at > 0 && profile[at - 1] == '#');
    } else if (profile.substr(at).starts_with(kDeny)) {
      next = at + kDeny.size();
    }
    out += profile.substr(at, next - at);
    if (profile[at] == '(' && next - at == kDeny.size()) out += modifier;
    at = next;
  }
  return out;
}

}  // namespace sbxc::seatbelt
