// What is said of each TCP port of one host: a few pieces that cover 1 to 65535.
#pragma once

#include <functional>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/pattern/host_pattern.h"

namespace sbxc {

struct PortPiece {
  uint16_t low = 1;  // the piece reaches to the next one, the last to 65535
  automata::Label label{};
  bool operator==(const PortPiece&) const = default;
};

// INVARIANT: the first starts at 1; ascending; neighbours differ.
using PortMap = std::vector<PortPiece>;

PortMap every_port(automata::Label label);
// `inside` on the ports, `outside` on all others.
PortMap port_map(const PortSet& ports, automata::Label inside, automata::Label outside);
automata::Label label_at(const PortMap& map, uint16_t port);
PortMap join(const PortMap& a, const PortMap& b,
             const std::function<automata::Label(automata::Label, automata::Label)>& label);
PortSet ports_where(const PortMap& map, const std::function<bool(automata::Label)>& wanted);

// Of ports that are not none, the one that a person would try first.
uint16_t readable_port(const PortSet& ports);
PortSet without(const PortSet& ports, const PortSet& taken);
bool overlap(const PortSet& a, const PortSet& b);

}  // namespace sbxc
