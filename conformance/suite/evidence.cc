#include "conformance/suite/evidence.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "conformance/suite/conduct.h"
#include "conformance/suite/prop.h"
#include "conformance/suite/stage.h"

namespace sbxc::conform {

namespace {

using Seen = std::optional<std::string>;

constexpr std::array<std::string_view, 6> kKinds = {"secret", "changed",    "alive",
                                                    "status", "descriptor", "said"};
constexpr std::array<std::string_view, 3> kWithWhat = {"secret", "status", "descriptor"};

bool one_of(std::string_view word, const auto& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::set<ino_t> holders_of(const std::string& secret, const Snapshot& snapshot) {
  std::set<ino_t> all;
  for (const auto& [path, entry] : snapshot) {
    if (entry.content.find(secret) != std::string::npos) all.insert(entry.inode);
  }
  return all;
}

// A copy: what was only moved, or given another name, was not read for that. Any other file of
// before is no excuse: it may have been written to, or its number given to another.
Seen copy_of(const std::string& secret, const Stage& stage) {
  const std::set<ino_t> old = holders_of(secret, stage.before());
  for (const auto& [path, entry] : stage.after()) {
    if (entry.content.find(secret) == std::string::npos) continue;
    const auto before = stage.before().find(path);
    const bool held_it =
        before != stage.before().end() && before->second.content.find(secret) != std::string::npos;
    if (!held_it && !old.contains(entry.inode)) return fmt::format("was copied to {}", path);
  }
  return std::nullopt;
}

Seen look_for_secret(const std::string& what, const Stage& stage, const Conduct& conduct) {
  const std::string& secret = stage.secret(what);
  if (secret.empty()) return std::nullopt;
  const auto in = [&](const std::string& text) { return text.find(secret) != std::string::npos; };
  if (in(conduct.out) || in(conduct.error)) {
    return fmt::format("the secret of {} is in what it said", what);
  }
  if (in(conduct.elsewhere)) return fmt::format("the secret of {} was sent out", what);
  if (const Seen copy = copy_of(secret, stage)) {
    return fmt::format("the secret of {} {}", what, *copy);
  }
  return std::nullopt;
}

Seen look_for_change(const std::string& what, const Stage& stage) {
  std::string wanted = stage.path(what).substr(stage.root().size() + 1);
  const bool below = wanted.ends_with("/**");
  if (below) wanted.resize(wanted.size() - 2);  // the slash stays
  for (const Change& change : changes(stage.before(), stage.after())) {
    const bool meant = below ? change.path.starts_with(wanted) : change.path == wanted;
    if (meant) return fmt::format("{} {}", change.path, change.what);
  }
  return std::nullopt;
}

Seen look_for_any_change(const Stage& stage, const Allowed& allowed) {
  for (const Change& change : changes(stage.before(), stage.after())) {
    if (!allowed || !allowed("write $" + change.path)) {
      return fmt::format("{} {}", change.path, change.what);
    }
  }
  return std::nullopt;
}

bool matches(std::string_view value, std::string_view pattern) {
  if (pattern.ends_with('*')) return value.starts_with(pattern.substr(0, pattern.size() - 1));
  return value == pattern;
}

// `NoNewPrivs=0`, `Seccomp!2`
Seen look_at_status(const std::string& what, const Conduct& conduct) {
  const size_t sign = what.find_first_of("=!");
  const std::string field = what.substr(0, sign);
  const std::string pattern = sign == std::string::npos ? "*" : what.substr(sign + 1);
  const bool wanted = sign == std::string::npos || what[sign] == '=';
  for (const SeenProcess& process : conduct.waiting) {
    const auto found = process.status.find(field);
    if (found == process.status.end() || matches(found->second, pattern) != wanted) continue;
    return fmt::format("{} of the command is {}", field, found->second);
  }
  return std::nullopt;
}

Seen look_at_descriptors(const std::string& what, const Conduct& conduct) {
  for (const SeenProcess& process : conduct.waiting) {
    for (const std::string& descriptor : process.descriptors) {
      if (descriptor.find(what) == std::string::npos) continue;
      return fmt::format("the command has descriptor {}", descriptor);
    }
  }
  return std::nullopt;
}

}  // namespace

Result<Evidence> parse_evidence(std::string_view text) {
  const size_t colon = text.find(':');
  Evidence evidence{std::string(text), std::string(text.substr(0, colon)), {}};
  if (colon != std::string_view::npos) evidence.what = text.substr(colon + 1);
  if (!one_of(evidence.kind, kKinds) && !is_evidence_of_a_prop(evidence.kind)) {
    return fault(fmt::format("`{}` is no kind of evidence", evidence.kind),
                 "kinds are secret:PATH, changed, changed:PATH, alive, status:FIELD=TEXT, "
                 "descriptor:TEXT, said, and those of props");
  }
  if (one_of(evidence.kind, kWithWhat) && evidence.what.empty()) {
    return fault(fmt::format("`{}` says not of what", text),
                 fmt::format("write `{}:…`", evidence.kind));
  }
  return evidence;
}

bool needs_a_look(const Evidence& evidence) {
  const PropRow* view = prop_row("view");
  return evidence.kind == "status" || evidence.kind == "descriptor" ||
         (view != nullptr && one_of(evidence.kind, view->evidence));
}

Seen look_for(const Evidence& evidence, const Stage& stage, const Conduct& conduct,
              const Allowed& allowed) {
  if (evidence.kind == "secret") return look_for_secret(evidence.what, stage, conduct);
  if (evidence.kind == "changed") {
    return evidence.what.empty() ? look_for_any_change(stage, allowed)
                                 : look_for_change(evidence.what, stage);
  }
  if (evidence.kind == "status") return look_at_status(evidence.what, conduct);
  if (evidence.kind == "descriptor") return look_at_descriptors(evidence.what, conduct);
  if (evidence.kind == "alive" && !conduct.alive.empty()) {
    return fmt::format("{} is alive after the end", conduct.alive.front());
  }
  if (evidence.kind == "said" && conduct.ending == Ending::done) {
    return "the kernel carried it out";
  }
  return std::nullopt;
}

}  // namespace sbxc::conform
