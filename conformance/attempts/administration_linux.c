/* Calls of whoever administers the machine, with arguments that do nothing: a kernel that looks at
 * them at all, and does not refuse first, would obey better ones. Only its answer tells. */
#include <errno.h>
#include <linux/reboot.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

#include "attempt.h"

/* An answer about the arguments is obedience; one about rights or about the call is not. */
static enum ending judged(const char* call, long result) {
  if (result >= 0) return ENDING_DONE;
  if (errno == EPERM || errno == EACCES) return refused(call, errno);
  if (errno == ENOSYS || errno == EOPNOTSUPP) return cannot("the kernel has no such call");
  return ENDING_DONE;
}

#define NO_CALL(number) \
  ATTEMPT(KRN, number) { return cannot("this architecture has no such call"); }

#define CALL(number, name, ...) \
  ATTEMPT(KRN, number) { return judged(#name, syscall(SYS_##name, __VA_ARGS__)); }

CALL(010, reboot, 0, 0, LINUX_REBOOT_CMD_CAD_OFF, 0)
CALL(139, swapon, "", 0)
CALL(140, swapoff, "")
CALL(141, acct, "/nowhere/at/all")
CALL(143, init_module, 0, 0, "")
CALL(144, finit_module, -1, "", 0)
CALL(145, delete_module, "", 0)
CALL(146, sethostname, "", (size_t)-1)
CALL(147, setdomainname, "", (size_t)-1)
#ifdef SYS_kexec_load
CALL(149, kexec_load, 0, 17, 0, 0)
#else
NO_CALL(149)
#endif
#ifdef SYS_iopl
CALL(150, iopl, 0)
CALL(151, ioperm, 0x10000, 1, 0)
#else
NO_CALL(150)
NO_CALL(151)
#endif
#ifdef SYS_modify_ldt
CALL(012, modify_ldt, 0, 0, 0)
#else
NO_CALL(012)
#endif
CALL(156, lookup_dcookie, 0, 0, 0)

/* The clock, with a speed that there is not. */
ATTEMPT(KRN, 148) {
  struct timex clock = {.modes = ADJ_TICK, .tick = 1};
  return judged("adjtimex", adjtimex(&clock));
}

ATTEMPT(KRN, 158) {
  const long before = syscall(SYS_personality, 0xffffffff);
  if (before < 0) return refused("personality", errno);
  /* no randomized addresses for programs started from here on */
  if (syscall(SYS_personality, before | 0x0040000) < 0) return refused("personality", errno);
  return ENDING_DONE;
}
