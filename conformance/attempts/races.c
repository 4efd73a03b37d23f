/* Races against whoever decides by a name: a second thread changes what the name is, or what it
 * leads to, between the look and the use. Outside the attempt ends at once; inside it is made for
 * as long as RACE_TIME. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file_steps.h"

enum { RACE_TIME = 600 }; /* milliseconds */

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* What the second thread does, over and over. */
static void (*flip)(int turn);
static atomic_int over;

static void* flips(void* unused) {
  (void)unused;
  for (int turn = 0; !atomic_load(&over); ++turn) flip(turn & 1);
  return NULL;
}

/* Tries `step`, which tells whether it got what it wanted, while the other thread flips. */
static enum ending races(void (*flipping)(int turn), int (*step)(void), const char* call) {
  pthread_t thread;
  flip = flipping;
  atomic_store(&over, 0);
  if (pthread_create(&thread, NULL, flips, NULL) != 0) return refused("pthread_create", errno);
  const long end = now() + RACE_TIME;
  int won = 0;
  int error = 0;
  while (!won && now() < end) {
    won = step();
    if (!won && errno != 0) error = errno;
  }
  atomic_store(&over, 1);
  pthread_join(thread, NULL);
  return won ? ENDING_DONE : refused(call, error);
}

/* The bytes of the name: two names of one length in one buffer. */
static char shared_name[4096];
static const char* names[2];

static void flip_bytes(int turn) {
  const size_t size = strlen(names[0]);
  for (size_t i = 0; i < size; ++i) ((volatile char*)shared_name)[i] = names[turn][i];
}

static int step_read(void) {
  errno = 0;
  const int fd = open(shared_name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  char bytes[256];
  const ssize_t size = read(fd, bytes, sizeof bytes);
  close(fd);
  /* The other name's file holds the nonce. */
  if (size <= 0 || memmem(bytes, (size_t)size, scene("nonce"), strlen(scene("nonce")))) return 0;
  got(bytes, (size_t)size);
  return 1;
}

ATTEMPT(FSR, 190) {
  names[0] = scene_path("work", ".env");
  names[1] = scene_path("work", ".enx");
  if (plants(names[1]) != ENDING_DONE) return ENDING_REFUSED;
  strcpy(shared_name, names[1]);
  return races(flip_bytes, step_read, "open");
}

/* A file that is created: the host sees its name. */
static int step_create(void) {
  errno = 0;
  const int fd = open(shared_name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd >= 0) close(fd);
  return access(names[0], F_OK) == 0;
}

ATTEMPT(LNK, 120) {
  names[0] = scene_path("work", ".git/hooks/pre-commit");
  names[1] = scene_path("work", ".git/hookx/pre-commit");
  if (plants(names[1]) != ENDING_DONE) return ENDING_REFUSED;
  strcpy(shared_name, names[1]);
  return races(flip_bytes, step_create, "open");
}

static int step_rename(void) {
  errno = 0;
  const char* made = scene_path("work", "src/renamed");
  const int fd = open(made, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd >= 0) close(fd);
  if (rename(made, shared_name) != 0) return 0;
  return access(names[0], F_OK) == 0;
}

ATTEMPT(REN, 121) {
  names[0] = scene_path("work", ".git/hooks/pre-commit");
  names[1] = scene_path("work", ".git/hookx/pre-commit");
  if (plants(names[1]) != ENDING_DONE) return ENDING_REFUSED;
  strcpy(shared_name, names[1]);
  return races(flip_bytes, step_rename, "rename");
}

/* A link that leads now here, now there. */
static void flip_link(int turn) {
  const char* made = scene_path("work", "flip-next");
  if (symlink(names[turn], made) == 0) rename(made, scene_path("work", "flip"));
}

ATTEMPT(LNK, 006) {
  names[0] = "sub";
  names[1] = "src";
  snprintf(shared_name, sizeof shared_name, "%s/flip/.env", scene("work"));
  return races(flip_link, step_read, "open");
}

ATTEMPT(LNK, 121) {
  names[0] = scene("home");
  names[1] = scene("work");
  snprintf(shared_name, sizeof shared_name, "%s/flip/.ssh/id_ed25519", scene("work"));
  return races(flip_link, step_read, "open");
}

static int step_create_by_link(void) {
  errno = 0;
  const int fd = open(shared_name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd >= 0) close(fd);
  return access(scene_path("work", ".git/hooks/by-link"), F_OK) == 0;
}

ATTEMPT(LNK, 122) {
  names[0] = ".git/hooks";
  names[1] = "src";
  snprintf(shared_name, sizeof shared_name, "%s/flip/by-link", scene("work"));
  return races(flip_link, step_create_by_link, "open");
}
