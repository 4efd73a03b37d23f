/* The probe program: finds one attempt by its id, makes it, and says how it ended. Standard output
 * carries what was obtained, in the order of events: lines `start`, `got BYTES` followed by that
 * many bytes and an end of line, `holding` (see hold()), `refused CALL ERRNO`, `cannot WHY`,
 * `end done|refused|cannot`. A program that ends without `end` was killed, which is for its caller
 * to judge. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attempt.h"

static struct attempt* attempts;
static char** words;
static int word_count;

void add_attempt(struct attempt* attempt) {
  attempt->next = attempts;
  attempts = attempt;
}

static const char* word(const char* key) {
  const size_t length = strlen(key);
  for (int i = 0; i < word_count; ++i) {
    if (strncmp(words[i], key, length) == 0 && words[i][length] == '=')
      return words[i] + length + 1;
  }
  return NULL;
}

const char* scene(const char* key) {
  const char* value = word(key);
  if (value) return value;
  fprintf(stderr, "probe: the scene has no `%s`\n", key);
  exit(2);
}

long scene_number(const char* key) { return strtol(scene(key), NULL, 10); }

const char* scene_path(const char* key, const char* rest) {
  char* path = NULL;
  if (asprintf(&path, "%s/%s", scene(key), rest) < 0) abort();
  return path;
}

/* Unbuffered, for what was obtained before a kill counts. */
static void say(const void* bytes, size_t size) {
  const char* next = bytes;
  while (size > 0) {
    const ssize_t n = write(STDOUT_FILENO, next, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(3);
    next += n;
    size -= (size_t)n;
  }
}

static void say_line(const char* line) {
  say(line, strlen(line));
  say("\n", 1);
}

void got(const void* bytes, size_t size) {
  char head[40];
  snprintf(head, sizeof head, "got %zu", size);
  say_line(head);
  say(bytes, size);
  say("\n", 1);
}

int got_descriptor(int fd) {
  char buffer[4096];
  for (;;) {
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return (int)n;
    got(buffer, (size_t)n);
  }
}

int got_file(const char* path) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  const int result = got_descriptor(fd);
  const int error = errno;
  close(fd);
  errno = error;
  return result;
}

int put_file(const char* path, const void* bytes, size_t size) {
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return -1;
  const ssize_t n = write(fd, bytes, size);
  const int error = n == (ssize_t)size ? 0 : n < 0 ? errno : EIO;
  close(fd);
  errno = error;
  return error == 0 ? 0 : -1;
}

/* Whoever gives nothing to read, /dev/null for one, gets half a second. */
int hold_for(const char* word) {
  char byte = 0;
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  char line[80];
  snprintf(line, sizeof line, "holding %s", word);
  say_line(line);
  if (poll(&input, 1, 2000) != 1) return 0;
  if (read(STDIN_FILENO, &byte, 1) == 1) return 1;
  usleep(500000);
  return 0;
}

void hold(void) { hold_for("still"); }

enum ending refused(const char* call, int error) {
  char line[256];
  snprintf(line, sizeof line, "refused %s %d", call, error);
  say_line(line);
  return ENDING_REFUSED;
}

enum ending cannot(const char* why) {
  char line[256];
  snprintf(line, sizeof line, "cannot %s", why);
  say_line(line);
  return ENDING_CANNOT;
}

int main(int argc, char** argv) {
  if (argc < 2) {
    for (const struct attempt* each = attempts; each; each = each->next) say_line(each->id);
    return 0;
  }
  words = argv + 2;
  word_count = argc - 2;
  for (const struct attempt* each = attempts; each; each = each->next) {
    if (strcmp(each->id, argv[1]) != 0) continue;
    static const char* const endings[] = {"end done", "end refused", "end cannot"};
    say_line("start");
    say_line(endings[each->run()]);
    return 0;
  }
  fprintf(stderr, "probe: there is no attempt `%s`\n", argv[1]);
  return 2;
}
