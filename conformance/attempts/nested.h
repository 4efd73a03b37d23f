/* A place of one's own to mount in: what an attempt about mounts needs before it can begin. */
#ifndef SBXC_CONFORMANCE_ATTEMPTS_NESTED_H
#define SBXC_CONFORMANCE_ATTEMPTS_NESTED_H

#include "attempt.h"

/* Enters a mount namespace of this process's own, by rights that it has or, as an ordinary user,
 * in a user namespace. Where neither is to be had it stays where it is: a sandbox may let mounts
 * be made without it. Nothing that is mounted afterwards is seen outside. */
void enter_own_mounts(void);

/* The directory `mount-NONCE` in the workspace, made for something to be mounted on. The host
 * knows a mount of the attempt by this name. */
const char* mount_point(void);

/* Runs `step` in a child, which holds when the step is done (it gives 0, or -1 and errno). The
 * ending tells of `call`. */
enum ending hold_in_child(const char* call, int (*step)(void));

#endif
