// Where `sbxc run` does not enforce anything yet, nothing is started.
#include "runtime/c/failing.h"

using namespace sbxc;  // NOLINT: what follows is C's

int sbxc_sandbox_start(const char*, const char* const*, const sbxc_start_options*,
                       sbxc_sandbox** sandbox, sbxc_error* error) {
  if (sandbox != nullptr) *sandbox = nullptr;
  return c::fail(error, SBXC_CANNOT_START, "there are no sandboxes on this system yet");
}
int sbxc_sandbox_descriptor(const sbxc_sandbox*) { return -1; }
int sbxc_sandbox_wait(sbxc_sandbox*, int, int*, sbxc_error* error) {
  return c::fail(error, SBXC_BAD_ARGUMENT, "there is no sandbox");
}
int sbxc_sandbox_signal(sbxc_sandbox*, int) { return SBXC_BAD_ARGUMENT; }
void sbxc_sandbox_close(sbxc_sandbox*) {}
