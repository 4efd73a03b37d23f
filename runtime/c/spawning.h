// Starts `sbxc run` as a child of this process, whatever else that does: other threads, handlers,
// descriptors in odd places. Between the two processes there is a pipe for the audit log.
#pragma once

#include <sys/types.h>

#include "runtime/c/sbxc_runtime.h"

namespace sbxc::c {

struct Spawned {  // where to put them
  pid_t* process;
  int* denials;  // read without waiting
};

int spawn(const char* policy, const char* const* command, const sbxc_start_options& options,
          Spawned spawned, sbxc_error* error);

}  // namespace sbxc::c
