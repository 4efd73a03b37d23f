// From the registers of a notification to the operation that they mean.
#pragma once

#include "runtime/broker/perform.h"

namespace sbxc::broker {

Outcome dispatch(Context& context, const Target& target);

}  // namespace sbxc::broker
