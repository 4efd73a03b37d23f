// Both readings of the text have to be harmless: the one by its letters, for what stands there
// later, and the one through the links that stand there now.
#include "runtime/broker/symlink_doors.h"

#include <sys/stat.h>

#include <algorithm>

#include "runtime/protections/protections.h"

namespace sbxc::broker {

namespace {

// A name that no rule is likely to speak of.
constexpr std::string_view kAnyName = "\x01 any";

bool is_special(Judge& judge, std::string_view path) {
  if (!protections::is_on(protections::Protection::broker_links)) return false;
  const std::string other = below(parent_of(path), kAnyName);
  return !judge.no_gain_below(path, other, kWriteOnly);
}

}  // namespace

std::string lexically(std::string_view from, std::string_view text) {
  std::string out(text.starts_with('/') ? "/" : from);
  while (!text.empty()) {
    const size_t slash = std::min(text.find('/'), text.size());
    const std::string_view name = text.substr(0, slash);
    text.remove_prefix(std::min(slash + 1, text.size()));
    if (name.empty() || name == ".") continue;
    out = name == ".." ? std::string(parent_of(out)) : below(out, name);
  }
  return out;
}

bool may_lead_by_text(Judge& judge, std::string_view path, std::string_view text) {
  if (!is_special(judge, path)) return true;
  return judge.no_gain_below(path, lexically(parent_of(path), text), kWriteOnly);
}

bool may_lead(Context& context, const Target& target, const Found& found, const std::string& text) {
  if (!is_special(context.judge, found.path)) return true;
  if (!may_lead_by_text(context.judge, found.path, text)) return false;
  Found end;
  const Outcome rc = context.resolver.find_from(target, found.directory, text, end);
  // Leads nowhere now: what comes there later is a name that its letters tell, or another link,
  // which is judged when it is made.
  if (rc == -ENOENT || rc == -ENOTDIR || rc == -ELOOP) return true;
  if (rc < 0) return false;
  return !end.path.empty() && context.judge.no_gain_below(found.path, end.path, kWriteOnly);
}

}  // namespace sbxc::broker
