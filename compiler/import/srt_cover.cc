#include "compiler/import/srt_cover.h"

#include <algorithm>

namespace sbxc::import {

bool covers(const PathReading& entry, std::string path) {
  if (entry.literal) return is_at_or_below(path, entry.path);
  while (true) {
    if (std::ranges::any_of(entry.globs,
                            [&](const PathGlob& glob) { return glob.matches(path); })) {
      return true;
    }
    if (path == "/") return false;
    const size_t slash = path.rfind('/');
    path = slash == 0 ? "/" : path.substr(0, slash);
  }
}

std::string sample(const PathGlob& glob) {
  std::string path;
  for (const Component& component : glob.components) {
    if (std::holds_alternative<AnyComponents>(component)) continue;
    path += '/';
    for (const NameAtom& atom : std::get<NameGlob>(component).atoms) {
      const auto* literal = std::get_if<Literal>(&atom);
      path += literal != nullptr ? literal->bytes : "x";
    }
  }
  return path.empty() ? "/" : path;
}

std::vector<PathGlob> within(const PathGlob& glob, const PathGlob& directory) {
  std::vector<std::pair<size_t, size_t>> open = {{0, 0}};  // names passed, components passed
  std::vector<PathGlob> out;
  for (size_t i = 0; i < open.size(); ++i) {
    const auto [names, at] = open[i];
    const auto push = [&](size_t n, size_t c) {
      if (std::ranges::find(open, std::pair(n, c)) == open.end()) open.emplace_back(n, c);
    };
    if (names == directory.components.size()) {
      PathGlob rest = directory;
      rest.components.insert(rest.components.end(),
                             glob.components.begin() + static_cast<std::ptrdiff_t>(at),
                             glob.components.end());
      out.push_back(std::move(rest));
      continue;
    }
    if (at == glob.components.size()) continue;
    const auto* name = std::get_if<NameGlob>(&directory.components[names]);
    const auto literal = name != nullptr ? name->literal() : std::nullopt;
    if (std::holds_alternative<AnyComponents>(glob.components[at])) {
      push(names, at + 1);
      push(names + 1, at);
    } else if (!literal || std::get<NameGlob>(glob.components[at]).matches(*literal)) {
      push(names + 1, at + 1);
    }
  }
  return out;
}

}  // namespace sbxc::import
