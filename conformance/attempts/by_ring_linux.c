/* What by_ring_linux.h says: a ring of one entry, by the bare system calls (io_uring_setup(2)). */
#ifdef __linux__
#include "by_ring_linux.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static void* mapped(int ring, size_t size, off_t offset) {
  return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, offset);
}

static uint32_t* word_at(void* base, uint32_t offset) {
  return (uint32_t*)(void*)((char*)base + offset);
}

static int asked(int ring, const struct io_uring_params* shape,
                 const struct io_uring_sqe* request) {
  const size_t queue_size = shape->sq_off.array + shape->sq_entries * sizeof(uint32_t);
  const size_t done_size = shape->cq_off.cqes + shape->cq_entries * sizeof(struct io_uring_cqe);
  void* queue = mapped(ring, queue_size, IORING_OFF_SQ_RING);
  void* done = mapped(ring, done_size, IORING_OFF_CQ_RING);
  struct io_uring_sqe* entries =
      mapped(ring, shape->sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
  if (queue == MAP_FAILED || done == MAP_FAILED || (void*)entries == MAP_FAILED) return -1;
  memcpy(&entries[0], request, sizeof *request);
  *word_at(queue, shape->sq_off.array) = 0;
  __atomic_store_n(word_at(queue, shape->sq_off.tail), 1, __ATOMIC_RELEASE);
  if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0) return -1;
  const struct io_uring_cqe* answer =
      (const struct io_uring_cqe*)(const void*)((const char*)done + shape->cq_off.cqes);
  if (answer->res >= 0) return answer->res;
  errno = -answer->res;
  return -1;
}

int by_ring(const struct io_uring_sqe* request, const char** call) {
  struct io_uring_params shape;
  memset(&shape, 0, sizeof shape);
  *call = "io_uring_setup";
  const int ring = (int)syscall(SYS_io_uring_setup, 1, &shape);
  if (ring < 0) return -1;
  *call = "io_uring_enter";
  const int result = asked(ring, &shape, request);
  const int error = errno;
  close(ring);
  errno = error;
  return result;
}
#endif
