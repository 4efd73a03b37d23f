// A program of a few hundred bytes that writes one text and ends: what an attempt to execute runs.
// A file with the mode 0111 can be run and not read, so the text shows that it was.
#pragma once

#include <string>
#include <string_view>

namespace sbxc::conform {

// Empty on a machine whose instructions are not known here. `text` has at most 4095 bytes.
std::string tiny_program(std::string_view text);

}  // namespace sbxc::conform
