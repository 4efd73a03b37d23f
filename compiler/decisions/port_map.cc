#include "compiler/decisions/port_map.h"

#include <algorithm>

namespace sbxc {

namespace {

constexpr uint16_t kLastPort = 65535;
constexpr automata::Label kIn{1};
constexpr automata::Label kOut{0};

void append(PortMap& map, PortPiece piece) {
  if (map.empty() || map.back().label != piece.label) map.push_back(piece);
}

}  // namespace

PortMap every_port(automata::Label label) { return {{1, label}}; }

PortMap port_map(const PortSet& ports, automata::Label inside, automata::Label outside) {
  PortMap map;
  if (ports.ranges.empty() || ports.ranges.front().low > 1) map.push_back({1, outside});
  for (const PortRange& range : ports.ranges) {
    append(map, {range.low, inside});
    if (range.high < kLastPort) append(map, {static_cast<uint16_t>(range.high + 1), outside});
  }
  return map;
}

automata::Label label_at(const PortMap& map, uint16_t port) {
  const auto after =
      std::upper_bound(map.begin(), map.end(), port,
                       [](uint16_t value, const PortPiece& piece) { return value < piece.low; });
  return after == map.begin() ? automata::kOutside : std::prev(after)->label;  // port 0
}

PortMap join(const PortMap& a, const PortMap& b,
             const std::function<automata::Label(automata::Label, automata::Label)>& label) {
  PortMap map;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    append(map, {std::max(a[i].low, b[j].low), label(a[i].label, b[j].label)});
    const uint32_t a_next = i + 1 < a.size() ? a[i + 1].low : kLastPort + 1U;
    const uint32_t b_next = j + 1 < b.size() ? b[j + 1].low : kLastPort + 1U;
    if (a_next <= b_next) ++i;
    if (b_next <= a_next) ++j;
  }
  return map;
}

PortSet ports_where(const PortMap& map, const std::function<bool(automata::Label)>& wanted) {
  PortSet ports;
  for (size_t i = 0; i < map.size(); ++i) {
    if (!wanted(map[i].label)) continue;
    const uint16_t high =
        i + 1 < map.size() ? static_cast<uint16_t>(map[i + 1].low - 1) : kLastPort;
    if (!ports.ranges.empty() && ports.ranges.back().high + 1U == map[i].low) {
      ports.ranges.back().high = high;
    } else {
      ports.ranges.push_back({map[i].low, high});
    }
  }
  return ports;
}

uint16_t readable_port(const PortSet& ports) {
  for (const uint16_t port : std::initializer_list<uint16_t>{443, 80, 22, 8080}) {
    if (ports.contains(port)) return port;
  }
  return ports.ranges.front().low;
}

PortSet without(const PortSet& ports, const PortSet& taken) {
  const PortMap left =
      join(port_map(ports, kIn, kOut), port_map(taken, kIn, kOut),
           [](automata::Label a, automata::Label b) { return a == kIn && b == kOut ? kIn : kOut; });
  return ports_where(left, [](automata::Label label) { return label == kIn; });
}

bool overlap(const PortSet& a, const PortSet& b) { return without(a, b) != a; }

}  // namespace sbxc
