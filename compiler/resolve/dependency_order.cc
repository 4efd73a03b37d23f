// Depth-first search with an explicit stack and the usual three colours. An edge to a node that is
// still on the stack closes a loop, and the loop is the stack from that node on.
#include "compiler/resolve/dependency_order.h"

#include <algorithm>
#include <cstdint>

namespace sbxc {

namespace {

enum class Color : uint8_t { fresh, open, done };

struct Frame {
  size_t node;
  size_t next_edge;
};

}  // namespace

std::variant<Order, Loop> dependency_order(const Edges& edges) {
  std::vector<Color> colors(edges.size(), Color::fresh);
  std::vector<Frame> stack;
  Order order;
  order.nodes.reserve(edges.size());
  for (size_t start = 0; start < edges.size(); ++start) {
    if (colors[start] != Color::fresh) continue;
    colors[start] = Color::open;
    stack.push_back({start, 0});
    while (!stack.empty()) {
      const size_t node = stack.back().node;
      if (stack.back().next_edge == edges[node].size()) {
        colors[node] = Color::done;
        order.nodes.push_back(node);
        stack.pop_back();
        continue;
      }
      const size_t to = edges[node][stack.back().next_edge++];
      if (colors[to] == Color::fresh) {
        colors[to] = Color::open;
        stack.push_back({to, 0});
      } else if (colors[to] == Color::open) {
        Loop loop;
        auto from = std::find_if(stack.begin(), stack.end(),
                                 [to](const Frame& frame) { return frame.node == to; });
        for (; from != stack.end(); ++from) loop.nodes.push_back(from->node);
        return loop;
      }
    }
  }
  return order;
}

}  // namespace sbxc
