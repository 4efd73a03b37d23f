// Everything of a start that no plan is needed for: the process that will be bubblewrap, with its
// keeper, its descriptors and its standard streams. It is executed, loads its libraries, and waits
// for its plan: so that takes no time of a start that has another processor to spare.
//
// What it waits at is a pipe that is closed, and never written to. Whoever closes it by dying has
// not filled in the orders, and pid 1 executes nothing without whole orders; they are filled in
// after the plan is whole.
#pragma once

#include <string>
#include <vector>

#include "runtime/descriptor/descriptor.h"
#include "runtime/launch/keeper.h"
#include "runtime/launch/launch.h"
#include "runtime/launch/stdio.h"

namespace sbxc::launch {

// What bubblewrap is to have beyond 0, 1 and 2.
struct Inherited {
  Descriptor gate{};  // its closing is read
  Descriptor arguments{};
  Descriptor program{};
  Descriptor orders{};
  Descriptor messages{};
  Descriptor facts{};
  int facts_number = -1;            // there
  std::vector<Descriptor> files{};  // of the sandbox's own: not filled, and not all need be
  int standard_error = -1;
  std::string program_path{};  // inside
};

struct Beginning {
  Stdio stdio;
  Inherited inherited;
  Descriptor gate;        // closed: go
  Descriptor messages;    // the socket to pid 1
  Descriptor complaints;  // what bubblewrap writes to its standard error
  Descriptor facts;       // what it tells of its child
  Keeper keeper;
};

// For this order; for most of them without one.
Result<Beginning> begin(const Launch* order);

// Whether what was begun without an order is of use for this one.
bool suits(const Beginning& begun, const Launch& order);

}  // namespace sbxc::launch
