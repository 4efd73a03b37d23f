// The makers of props, for the table in props.cc.
#pragma once

#include <memory>

#include "conformance/suite/prop.h"

namespace sbxc::conform {

std::unique_ptr<Prop> make_tcp();
std::unique_ptr<Prop> make_udp();
std::unique_ptr<Prop> make_unix();

}  // namespace sbxc::conform
