// What goes where /etc has these files outside. Considered:
//   glibc   without `search` takes the domain of the host's name, which is one word inside: none.
//           `search .` would say so, but makes old musl ask for `name..`, which fails.
//   musl    asks every server at once and does not know most options: none are given.
//   Go, c-ares, Java  read the same two lines. `edns0` and `trust-ad` would change questions, not
//           answers, and time-outs need no tuning where the server is the next process.
//   NSS     `files dns` alone: `resolve`, `mymachines`, `mdns` and `sss` ask servers over unix
//           sockets outside. Users and groups are those of the files inside.
//   the loopback as server: any address would be answered, and this one works before routes do.
#include "runtime/dns/files.h"

#include "compiler/pattern/host_name.h"

namespace sbxc::dns {

std::string_view resolv_conf() {
  return "# Answered by sbxc: names that the policy lets this command reach, and no others.\n"
         "nameserver 127.0.0.1\n";
}

std::string_view nsswitch_conf() {
  return "passwd: files\n"
         "group: files\n"
         "shadow: files\n"
         "gshadow: files\n"
         "initgroups: files\n"
         "hosts: files dns\n"
         "networks: files\n"
         "protocols: files\n"
         "services: files\n"
         "ethers: files\n"
         "rpc: files\n"
         "netgroup: files\n";
}

std::string hosts(std::string_view hostname, bool v6) {
  std::string names = "localhost";
  // A host that is called like a name on the network would hide that one.
  const bool is_one_word = hostname.find('.') == std::string_view::npos;
  if (is_one_word && hostname != "localhost" && is_plain_host_name(hostname)) {
    names += " " + std::string(hostname);
  }
  std::string text = "127.0.0.1 " + names + "\n";
  if (v6) text += "::1 " + names + " ip6-localhost ip6-loopback\n";
  return text;
}

}  // namespace sbxc::dns
