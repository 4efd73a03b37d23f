/* What must work: a sandbox in which it does not is broken, however much it blocks. Each leaves in
 * the project, or says, what the suite looks for outside. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "file_steps.h"
#include "program.h"

#define WORK(path) scene_path("work", path)

static const char* proof(void) { return WORK("proof"); }
/* When what is tried has worked, the proof is left. */
static enum ending proves(enum ending ending) {
  return ending == ENDING_DONE ? plants(proof()) : ending;
}

ATTEMPT(OKS, 001) { return plants(WORK("made/in/here.txt")); }
ATTEMPT(OKS, 101) { return appends(WORK("README.md")); }
ATTEMPT(OKS, 102) { return moves(WORK("README.md"), WORK("README.txt")); }
ATTEMPT(OKS, 103) { return removes(WORK("README.md")); }
ATTEMPT(OKS, 104) { return moves(WORK("src"), WORK("source")); }
ATTEMPT(OKS, 105) { return ended(chmod(WORK("README.md"), 0755), "chmod"); }
ATTEMPT(OKS, 106) { return ended(symlink("README.md", WORK("made-link")), "symlink"); }
ATTEMPT(OKS, 107) { return ended(link(WORK("README.md"), WORK("second")), "link"); }
ATTEMPT(OKS, 108) { return ended(mkfifo(WORK("pipe"), 0644), "mkfifo"); }
ATTEMPT(OKS, 109) { return ended(truncate(WORK("README.md"), 3), "truncate"); }

ATTEMPT(OKS, 002) { return reads(WORK("src/main.c")); }

ATTEMPT(OKS, 110) {
  char bytes[8];
  const int fd = open("/etc/passwd", O_RDONLY);
  if (fd < 0 || read(fd, bytes, sizeof bytes) <= 0) return refused("open", errno);
  return plants(proof());
}

ATTEMPT(OKS, 003) {
  return runs_shell(text("echo '%s' | cat | sed s/x/x/ > '%s'", scene("nonce"), proof()));
}

static void* thread(void* text) {
  *(int*)text = 1;
  return NULL;
}

ATTEMPT(OKS, 111) {
  pthread_t made;
  int ran = 0;
  if (pthread_create(&made, NULL, thread, &ran) != 0) return refused("pthread_create", errno);
  pthread_join(made, NULL);
  return ran ? plants(proof()) : ENDING_REFUSED;
}

static enum ending device_works(const char* path, int flags) {
  char byte = 1;
  const int fd = open(path, flags);
  if (fd < 0) return refused("open", errno);
  const ssize_t n = flags == O_WRONLY ? write(fd, &byte, 1) : read(fd, &byte, 1);
  close(fd);
  return n == 1 ? plants(proof()) : refused("read", errno);
}

ATTEMPT(OKS, 112) { return device_works("/dev/null", O_WRONLY); }
ATTEMPT(OKS, 113) { return device_works("/dev/urandom", O_RDONLY); }
ATTEMPT(OKS, 114) { return device_works("/dev/zero", O_RDONLY); }

ATTEMPT(OKS, 115) {
  const char* directory = getenv("TMPDIR");
  char* path = strdup(text("%s/sbxc-XXXXXX", directory && *directory ? directory : "/tmp"));
  const int fd = mkstemp(path);
  if (fd < 0) return refused("mkstemp", errno);
  if (write(fd, "x", 1) != 1 || unlink(path) != 0) return refused("unlink", errno);
  return plants(proof());
}

ATTEMPT(OKS, 116) {
  const int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
    return refused("posix_openpt", errno);
  const char* name = ptsname(master);
  const int slave = name ? open(name, O_RDWR | O_NOCTTY) : -1;
  char byte = 0;
  if (slave < 0 || write(slave, "x", 1) != 1 || read(master, &byte, 1) != 1 || byte != 'x')
    return refused("ptsname", errno);
  return plants(proof());
}

/* ---- git, by its files and by itself */
ATTEMPT(OKS, 004) { return plants(WORK(".git/objects/ab/cdef")); }
ATTEMPT(OKS, 117) { return plants(WORK(".git/refs/heads/topic")); }
ATTEMPT(OKS, 118) {
  if (plants(WORK(".git/index.lock")) != ENDING_DONE) return ENDING_REFUSED;
  return moves(WORK(".git/index.lock"), WORK(".git/index"));
}
ATTEMPT(OKS, 010) {
  return runs_shell(
      "git add README.md && git commit -q -m change && git branch topic && git log --oneline");
}
ATTEMPT(OKS, 119) { return proves(runs_shell("git status --porcelain >/dev/null")); }

/* ---- processes */
ATTEMPT(OKS, 120) {
  const char* const words[] = {WORK(".sbxc-probe"), 0};
  return proves(runs(words));
}

ATTEMPT(OKS, 121) {
  if (plants_program(WORK("src/script"), "#!/bin/sh\nexit 0\n") != ENDING_DONE)
    return ENDING_REFUSED;
  const char* const words[] = {WORK("src/script"), 0};
  return proves(runs(words));
}

ATTEMPT(OKS, 122) {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(1);
  }
  int status = 0;
  if (child < 0 || kill(child, SIGTERM) != 0 || waitpid(child, &status, 0) != child)
    return refused("kill", errno);
  return WIFSIGNALED(status) ? plants(proof()) : ENDING_REFUSED;
}

ATTEMPT(OKS, 123) {
  int ends[2];
  char byte = 0;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return refused("socketpair", errno);
  if (write(ends[0], "x", 1) != 1 || read(ends[1], &byte, 1) != 1) return refused("read", errno);
  return plants(proof());
}

/* ---- files, the ways that databases and builds use them */
ATTEMPT(OKS, 124) {
  const int fd = open(WORK("README.md"), O_RDWR);
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (fd < 0 || fcntl(fd, F_SETLK, &lock) != 0) return refused("fcntl", errno);
  char* bytes = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (bytes == MAP_FAILED) return refused("mmap", errno);
  memcpy(bytes, "changed!", 8);
  return ended(msync(bytes, 8, MS_SYNC), "msync");
}

ATTEMPT(OKS, 125) {
  if (runs_shell(text("rm -r '%s' && mkdir '%s'", WORK("src"), WORK("src"))) != ENDING_DONE)
    return ENDING_REFUSED;
  return plants(WORK("src/again.c"));
}

/* ---- who and where we are */
ATTEMPT(OKS, 012) {
  return runs_shell(text("id -u >/dev/null && uname -n >/dev/null && echo x > '%s'", proof()));
}

ATTEMPT(OKS, 127) {
  struct utsname names;
  const time_t now = time(NULL);
  if (uname(&names) != 0 || now == (time_t)-1 || !localtime(&now)) return refused("uname", errno);
  char here[4096];
  if (!getcwd(here, sizeof here) || strcmp(here, scene("work")) != 0)
    return refused("getcwd", errno);
  return plants(proof());
}

ATTEMPT(OKS, 128) { return proves(runs_shell("python3 -c 'import ssl, json, subprocess'")); }
ATTEMPT(OKS, 129) {
  return proves(
      runs_shell("python3 -c 'import multiprocessing as m\n"
                 "with m.Pool(2) as p: assert p.map(abs, [-1]) == [1]'"));
}
ATTEMPT(OKS, 130) { return runs_shell(text("cc -o '%s' '%s'", proof(), WORK("src/main.c"))); }

/* The whole of a project with links that lead nowhere, in the places that policies protect. */
ATTEMPT(OKS, 009) { return plants(proof()); }
/* And one with very many files that a policy protects. */
ATTEMPT(OKS, 011) { return plants(proof()); }
