/* Not one attempt but many: `probe REQUESTS nonce=…` reads a list of requests from standard input,
 * tries one after another and says of each what came of it. So all that a policy decides can be
 * tried with one start of a sandbox. The list is records `FORM TARGET`, each of the two ended by a
 * zero byte; the answer to the record number N begins with the line `request N`. Whether something
 * was obtained or changed is looked at from outside, as always.
 *
 *   env NAME       the value of a variable
 *   read PATH      what a file holds, or the names in a directory
 *   change PATH    adds the nonce to a file that is there; of a directory it changes the mode
 *   make PATH      makes a file with the nonce in it
 *   bind PATH      makes a socket; `@…` is an abstract one
 *   socket PATH    connects to one and sends the nonce
 *   connect A:P    the same over TCP, `[…]:P` over IPv6; no names
 *   listen A:P     says `listening`, and sends the nonce to whoever connects within a second
 *   exec PATH      runs a program; what it writes was obtained */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.h"

struct address {
  struct sockaddr_storage bytes;
  socklen_t size;
};

static size_t number;

static enum ending try_env(const char* name) {
  const char* value = getenv(name);
  if (!value) return refused("getenv", ENOENT);
  got(value, strlen(value));
  return ENDING_DONE;
}

static enum ending list_directory(int fd) {
  DIR* directory = fdopendir(fd);
  if (!directory) return refused("fdopendir", errno);
  errno = 0;
  for (const struct dirent* entry = readdir(directory); entry; entry = readdir(directory))
    got(entry->d_name, strlen(entry->d_name));
  const int error = errno;
  closedir(directory);
  return error == 0 ? ENDING_DONE : refused("readdir", error);
}

static enum ending try_read(const char* path) {
  const int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return refused("open", errno);
  struct stat file;
  if (fstat(fd, &file) == 0 && S_ISDIR(file.st_mode)) return list_directory(fd);
  char bytes[4096];
  const ssize_t n = read(fd, bytes, sizeof bytes);
  const int error = errno;
  close(fd);
  if (n < 0) return refused("read", error);
  got(bytes, (size_t)n);
  return ENDING_DONE;
}

static enum ending write_nonce(const char* path, int flags) {
  const int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags, 0644);
  if (fd < 0) return refused("open", errno);
  const char* nonce = scene("nonce");
  const ssize_t n = write(fd, nonce, strlen(nonce));
  const int error = errno;
  close(fd);
  return n >= 0 ? ENDING_DONE : refused("write", error);
}

static enum ending try_change(const char* path) {
  struct stat file;
  if (stat(path, &file) == 0 && S_ISDIR(file.st_mode))
    return chmod(path, 0751) == 0 ? ENDING_DONE : refused("chmod", errno);
  return write_nonce(path, O_APPEND);
}

static enum ending try_make(const char* path) { return write_nonce(path, O_CREAT | O_EXCL); }

static int unix_address(const char* name, struct address* address) {
  struct sockaddr_un* un = (struct sockaddr_un*)&address->bytes;
  const size_t length = strlen(name);
  memset(&address->bytes, 0, sizeof address->bytes);
  if (length >= sizeof un->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  un->sun_family = AF_UNIX;
  memcpy(un->sun_path, name, length);
  if (name[0] == '@') un->sun_path[0] = 0;
  address->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (name[0] != '@'));
  return 0;
}

/* `127.0.0.1:80`, `[::1]:80`. */
static int ip_address(const char* text, struct address* address) {
  char host[64] = "";
  const char* colon = strrchr(text, ':');
  const int v6 = text[0] == '[';
  memset(&address->bytes, 0, sizeof address->bytes);
  errno = EINVAL;
  if (!colon || (size_t)(colon - text) >= sizeof host) return -1;
  memcpy(host, text + v6, (size_t)(colon - text) - (size_t)(2 * v6));
  const in_port_t port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
  if (v6) {
    struct sockaddr_in6* in6 = (struct sockaddr_in6*)&address->bytes;
    in6->sin6_family = AF_INET6;
    in6->sin6_port = port;
    address->size = sizeof *in6;
    return inet_pton(AF_INET6, host, &in6->sin6_addr) == 1 ? 0 : -1;
  }
  struct sockaddr_in* in = (struct sockaddr_in*)&address->bytes;
  in->sin_family = AF_INET;
  in->sin_port = port;
  address->size = sizeof *in;
  return inet_pton(AF_INET, host, &in->sin_addr) == 1 ? 0 : -1;
}

/* Sends the nonce and the number of the request, and waits until the other end is through. */
static void send_nonce(int fd) {
  char text[200];
  char answer[16];
  struct pollfd input = {.fd = fd, .events = POLLIN};
  const int length = snprintf(text, sizeof text, "%s %zu\n", scene("nonce"), number);
  if (write(fd, text, (size_t)length) != length || shutdown(fd, SHUT_WR) != 0) return;
  while (poll(&input, 1, 1000) == 1 && read(fd, answer, sizeof answer) > 0) continue;
}

