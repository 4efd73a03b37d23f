#include "backends/seatbelt/filter_tree.h"

#include <numeric>

namespace sbxc::seatbelt {
namespace {

constexpr size_t kColumns = 100;

FilterTree combined(FilterTree::Kind kind, std::vector<FilterTree> of) {
  if (of.size() == 1) return std::move(of[0]);
  FilterTree made;
  made.kind = kind;
  for (FilterTree& part : of) {  // (any (any a b) c) is (any a b c)
    if (part.kind == kind && kind != FilterTree::Kind::leaf) {
      std::move(part.of.begin(), part.of.end(), std::back_inserter(made.of));
    } else {
      made.of.push_back(std::move(part));
    }
  }
  return made;
}

std::string_view head(FilterTree::Kind kind) {
  switch (kind) {
    case FilterTree::Kind::all:
      return "require-all";
    case FilterTree::Kind::any:
      return "require-any";
    case FilterTree::Kind::none_of:
      return "require-not";
    case FilterTree::Kind::leaf:
      break;
  }
  return {};
}

std::string on_one_line(const FilterTree& filter) {
  if (filter.kind == FilterTree::Kind::leaf) return filter.text;
  std::string out = "(" + std::string(head(filter.kind));
  for (const FilterTree& part : filter.of) out += " " + on_one_line(part);
  return out + ")";
}

}  // namespace

FilterTree FilterTree::leaf(std::string text, size_t string_bytes, size_t count) {
  return {
      .kind = Kind::leaf, .text = std::move(text), .string_bytes = string_bytes, .count = count};
}
FilterTree FilterTree::all(std::vector<FilterTree> of) {
  return combined(Kind::all, std::move(of));
}
FilterTree FilterTree::any(std::vector<FilterTree> of) {
  return combined(Kind::any, std::move(of));
}
FilterTree FilterTree::none(FilterTree of) {
  FilterTree made;
  made.kind = Kind::none_of;
  made.of.push_back(std::move(of));
  return made;
}
FilterTree FilterTree::without(FilterTree filter, std::vector<FilterTree> except) {
  if (except.empty()) return filter;
  return all({std::move(filter), none(any(std::move(except)))});
}

std::string print(const FilterTree& filter, size_t indent) {
  std::string line = on_one_line(filter);
  if (filter.kind == FilterTree::Kind::leaf || indent + line.size() <= kColumns) return line;
  std::string out = "(" + std::string(head(filter.kind));
  for (const FilterTree& part : filter.of) {
    out += "\n" + std::string(indent + 2, ' ') + print(part, indent + 2);
  }
  return out + ")";
}

size_t leaves(const FilterTree& filter) {
  if (filter.kind == FilterTree::Kind::leaf) return filter.count;
  return std::accumulate(filter.of.begin(), filter.of.end(), size_t{0},
                         [](size_t sum, const FilterTree& part) { return sum + leaves(part); });
}

size_t string_bytes(const FilterTree& filter) {
  return std::accumulate(
      filter.of.begin(), filter.of.end(), filter.string_bytes,
      [](size_t sum, const FilterTree& part) { return sum + string_bytes(part); });
}

}  // namespace sbxc::seatbelt
