// Firmlinks (`/Users`, `/Applications` …) are no links: their paths are canonical as written.
// Links that a person made are not known here; whoever fills in $home and $cwd resolves them.
#include "backends/seatbelt/canonical_roots.h"

#include <array>

namespace sbxc::seatbelt {
namespace {

struct RootLink {
  std::string_view name;
  std::array<std::string_view, 4> target;  // components, the unused ones empty
};
constexpr RootLink kRootLinks[] = {
    {"tmp", {"private", "tmp"}},
    {"var", {"private", "var"}},
    {"etc", {"private", "etc"}},
    {"home", {"System", "Volumes", "Data", "home"}},
};

const RootLink* link_of(std::string_view first) {
  for (const RootLink& link : kRootLinks) {
    if (link.name == first) return &link;
  }
  return nullptr;
}

}  // namespace

PathGlob canonical(const PathGlob& glob) {
  if (glob.literal_depth() == 0) return glob;
  const RootLink* link = link_of(*std::get<NameGlob>(glob.components[0]).literal());
  if (link == nullptr) return glob;
  PathGlob out;
  for (const std::string_view name : link->target) {
    if (!name.empty()) out.components.push_back(NameGlob{{Literal{std::string(name)}}});
  }
  out.components.insert(out.components.end(), glob.components.begin() + 1, glob.components.end());
  return out;
}

std::string as_a_person_writes(std::string_view path) {
  constexpr std::string_view kHome = "/System/Volumes/Data/home/";
  if (!path.starts_with(kHome)) return std::string(path);
  return "/home/" + std::string(path.substr(kHome.size()));
}

const std::vector<std::string>& root_links() {
  static const std::vector<std::string> kLinks = [] {
    std::vector<std::string> links;
    for (const RootLink& link : kRootLinks) links.push_back("/" + std::string(link.name));
    return links;
  }();
  return kLinks;
}

}  // namespace sbxc::seatbelt
