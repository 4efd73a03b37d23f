// Printable text laid out for a terminal: widths are counted in characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sbxc::conform {

// Lines of at most `columns`, broken at spaces where there are any, all but the first indented. The
// first begins behind `indent` columns that are already taken. Ends with an end of line.
std::string wrapped(std::string_view text, size_t indent, size_t columns);

std::string padded(std::string text, size_t width);
std::string shortened(std::string_view text, size_t width);  // `…` where something is left out

}  // namespace sbxc::conform
