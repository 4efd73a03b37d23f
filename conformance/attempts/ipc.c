/* Memory, messages and counters that processes share by a number or a name, and no file shows. The
 * suite made them outside; the scene has their keys and names. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include "attempt.h"

struct message {
  long kind;
  char text[64];
};

static char* attached(const char** call) {
  *call = "shmget";
  const int id = shmget((key_t)scene_number("shared_key"), 0, 0);
  if (id < 0) return NULL;
  *call = "shmat";
  char* memory = shmat(id, NULL, 0);
  return memory == (void*)-1 ? NULL : memory;
}

ATTEMPT(IPC, 001) {
  const char* call = NULL;
  const char* memory = attached(&call);
  if (!memory) return refused(call, errno);
  got(memory, 64);
  return ENDING_DONE;
}

ATTEMPT(IPC, 101) {
  const char* call = NULL;
  char* memory = attached(&call);
  if (!memory) return refused(call, errno);
  strcpy(memory, scene("nonce"));
  return ENDING_DONE;
}

ATTEMPT(IPC, 105) {
  const int id = shmget((key_t)scene_number("shared_key"), 0, 0);
  if (id < 0) return refused("shmget", errno);
  return shmctl(id, IPC_RMID, NULL) == 0 ? ENDING_DONE : refused("shmctl", errno);
}

ATTEMPT(IPC, 102) {
  struct message message = {0};
  const int id = msgget((key_t)scene_number("queue_key"), 0);
  if (id < 0) return refused("msgget", errno);
  const ssize_t n = msgrcv(id, &message, sizeof message.text, 0, IPC_NOWAIT | MSG_NOERROR);
  if (n < 0) return refused("msgrcv", errno);
  got(message.text, (size_t)n);
  return ENDING_DONE;
}

ATTEMPT(IPC, 103) {
  struct message message = {.kind = 1};
  const char* nonce = scene("nonce");
  const int id = msgget((key_t)scene_number("queue_key"), 0);
  if (id < 0) return refused("msgget", errno);
  strncpy(message.text, nonce, sizeof message.text - 1);
  return msgsnd(id, &message, strlen(message.text), IPC_NOWAIT) == 0 ? ENDING_DONE
                                                                     : refused("msgsnd", errno);
}

ATTEMPT(IPC, 006) {
  const int id = semget((key_t)scene_number("semaphore_key"), 0, 0);
  if (id < 0) return refused("semget", errno);
  struct sembuf up = {.sem_op = 1, .sem_flg = IPC_NOWAIT};
  return semop(id, &up, 1) == 0 ? ENDING_DONE : refused("semop", errno);
}

static enum ending read_shared(int fd) {
  if (fd < 0) return refused("shm_open", errno);
  const char* memory = mmap(NULL, 64, PROT_READ, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return refused("mmap", errno);
  got(memory, 64);
  return ENDING_DONE;
}

ATTEMPT(IPC, 002) { return read_shared(shm_open(scene("shared_name"), O_RDONLY, 0)); }

ATTEMPT(IPC, 106) {
  const int fd = shm_open(scene("shared_name"), O_RDWR, 0);
  if (fd < 0) return refused("shm_open", errno);
  char* memory = mmap(NULL, 64, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return refused("mmap", errno);
  strcpy(memory, scene("nonce"));
  return ENDING_DONE;
}

ATTEMPT(IPC, 109) {
  return shm_unlink(scene("shared_name")) == 0 ? ENDING_DONE : refused("shm_unlink", errno);
}

/* A new one, under a name that the host looks for: where both see it, they can talk. */
ATTEMPT(IPC, 112) {
  const int fd = shm_open(scene("new_name"), O_RDWR | O_CREAT | O_EXCL, 0600);
  if (fd < 0) return refused("shm_open", errno);
  return ftruncate(fd, 4096) == 0 ? ENDING_DONE : refused("ftruncate", errno);
}
