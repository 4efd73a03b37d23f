// The parts of a verification. Inside this room only.
#pragma once

#include <vector>

#include "backends/seatbelt/verify/findings.h"
#include "compiler/automata/determinise.h"

namespace sbxc::seatbelt_verify {

struct Verifying {
  const Policy& policy;  // as it is spelt on macOS
  const sbpl::Profile& profile;
  const std::vector<RuleVerdict>& verdicts;
  const automata::Budget& budget;
};

// A name that the table of operations has; a wrong one is a bug of this room.
sbpl::OperationId operation_called(std::string_view name);

void verify_paths(const Verifying& on, Findings& findings);     // read, write, exec, socket
void verify_services(const Verifying& on, Findings& findings);  // mach
void verify_outgoing(const Verifying& on, uint16_t proxy_port, Findings& findings);  // connect
void verify_listening(const Verifying& on, Findings& findings);                      // listen
// What the language has no word for must stay as documented.
void verify_others(const Verifying& on, Findings& findings);

}  // namespace sbxc::seatbelt_verify
