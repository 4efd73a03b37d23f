// Orders things that lean on each other (files that use files, params and sets that name others),
// or finds a loop. Iterative: hostile input may chain a hundred thousand names.
#pragma once

#include <cstddef>
#include <variant>
#include <vector>

namespace sbxc {

using Edges = std::vector<std::vector<size_t>>;  // edges[i]: what i leans on

// What is leaned on comes first; otherwise in the order of the indices.
struct Order {
  std::vector<size_t> nodes;
};
// The first loop met, as nodes that each lean on the next; the last leans on the first.
struct Loop {
  std::vector<size_t> nodes;
};

std::variant<Order, Loop> dependency_order(const Edges& edges);

}  // namespace sbxc
