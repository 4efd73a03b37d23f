// Whether a symbolic link may stand at a name: see names.cc.
#pragma once

#include <string>
#include <string_view>

#include "runtime/broker/perform.h"

namespace sbxc::broker {

// `found` is the name that would be the link, in its directory.
bool may_lead(Context& context, const Target& target, const Found& found, const std::string& text);

// By the text alone, for links that are not there yet: `path` is what the link would be called.
bool may_lead_by_text(Judge& judge, std::string_view path, std::string_view text);

// `text` taken from the directory `from`, `.` and `..` taken as they are written.
std::string lexically(std::string_view from, std::string_view text);

}  // namespace sbxc::broker
