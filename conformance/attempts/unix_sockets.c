/* Unix sockets of others: a listener that the suite holds outside the sandbox gets a nonce, or not.
 * Names and kinds that both systems have; unix_sockets_linux.c has the rest. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "attempt.h"

static int address_of(const char* path, struct sockaddr_un* address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  if (strlen(path) >= sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(address->sun_path, path, strlen(path));
  return 0;
}

static enum ending send_nonce(int fd) {
  const char* nonce = scene("nonce");
  return send(fd, nonce, strlen(nonce), 0) < 0 ? refused("send", errno) : ENDING_DONE;
}

static enum ending reach(int kind, const char* path) {
  struct sockaddr_un address;
  const int fd = socket(AF_UNIX, kind, 0);
  if (fd < 0) return refused("socket", errno);
  if (address_of(path, &address) < 0 || connect(fd, (struct sockaddr*)&address, sizeof address) < 0)
    return refused("connect", errno);
  return send_nonce(fd);
}

ATTEMPT(UDS, 001) { return reach(SOCK_STREAM, scene("stream")); }
ATTEMPT(UDS, 002) { return reach(SOCK_STREAM, scene("stream_in_work")); }
ATTEMPT(UDS, 106) { return reach(SOCK_DGRAM, scene("dgram")); }

static enum ending send_to(const char* path) {
  struct sockaddr_un address;
  const char* nonce = scene("nonce");
  const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (fd < 0) return refused("socket", errno);
  if (address_of(path, &address) < 0 ||
      sendto(fd, nonce, strlen(nonce), 0, (struct sockaddr*)&address, sizeof address) < 0)
    return refused("sendto", errno);
  return ENDING_DONE;
}

ATTEMPT(UDS, 004) { return send_to(scene("dgram")); }

ATTEMPT(UDS, 107) {
  struct sockaddr_un address;
  char* nonce = strdup(scene("nonce"));
  struct iovec data = {nonce, strlen(nonce)};
  struct msghdr message = {.msg_name = &address, .msg_namelen = sizeof address};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (fd < 0) return refused("socket", errno);
  if (address_of(scene("dgram"), &address) < 0 || sendmsg(fd, &message, 0) < 0)
    return refused("sendmsg", errno);
  return ENDING_DONE;
}

/* A name that is relative to the directory of the socket. */
ATTEMPT(UDS, 102) {
  char* path = strdup(scene("stream_in_work"));
  char* name = strrchr(path, '/');
  *name++ = '\0';
  if (chdir(path) < 0) return refused("chdir", errno);
  return reach(SOCK_STREAM, name);
}

/* Another name for the socket, in the workspace: a symbolic link, a second link. */
ATTEMPT(UDS, 008) {
  const char* link = scene_path("work", scene("nonce"));
  if (symlink(scene("stream"), link) < 0) return refused("symlink", errno);
  return reach(SOCK_STREAM, link);
}

ATTEMPT(UDS, 110) {
  const char* name = scene_path("work", scene("nonce"));
  if (link(scene("stream"), name) < 0) return refused("link", errno);
  return reach(SOCK_STREAM, name);
}

ATTEMPT(UDS, 111) {
  const char* name = scene_path("work", scene("nonce"));
  if (rename(scene("stream"), name) < 0) return refused("rename", errno);
  return reach(SOCK_STREAM, name);
}

/* The listener of a program that the caller's environment names. Where the variable is gone, the
 * place is tried all the same: such places are well known. */
static enum ending reach_agent(const char* variable, const char* word) {
  const char* value = getenv(variable);
  if (!value) value = scene(word);
  const char* start = strchr(value, '/');
  char path[108];
  if (!start || strlen(start) >= sizeof path) return refused("connect", ENOENT);
  memcpy(path, start, strlen(start) + 1);
  path[strcspn(path, ",;")] = '\0';
  return reach(SOCK_STREAM, path);
}

ATTEMPT(UDS, 009) { return reach_agent("DBUS_SESSION_BUS_ADDRESS", "agent_bus"); }
ATTEMPT(UDS, 010) { return reach_agent("SSH_AUTH_SOCK", "agent_ssh"); }
ATTEMPT(UDS, 011) { return reach_agent("DOCKER_HOST", "agent_docker"); }
ATTEMPT(UDS, 012) { return reach_agent("WAYLAND_DISPLAY", "agent_wayland"); }
ATTEMPT(UDS, 013) { return reach_agent("TMUX", "agent_tmux"); }
ATTEMPT(UDS, 112) { return reach_agent("VSCODE_IPC_HOOK_CLI", "agent_vscode"); }
ATTEMPT(UDS, 113) { return reach_agent("NVIM", "agent_nvim"); }
ATTEMPT(UDS, 114) { return reach_agent("PULSE_SERVER", "agent_pulse"); }
