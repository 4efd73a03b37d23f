/* One request to the kernel by io_uring, which no filter of system calls sees. */
#ifndef SBXC_CONFORMANCE_ATTEMPTS_BY_RING_LINUX_H
#define SBXC_CONFORMANCE_ATTEMPTS_BY_RING_LINUX_H

#include <linux/io_uring.h>

/* Its result: not negative, or -1 with errno. Which step was refused, the ring itself or the
 * request, is in `*call`. */
int by_ring(const struct io_uring_sqe* request, const char** call);

#endif
