/* What attempts on the network share: connections that give up after a second, texts with the names
 * of the scene in them, the proxy that the sandbox announces. All of it is portable.
 *
 * In a text `$` and a letter stand for:
 *   $A $a  the name that the policy allows, and its address    $H  a name that it does not allow
 *   $D $6  addresses that it does not allow                    $N  the nonce of this launch
 *   $P $T $O $B $Q  ports: of HTTP, of TLS, another, of a service on the loopback, of the proxy
 *   $L     what a request to the proxy needs for a login, as a line of its head, or nothing
 *   $0     a byte 0
 * and $D in other spellings: $d decimal, $x hexadecimal, $o octal, $X and $t each number
 * hexadecimal, or octal, $s as three numbers, $m $M mapped into IPv6, $p its bytes as %XX, $f in
 * full width, $c with ideographic full stops. */
#ifndef SBXC_CONFORMANCE_ATTEMPTS_NETWORK_H
#define SBXC_CONFORMANCE_ATTEMPTS_NETWORK_H

#include <stddef.h>
#include <sys/socket.h>

#include "attempt.h"

struct text {
  char* bytes;
  size_t size;
};
struct text filled(const char* pattern);

/* A socket name; ends the program where `address` is none. A scope may follow after `%`. */
struct peer {
  union {
    struct sockaddr any;
    struct sockaddr_storage space;
  } name;
  socklen_t size;
};
struct peer peer_at(const char* address, long port);

/* Within a second; -1 with errno. */
int connected(int socket, const struct peer* peer);
int tcp_to(const char* address, long port);
/* Sends, and hands over what comes back within a second. The number of bytes; 0 also where nothing
 * came; -1 with errno. What came stands in `reply`, and ends with a zero byte. */
long exchange(int socket, const void* bytes, size_t size);
extern char reply[4096];

/* A request of HTTP to an address, without any proxy. */
enum ending visit(const char* address, long port);
/* `text` to the name that the policy allows, looked up as programs do, without any proxy. */
enum ending tell_allowed(long port, struct text text);
/* The first address (`family` AF_INET or AF_INET6) that the system's resolver gives; NULL, errno.
 */
const char* looked_up(const char* name, int family);

/* A datagram with the nonce in it. */
enum ending send_datagram(const char* address, long port);

/* To the proxy that the environment names, or that of the scene; -1 with errno. */
int proxy_socket(void);
/* The login for it; both empty where it asks for none. */
const char* proxy_user(void);
const char* proxy_password(void);
/* A request that goes to the proxy as it stands. */
enum ending ask_proxy(const char* pattern);
/* CONNECT to `authority`, then `pattern` through the tunnel. */
enum ending through_tunnel(const char* authority, struct text text);

#endif
