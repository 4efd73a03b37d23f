/* What file_steps.h says. */
#include "file_steps.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char* text(const char* format, ...) {
  char* made = NULL;
  va_list arguments;
  va_start(arguments, format);
  if (vasprintf(&made, format, arguments) < 0) abort();
  va_end(arguments);
  return made;
}

enum ending ended(long result, const char* call) {
  return result == -1 ? refused(call, errno) : ENDING_DONE;
}

enum ending reads_open(int fd, const char* call) {
  if (fd < 0) return refused(call, errno);
  const enum ending result = ended(got_descriptor(fd), "read");
  close(fd);
  return result;
}

enum ending reads_at(int directory, const char* path) {
  return reads_open(openat(directory, path, O_RDONLY | O_CLOEXEC), "openat");
}

enum ending reads(const char* path) { return reads_open(open(path, O_RDONLY | O_CLOEXEC), "open"); }

enum ending lists(const char* path) {
  DIR* directory = opendir(path);
  if (!directory) return refused("open", errno);
  for (const struct dirent* each = readdir(directory); each; each = readdir(directory))
    got(each->d_name, strlen(each->d_name));
  closedir(directory);
  return ENDING_DONE;
}

enum ending writes_open(int fd, const char* call) {
  if (fd < 0) return refused(call, errno);
  const char* line = text("%s\n", scene("nonce"));
  const enum ending result = ended(write(fd, line, strlen(line)), "write");
  close(fd);
  return result;
}

enum ending appends(const char* path) {
  return writes_open(open(path, O_WRONLY | O_APPEND | O_CLOEXEC), "open");
}

int make_above(const char* path) {
  char* above = strdup(path);
  if (!above) abort();
  int result = 0;
  for (char* slash = strchr(above + 1, '/'); slash && result == 0; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    struct stat status;
    /* A sandbox may refuse to make what is there already, with any error. */
    if (stat(above, &status) != 0) result = mkdir(above, 0755);
    *slash = '/';
  }
  free(above);
  return result;
}

enum ending plants(const char* path) {
  if (make_above(path) != 0) return refused("mkdir", errno);
  return writes_open(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), "open");
}

enum ending plants_program(const char* path, const char* content) {
  if (make_above(path) != 0) return refused("mkdir", errno);
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
  if (fd < 0) return refused("open", errno);
  const enum ending result = ended(write(fd, content, strlen(content)), "write");
  close(fd);
  return result;
}

enum ending replaces(const char* path) {
  const char* other = scene_path("work", "src/replacement");
  if (plants(other) != ENDING_DONE) return ENDING_REFUSED;
  return moves(other, path);
}

enum ending removes(const char* path) { return ended(unlink(path), "unlink"); }

enum ending moves(const char* from, const char* to) { return ended(rename(from, to), "rename"); }

enum ending moves_and_reads(const char* from, const char* to, const char* below) {
  if (moves(from, to) != ENDING_DONE) return ENDING_REFUSED;
  return reads(*below ? text("%s/%s", to, below) : to);
}
