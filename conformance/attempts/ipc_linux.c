/* Message queues of POSIX, and what SysV IPC tells without a key. See ipc.c. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

#include "attempt.h"

ATTEMPT(IPC, 107) {
  static char message[8192];
  const mqd_t queue = mq_open(scene("queue_name"), O_RDONLY | O_NONBLOCK);
  if (queue < 0) return refused("mq_open", errno);
  const ssize_t n = mq_receive(queue, message, sizeof message, NULL);
  if (n < 0) return refused("mq_receive", errno);
  got(message, (size_t)n);
  return ENDING_DONE;
}

ATTEMPT(IPC, 108) {
  const char* nonce = scene("nonce");
  const mqd_t queue = mq_open(scene("queue_name"), O_WRONLY | O_NONBLOCK);
  if (queue < 0) return refused("mq_open", errno);
  return mq_send(queue, nonce, strlen(nonce), 1) == 0 ? ENDING_DONE : refused("mq_send", errno);
}

ATTEMPT(IPC, 110) {
  return mq_unlink(scene("queue_name")) == 0 ? ENDING_DONE : refused("mq_unlink", errno);
}

/* Every segment that there is, by its place in the kernel's table. */
ATTEMPT(IPC, 104) {
  int attached = 0;
  struct shmid_ds status;
  const int last = shmctl(0, SHM_INFO, &status);
  if (last < 0) return refused("shmctl", errno);
  for (int i = 0; i <= last; ++i) {
    const int id = shmctl(i, SHM_STAT, &status);
    if (id < 0 || status.shm_segsz < 64) continue;
    const char* memory = shmat(id, NULL, SHM_RDONLY);
    if (memory == (void*)-1) continue;
    got(memory, 64);
    shmdt(memory);
    ++attached;
  }
  return attached > 0 ? ENDING_DONE : refused("shmctl", errno);
}

/* The same names as files. */
ATTEMPT(IPC, 111) {
  return got_file(scene_path("shared_directory", scene("shared_name") + 1)) == 0
             ? ENDING_DONE
             : refused("open", errno);
}
