// The names of `place` are walked through the glob; from wherever in the glob that leads, the rest
// of it is filled in, shortest first, and then with one component at a time at its edge. So a
// pattern that begins with `**` or reaches across the place has its boundary within it too.
#include <set>

#include "compiler/boundaries/edge.h"

namespace sbxc {

namespace {

bool is_any(const Component& component) { return std::holds_alternative<AnyComponents>(component); }

std::vector<std::string> names_of(std::string_view path) {
  std::vector<std::string> names;
  for (size_t at = 1; at < path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    names.emplace_back(path.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

// Where in the glob one can be behind the names.
std::set<size_t> positions_behind(const PathGlob& glob, const std::vector<std::string>& names) {
  const auto& parts = glob.components;
  const auto close = [&](std::set<size_t>& at) {
    for (const size_t i : std::set<size_t>(at)) {
      if (i < parts.size() && is_any(parts[i])) at.insert(i + 1);  // no two follow each other
    }
  };
  std::set<size_t> at{0};
  close(at);
  for (const std::string& name : names) {
    std::set<size_t> next;
    for (const size_t i : at) {
      if (i == parts.size()) continue;
      if (is_any(parts[i])) {
        next.insert(i);
      } else if (std::get<NameGlob>(parts[i]).matches(name)) {
        next.insert(i + 1);
      }
    }
    at = std::move(next);
    close(at);
  }
  return at;
}

class PathEdges {
 public:
  PathEdges(std::string_view place, std::span<const Component> rest)
      : place_(place == "/" ? std::string_view() : place), rest_(rest) {
    for (const Component& part : rest) {
      // The shortest of a name is the first of its edges.
      names_.push_back(is_any(part) ? std::string()
                                    : "/" + name_edges(std::get<NameGlob>(part)).front().at);
    }
  }

  std::vector<TextEdge> run() && {
    add("itself");
    for (size_t i = 0; i < rest_.size(); ++i) {
      if (is_any(rest_[i])) {
        with(i, "/a", "at `**`");
        with(i, "/a/b", "at `**`");
      } else {
        edges_of_name(i);
      }
    }
    if (!rest_.empty() && !is_any(rest_.back())) {
      with(rest_.size() - 1, names_.back() + "/a", "below");
      with(rest_.size() - 1, "", "above");
    }
    if (rest_.size() > 1 && is_any(rest_.back())) {
      with(rest_.size() - 2, "", "above");
    }
    return std::move(out_);
  }

 private:
  // A name before the last is taken as a whole: its neighbours are directories beside it.
  void edges_of_name(size_t i) {
    const auto& glob = std::get<NameGlob>(rest_[i]);
    const bool last = i + 1 == rest_.size() || (i + 2 == rest_.size() && is_any(rest_[i + 1]));
    if (!last && glob.literal()) {
      with(i, names_[i] + "x", "beside a directory above");
      return;
    }
    for (const TextEdge& edge : name_edges(glob)) {
      if (edge.where != "itself") with(i, "/" + edge.at, edge.where);
    }
  }
  void with(size_t i, std::string name, const std::string& where) {
    std::swap(names_[i], name);
    add(where);
    std::swap(names_[i], name);
  }
  void add(const std::string& where) {
    std::string path(place_);
    for (const std::string& name : names_) path += name;
    if (path.empty()) path = "/";
    if (is_canonical_path(path)) out_.push_back({std::move(path), where});
  }

  std::string_view place_;
  std::span<const Component> rest_;
  std::vector<std::string> names_;  // with their slashes; empty for a `**`
  std::vector<TextEdge> out_;
};

}  // namespace

std::vector<TextEdge> path_edges(const PathGlob& glob, std::string_view place) {
  std::vector<TextEdge> out;
  for (const size_t at : positions_behind(glob, names_of(place))) {
    auto edges = PathEdges(place, std::span(glob.components).subspan(at)).run();
    out.insert(out.end(), std::make_move_iterator(edges.begin()),
               std::make_move_iterator(edges.end()));
  }
  return out;
}

}  // namespace sbxc
