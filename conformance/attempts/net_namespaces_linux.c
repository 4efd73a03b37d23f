/* Out of the sandbox's own network: into another namespace that can be seen, and below
 * all rules by a packet socket. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "network.h"

/* Only the host's own is entered (`namespace`), so that nothing is disturbed that is not meant. The
 * user namespaces come first: whoever owns one may enter what it owns. */
static int enter(int process, const char* kind, int type, const char* only) {
  char path[80];
  char name[80] = "";
  snprintf(path, sizeof path, "/proc/%d/ns/%s", process, kind);
  if (only && (readlink(path, name, sizeof name - 1) < 0 || strcmp(name, only) != 0)) return -1;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  const int result = setns(fd, type);
  close(fd);
  return result;
}

ATTEMPT(NET, 163) {
  DIR* processes = opendir("/proc");
  struct dirent* entry = NULL;
  char own[80] = "";
  (void)!readlink("/proc/self/ns/net", own, sizeof own - 1);
  int inside = strcmp(own, scene("namespace")) == 0;
  while (!inside && processes && (entry = readdir(processes))) {
    const int process = atoi(entry->d_name);
    if (process <= 0) continue;
    (void)enter(process, "user", CLONE_NEWUSER, NULL);
    inside = enter(process, "net", CLONE_NEWNET, scene("namespace")) == 0;
  }
  return visit("127.0.0.1", scene_number("loopback_port"));
}

/* A packet of IP, put on the wire below everything that judges packets. */
ATTEMPT(NET, 165) {
  const int fd = socket(AF_PACKET, SOCK_DGRAM, 0);
  if (fd < 0) return refused("socket", errno);
  unsigned char packet[60] = {0x45, 0, 0, 60, 0, 0, 0, 0, 64, IPPROTO_UDP};
  const struct peer peer = peer_at(scene("denied4"), 0);
  memcpy(packet + 16, &((const struct sockaddr_in*)&peer.name)->sin_addr, 4);
  packet[23] = 99;
  packet[25] = 40;
  const struct sockaddr_ll to = {.sll_family = AF_PACKET,
                                 .sll_protocol = htons(ETH_P_IP),
                                 .sll_ifindex = (int)if_nametoindex("lo"),
                                 .sll_halen = 6};
  const ssize_t n = sendto(fd, packet, sizeof packet, 0, (const struct sockaddr*)&to, sizeof to);
  const int error = errno;
  close(fd);
  return n < 0 ? refused("sendto", error) : ENDING_DONE;
}
