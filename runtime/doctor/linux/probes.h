// The mechanisms, one function each. All try what they speak of in a child; none changes anything
// that outlives it.
#pragma once

#include <functional>
#include <string>

#include "runtime/doctor/doctor.h"

namespace sbxc::doctor {

struct Outcome {
  int status = -1;   // 0 to 255 as the child ended by itself, -1 when it was ended
  std::string said;  // what it wrote
  bool ok() const { return status == 0; }
};
// Runs `work` in a child that has `seconds`; `work` writes to the descriptor it is given. What the
// child starts ends with it if it shares its fate (see PR_SET_PDEATHSIG).
Outcome in_child(const std::function<int(int said)>& work, int seconds = 5);
// A program, with its standard output and error as `said` and no environment.
Outcome run(const std::vector<std::string>& argv, int seconds = 5);

// Becomes a program as run() would start it; gives a status when it could not.
int become(const std::vector<std::string>& argv, int said);

Mechanism kernel_release();
Mechanism bubblewrap();
Mechanism namespaces();
Mechanism nested_namespaces();
Mechanism kernel_settings();
Mechanism filter();
Mechanism user_notification();
Mechanism memory_reading();
Mechanism landlock_wall();
Mechanism process_handles();
Mechanism memory_programs();
Mechanism session_keyring();
Mechanism network();
Mechanism control_groups();

// A file of /proc/sys as a number; -1 when it cannot be read.
long setting(const std::string& name);
// What to do where user namespaces are refused, as far as the machine tells why.
std::vector<std::string> namespace_advice(const std::string& complaint);
// `docker`, `podman`, `lxc`, … when this looks like the inside of a container; else empty.
std::string container_kind();

}  // namespace sbxc::doctor