static enum ending connect_to(const struct address* address) {
  const int fd = socket(address->bytes.ss_family, SOCK_STREAM, 0);
  if (fd < 0) return refused("socket", errno);
  const struct timeval limit = {.tv_sec = 1};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const int failed = connect(fd, (const struct sockaddr*)&address->bytes, address->size);
  const int error = errno;
  if (failed == 0) send_nonce(fd);
  close(fd);
  return failed == 0 ? ENDING_DONE : refused("connect", error);
}

static enum ending try_socket(const char* name) {
  struct address address;
  return unix_address(name, &address) == 0 ? connect_to(&address) : cannot("the name is too long");
}

static enum ending try_connect(const char* text) {
  struct address address;
  return ip_address(text, &address) == 0 ? connect_to(&address) : cannot("it is no address");
}

static enum ending try_bind(const char* name) {
  struct address address;
  if (unix_address(name, &address) != 0) return cannot("the name is too long");
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return refused("socket", errno);
  const int failed = bind(fd, (const struct sockaddr*)&address.bytes, address.size);
  const int error = errno;
  close(fd);
  return failed == 0 ? ENDING_DONE : refused("bind", error);
}

static enum ending accept_one(int fd) {
  struct pollfd coming = {.fd = fd, .events = POLLIN};
  if (poll(&coming, 1, 1000) != 1) return refused("accept", ETIMEDOUT);
  const int client = accept(fd, NULL, NULL);
  if (client < 0) return refused("accept", errno);
  send_nonce(client);
  close(client);
  return ENDING_DONE;
}

static enum ending try_listen(const char* text) {
  struct address address;
  if (ip_address(text, &address) != 0) return cannot("it is no address");
  const int fd = socket(address.bytes.ss_family, SOCK_STREAM, 0);
  if (fd < 0) return refused("socket", errno);
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  enum ending ending = ENDING_REFUSED;
  if (bind(fd, (const struct sockaddr*)&address.bytes, address.size) != 0) {
    refused("bind", errno);
  } else if (listen(fd, 4) != 0) {
    refused("listen", errno);
  } else {
    got("listening", strlen("listening"));
    ending = accept_one(fd);
  }
  close(fd);
  return ending;
}

static enum ending try_exec(const char* path) {
  int output[2];
  int failure[2];
  if (pipe(output) != 0 || pipe(failure) != 0) return cannot("there is no pipe");
  fcntl(failure[1], F_SETFD, FD_CLOEXEC);
  const pid_t child = fork();
  if (child < 0) return refused("fork", errno);
  if (child == 0) {
    char* const words[] = {strdup(path), NULL};
    dup2(output[1], STDOUT_FILENO);
    execv(path, words);
    const int error = errno;
    if (write(failure[1], &error, sizeof error) < 0) _exit(126);
    _exit(127);
  }
  close(output[1]);
  close(failure[1]);
  got_descriptor(output[0]);
  int error = 0;
  const ssize_t n = read(failure[0], &error, sizeof error);
  close(output[0]);
  close(failure[0]);
  waitpid(child, NULL, 0);
  return n == (ssize_t)sizeof error ? refused("execve", error) : ENDING_DONE;
}

static const struct {
  const char* form;
  enum ending (*run)(const char* target);
} forms[] = {{"env", try_env},         {"read", try_read},     {"change", try_change},
             {"make", try_make},       {"bind", try_bind},     {"socket", try_socket},
             {"connect", try_connect}, {"listen", try_listen}, {"exec", try_exec}};

static void try_request(const char* form, const char* target) {
  char line[40];
  const int length = snprintf(line, sizeof line, "request %zu\n", number);
  if (write(STDOUT_FILENO, line, (size_t)length) != length) _exit(3);
  for (size_t i = 0; i < sizeof forms / sizeof forms[0]; ++i) {
    if (strcmp(forms[i].form, form) == 0) forms[i].run(target);
  }
}

static enum ending try_requests(void) {
  FILE* list = fdopen(STDIN_FILENO, "rb");
  char* form = NULL;
  char* target = NULL;
  size_t form_size = 0;
  size_t target_size = 0;
  if (!list) return cannot("there is no list");
  while (getdelim(&form, &form_size, 0, list) > 0 && getdelim(&target, &target_size, 0, list) > 0) {
    try_request(form, target);
    ++number;
  }
  return ENDING_DONE;
}

__attribute__((constructor)) static void add_requests(void) {
  static struct attempt entry = {"REQUESTS", try_requests, 0};
  add_attempt(&entry);
}
