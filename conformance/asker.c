// A program that resolves names itself, as Go programs and others without a C library do: it reads
// /etc/resolv.conf, sends the questions for A and AAAA side by side with EDNS, believes an answer
// only to what it asked, and connects to what it is told. Static. Prints what an HTTP server says.
//
//   asker [udp|tcp] [plain|mapped] NAME PORT     mapped: by an IPv6 socket, as Java does
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { kA = 1, kAaaa = 28, kMost = 1232 };

static int fail(const char* what) {
  printf("%s: %s\n", what, strerror(errno));
  exit(1);
}

static struct sockaddr_in name_server(void) {
  char line[256];
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(53)};
  FILE* file = fopen("/etc/resolv.conf", "r");
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    char address[64];
    if (sscanf(line, "nameserver %63s", address) == 1 &&
        inet_pton(AF_INET, address, &server.sin_addr) == 1) {
      fclose(file);
      return server;
    }
  }
  errno = ENOENT;
  fail("no name server");
  return server;
}

static size_t write_question(unsigned char* out, const char* name, int kind) {
  const unsigned char head[12] = {0x5b, (unsigned char)kind, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1};
  memcpy(out, head, 12);
  size_t at = 12;
  while (*name != 0) {
    const size_t length = strcspn(name, ".");
    out[at++] = (unsigned char)length;
    memcpy(out + at, name, length);
    at += length;
    name += length + (name[length] == '.');
  }
  const unsigned char tail[16] = {0,          0,          (unsigned char)kind,
                                  0,          1,  // root, type, class
                                  0,          0,          41,
                                  kMost >> 8, kMost & 255};
  memcpy(out + at, tail, 16);
  return at + 16;
}

static void ask(int fd, int tcp, const unsigned char* question, size_t length) {
  unsigned char framed[600] = {(unsigned char)(length >> 8), (unsigned char)length};
  memcpy(framed + 2, question, length);
  const unsigned char* from = tcp ? framed : question;
  const size_t size = tcp ? length + 2 : length;
  if (send(fd, from, size, 0) != (ssize_t)size) fail("send");
}

static size_t hear(int fd, int tcp, unsigned char* answer) {
  unsigned char size[2];
  if (!tcp) {
    const ssize_t got = recv(fd, answer, kMost, 0);
    return got < 12 ? (size_t)fail("recv") : (size_t)got;
  }
  if (recv(fd, size, 2, MSG_WAITALL) != 2) fail("recv");
  const size_t length = (size_t)size[0] << 8 | size[1];
  if (length > kMost || recv(fd, answer, length, MSG_WAITALL) != (ssize_t)length) fail("recv");
  return length;
}

// The data of the first record of that kind, or NULL.
static const unsigned char* first(const unsigned char* answer, size_t length, size_t at, int kind) {
  for (int left = answer[6] << 8 | answer[7]; left > 0 && at + 12 <= length; --left) {
    if ((answer[at] & 0xc0) != 0xc0) return NULL;  // owners are the question's name, compressed
    if (answer[at + 3] == kind) return answer + at + 12;
    at += 12 + (size_t)(answer[at + 10] << 8 | answer[at + 11]);
  }
  return NULL;
}

static struct in_addr resolve(const char* name, int tcp) {
  const struct sockaddr_in server = name_server();
  const int fd = socket(AF_INET, tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
  const struct timeval patience = {5, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(fd, (const struct sockaddr*)&server, sizeof server) != 0) fail("connect to resolver");
  unsigned char question[512];
  unsigned char answer[kMost];
  const size_t length = write_question(question, name, kAaaa);
  ask(fd, tcp, question, length);
  question[1] = question[length - 14] = kA;
  ask(fd, tcp, question, length);
  struct in_addr found = {0};
  for (int heard = 0; heard < 2; ++heard) {
    const size_t got = hear(fd, tcp, answer);
    if (answer[0] != 0x5b || (answer[2] & 0x80) == 0 || (answer[2] & 2) != 0) fail("bad answer");
    const size_t asked = length - 12 - 11;  // without head and EDNS
    if (memcmp(answer + 12, question + 12, asked - 4) != 0) fail("answer to another question");
    if ((answer[3] & 15) == 3) {
      printf("NXDOMAIN\n");
      exit(2);
    }
    const unsigned char* data = answer[1] == kA ? first(answer, got, 12 + asked, kA) : NULL;
    if (data != NULL) memcpy(&found, data, 4);
  }
  if (found.s_addr == 0) fail("no address");
  close(fd);
  return found;
}

static int reach(struct in_addr address, int port, int mapped) {
  struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = v4.sin_port};
  v4.sin_addr = address;
  v6.sin6_addr.s6_addr[10] = v6.sin6_addr.s6_addr[11] = 0xff;
  memcpy(v6.sin6_addr.s6_addr + 12, &address, 4);
  const int fd = socket(mapped ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
  const int failed = mapped ? connect(fd, (struct sockaddr*)&v6, sizeof v6)
                            : connect(fd, (struct sockaddr*)&v4, sizeof v4);
  if (failed != 0) fail("connect");
  return fd;
}

int main(int argc, char** argv) {
  if (argc != 5) return 64;
  const int fd = reach(resolve(argv[3], strcmp(argv[1], "tcp") == 0), atoi(argv[4]),
                       strcmp(argv[2], "mapped") == 0);
  char text[1024];
  const int length =
      snprintf(text, sizeof text, "GET /asked HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\n\r\n",
               argv[3], argv[4]);
  if (send(fd, text, (size_t)length, MSG_NOSIGNAL) != length) fail("send");
  ssize_t got = 0;
  while ((got = recv(fd, text, sizeof text, 0)) > 0) fwrite(text, 1, (size_t)got, stdout);
  return 0;
}
