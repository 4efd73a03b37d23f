/* Addresses that mean something else than a host of the internet: other spellings of the loopback,
 * the host's own, what routers and clouds keep for themselves, and IPv6 that carries IPv4. */
#include "network.h"

#define VISIT(number, address, port) \
  ATTEMPT(NET, number) { return visit(address, scene_number(port)); }

VISIT(115, "127.0.0.3", "loopback_port")
VISIT(116, "127.255.255.254", "loopback_port")
VISIT(007, scene("host4"), "loopback_port")
VISIT(117, scene("host4"), "port")
VISIT(118, "172.17.0.1", "loopback_port")
VISIT(008, "10.0.2.2", "loopback_port")
VISIT(119, "10.0.2.2", "port")
VISIT(120, "192.168.1.1", "port")
VISIT(121, "100.64.0.1", "port")
VISIT(009, "169.254.169.254", "port")
VISIT(122, "fd00:ec2::254", "port")
VISIT(123, "100.100.100.200", "port")
VISIT(124, "168.63.129.16", "port")
VISIT(013, "fd00:66::10", "port")
VISIT(125, "fe80::1%lo", "port")
VISIT(126, "64:ff9b::cb00:714d", "port")
VISIT(127, "2002:7f00:1::1", "port")
VISIT(128, "::127.0.0.1", "port")
VISIT(129, "fec0::1", "port")
VISIT(130, "198.18.0.200", "port")
VISIT(131, "fd73:6278:6300::1:ff", "port")
