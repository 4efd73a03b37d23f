// On macOS /tmp, /var and /etc are links into /private, and patterns match the path behind links
// (law 5). A rule for macOS that says /tmp matches nothing there. A rule for both systems is judged
// only where the policy speaks of macOS at all, and not where some rule of its operation already
// says /private: there the author knows.
#include <fmt/core.h>

#include <algorithm>
#include <bitset>

#include "compiler/check/findings.h"
#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

constexpr std::string_view kLinks[] = {"/tmp", "/var", "/etc"};

// As it is written: a value such as $tmp is canonical already, on the system it comes from.
bool is_alias(const Pattern& pattern) {
  const auto* path = std::get_if<PathPattern>(&pattern);
  const auto* socket = std::get_if<SocketPattern>(&pattern);
  if (path == nullptr && socket == nullptr) return false;
  const std::string_view text = written(pattern);
  return std::any_of(std::begin(kLinks), std::end(kLinks), [&](std::string_view link) {
    return text.starts_with(link) && (text.size() == link.size() || text[link.size()] == '/');
  });
}

bool any_private(const Rule& rule) {
  return std::any_of(rule.patterns.begin(), rule.patterns.end(), [](const Pattern& pattern) {
    return written(pattern).starts_with("/private/");
  });
}

bool is_for_macos(const Rule& rule) { return rule.os.macos && !rule.os.linux; }

}  // namespace

void check_aliases(const Policy& policy, Diagnostics& diagnostics) {
  bool speaks_of_macos = false;
  std::bitset<std::size(kOperations)> says_private;
  for (const Rule& rule : policy.rules) {
    speaks_of_macos = speaks_of_macos || (is_own(rule) && is_for_macos(rule));
    if (rule.os.macos && any_private(rule)) says_private.set(static_cast<size_t>(rule.operation));
  }
  for (const Rule& rule : policy.rules) {
    const bool for_both = is_own(rule) && rule.os.macos && speaks_of_macos &&
                          !says_private.test(static_cast<size_t>(rule.operation));
    if (!is_for_macos(rule) && !for_both) continue;
    for (const Pattern& pattern : rule.patterns) {
      if (!is_alias(pattern)) continue;
      const std::string shown = printable(written(pattern));
      diagnostics.report(
          {.kind = Kind::macos_alias,
           .span = span_of(pattern),
           .message = fmt::format("on macOS `{}` matches nothing", shown),
           .underline = "a link into /private",
           .help = is_for_macos(rule)
                       ? fmt::format("write `/private{}`", shown)
                       : fmt::format("add `on macos {{ {} {} /private{} }}`", name_of(rule.effect),
                                     name_of(rule.operation), shown)});
    }
  }
}

}  // namespace sbxc
