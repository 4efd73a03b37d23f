// Matching and text of path globs; parsing is in path_pattern.cc. Between two `**` every component
// of the glob takes exactly one of the path, so going back to the last `**` alone is enough (as
// with
// `*` in a name) and the work is at most glob times path.
#include "compiler/pattern/path_glob.h"

#include <algorithm>

namespace sbxc {

namespace {

// Walks the components of a canonical path without copying it.
struct Cursor {
  std::string_view rest;  // empty at the end, else starts with '/'

  static Cursor of(std::string_view path) { return {path == "/" ? std::string_view() : path}; }
  bool done() const { return rest.empty(); }
  std::string_view name() const { return rest.substr(1, rest.find('/', 1) - 1); }
  Cursor next() const {
    const size_t slash = rest.find('/', 1);
    return {slash == std::string_view::npos ? std::string_view() : rest.substr(slash)};
  }
};

bool is_any(const Component& component) { return std::holds_alternative<AnyComponents>(component); }

}  // namespace

bool PathGlob::matches(std::string_view canonical_path) const {
  if (canonical_path.empty() || canonical_path.front() != '/') return false;
  size_t at = 0;
  Cursor path = Cursor::of(canonical_path);
  std::optional<size_t> any;  // the component after the last `**` seen
  Cursor any_path;            // where that `**` ends for now
  while (at < components.size() || !path.done()) {
    if (at < components.size() && is_any(components[at])) {
      any = ++at;
      any_path = path;
      if (at == components.size()) return true;
      continue;
    }
    if (at < components.size() && !path.done() &&
        std::get<NameGlob>(components[at]).matches(path.name())) {
      ++at;
      path = path.next();
      continue;
    }
    if (!any || any_path.done()) return false;
    at = *any;
    path = any_path = any_path.next();
  }
  return true;
}

std::string PathGlob::text() const {
  if (components.empty()) return "/";
  std::string out;
  for (const Component& component : components) {
    out += '/';
    if (const auto* name = std::get_if<NameGlob>(&component)) {
      name->append_text(out);
    } else {
      out += "**";
    }
  }
  return out;
}

size_t PathGlob::literal_depth() const {
  const auto first = std::find_if(components.begin(), components.end(), [](const Component& c) {
    return is_any(c) || !std::get<NameGlob>(c).literal();
  });
  return static_cast<size_t>(first - components.begin());
}

std::string PathGlob::literal_prefix() const {
  const size_t depth = literal_depth();
  if (depth == 0) return "/";
  std::string out;
  for (size_t i = 0; i < depth; ++i) out += "/" + *std::get<NameGlob>(components[i]).literal();
  return out;
}

bool PathGlob::is_subtree() const {
  return !components.empty() && is_any(components.back()) &&
         literal_depth() + 1 == components.size();
}

bool PathPattern::matches(std::string_view canonical_path) const {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const PathGlob& glob) { return glob.matches(canonical_path); });
}

PathGlob literal_path_glob(std::string_view canonical_path) {
  PathGlob glob;
  for (Cursor path = Cursor::of(canonical_path); !path.done(); path = path.next()) {
    glob.components.emplace_back(NameGlob{{Literal{std::string(path.name())}}});
  }
  return glob;
}

}  // namespace sbxc
