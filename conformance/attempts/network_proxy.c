/* The proxy that a sandbox announces to its command, by the variables that programs know. Where it
 * announces none, there is the one of the scene, which refuses nothing: it stands on the host's
 * loopback, so that reaching it from inside is a way out, too. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "network.h"

struct proxy {
  char user[128];
  char password[128];
  char host[128];
  long port;
};

static void read_url(const char* url, struct proxy* proxy) {
  const char* rest = strstr(url, "://");
  rest = rest ? rest + 3 : url;
  const char* at = strrchr(rest, '@');
  if (at) {
    const size_t user = strcspn(rest, ":@");
    snprintf(proxy->user, sizeof proxy->user, "%.*s", (int)user, rest);
    if (rest[user] == ':')
      snprintf(proxy->password, sizeof proxy->password, "%.*s", (int)(at - rest - (long)user - 1),
               rest + user + 1);
    rest = at + 1;
  }
  const int bracket = *rest == '[';
  const size_t host = strcspn(rest + bracket, bracket ? "]" : ":/");
  snprintf(proxy->host, sizeof proxy->host, "%.*s", (int)host, rest + bracket);
  const char* colon = strchr(rest + bracket + host, ':');
  proxy->port = colon ? strtol(colon + 1, NULL, 10) : 80;
  if (strcmp(proxy->host, "localhost") == 0) snprintf(proxy->host, sizeof proxy->host, "127.0.0.1");
}

static const struct proxy* the_proxy(void) {
  static struct proxy proxy;
  if (proxy.port != 0) return &proxy;
  static const char* const names[] = {"HTTP_PROXY",  "http_proxy", "HTTPS_PROXY",
                                      "https_proxy", "ALL_PROXY",  "all_proxy"};
  const char* url = NULL;
  for (size_t i = 0; !url && i < sizeof names / sizeof *names; ++i) {
    url = getenv(names[i]);
    if (url && strncmp(url, "http", 4) != 0) url = NULL;
  }
  read_url(url ? url : scene("proxy"), &proxy);
  return &proxy;
}

const char* proxy_user(void) { return the_proxy()->user; }
const char* proxy_password(void) { return the_proxy()->password; }

int proxy_socket(void) { return tcp_to(the_proxy()->host, the_proxy()->port); }

/* What a proxy answers is refused with EACCES, whatever its number. */
static enum ending judged(long n, int error) {
  if (n < 0) return refused("send", error);
  if (n == 0) return refused("no answer", ECONNRESET);
  int status = 0;
  if (sscanf(reply, "HTTP/%*s %d", &status) == 1 && status >= 400) {
    char call[40];
    snprintf(call, sizeof call, "proxy %d", status);
    return refused(call, EACCES);
  }
  return ENDING_DONE;
}

enum ending ask_proxy(const char* pattern) {
  const struct text text = filled(pattern);
  const int fd = proxy_socket();
  if (fd < 0) return refused("connect to the proxy", errno);
  const long n = exchange(fd, text.bytes, text.size);
  const enum ending ending = judged(n, errno);
  close(fd);
  return ending;
}

enum ending through_tunnel(const char* authority, struct text text) {
  char pattern[400];
  snprintf(pattern, sizeof pattern, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n$L\r\n", authority,
           authority);
  const struct text head = filled(pattern);
  const int fd = proxy_socket();
  if (fd < 0) return refused("connect to the proxy", errno);
  enum ending ending = judged(exchange(fd, head.bytes, head.size), errno);
  if (ending == ENDING_DONE) ending = judged(exchange(fd, text.bytes, text.size), errno);
  close(fd);
  return ending;
}
