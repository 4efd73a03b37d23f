// getaddrinfo for a name that is whole: neither search domains nor the default domain are tried
// behind it, for they would be another name than the one that was judged. /etc/hosts counts.
// glibc keeps those options for each thread; macOS is asked with a final dot.
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <memory>

#ifdef __GLIBC__
#include <resolv.h>
#endif

#include "runtime/egress/name_resolver.h"
#include "runtime/egress/sockets.h"

namespace sbxc::egress {

namespace {

#ifdef __GLIBC__
// Anew for each name: a changed resolv.conf counts from the next one on. getaddrinfo would read it
// once more by itself, and take the options from there, the second time that a thread comes by.
std::string prepared(const std::string& name) {
  if (res_init() == 0) {
    _res.options = (_res.options & ~(RES_DEFNAMES | RES_DNSRCH)) | RES_NORELOAD;
  }
  return name;
}
#else
std::string prepared(const std::string& name) {
  return name.find('.') == std::string::npos ? name : name + ".";
}
#endif

}  // namespace

Resolved system_resolve(const std::string& name) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  Resolved out;
  out.error = getaddrinfo(prepared(name).c_str(), nullptr, &hints, &list);
  if (out.error != 0) return out;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(list, freeaddrinfo);
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    SocketAddress address;
    if (entry->ai_addrlen > sizeof address.storage) continue;
    __builtin_memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.size = entry->ai_addrlen;
    if (const auto place = place_of(address)) out.addresses.push_back(place->address);
  }
  return out;
}

}  // namespace sbxc::egress
