// The makers of props, for the table in props.cc.
#pragma once

#include <memory>

#include "conformance/suite/prop.h"

namespace sbxc::conform {

std::unique_ptr<Prop> make_tcp();
std::unique_ptr<Prop> make_udp();
std::unique_ptr<Prop> make_unix();
std::unique_ptr<Prop> make_agents();
std::unique_ptr<Prop> make_descriptor();
std::unique_ptr<Prop> make_error_file();
std::unique_ptr<Prop> make_launcher();
std::unique_ptr<Prop> make_network();
std::string no_network();  // why this machine cannot have it; empty: it can
std::unique_ptr<Prop> make_pty();
std::unique_ptr<Prop> make_shm();
std::unique_ptr<Prop> make_sysv();
std::unique_ptr<Prop> make_tools();
std::unique_ptr<Prop> make_victim();
std::unique_ptr<Prop> make_view();

// Of Linux alone.
std::unique_ptr<Prop> make_handle();
std::unique_ptr<Prop> make_keyring();
std::unique_ptr<Prop> make_mqueue();

}  // namespace sbxc::conform
