// The files that tell programs inside how to resolve names: glibc, musl, Go, Java, c-ares and what
// else reads them.
#pragma once

#include <string>
#include <string_view>

namespace sbxc::dns {

std::string_view resolv_conf();
std::string_view nsswitch_conf();
// `hostname`: what gethostname() says inside.
std::string hosts(std::string_view hostname, bool v6);

}  // namespace sbxc::dns
