/* Calls of groups that ordinary programs do without, and that no other attempt makes: asked for
 * what changes nothing. */
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file_steps.h"

/* How many kinds of file systems the kernel knows. */
ATTEMPT(KRN, 162) {
#ifdef SYS_sysfs
  const long kinds = syscall(SYS_sysfs, 3);
  if (kinds < 0 && errno == ENOSYS) return cannot("the kernel has no such call");
  return ended(kinds, "sysfs");
#else
  return cannot("the kernel has no such call");
#endif
}

/* Where a page of this process lies. */
ATTEMPT(KRN, 163) {
  static char page[2 * 4096];
  page[4096] = 1;
  void* pages[] = {page + 4096};
  int status[] = {0};
  const long result = syscall(SYS_move_pages, 0, 1UL, pages, NULL, status, 0);
  if (result < 0 && errno == ENOSYS) return cannot("the kernel has no such call");
  return ended(result, "move_pages");
}
