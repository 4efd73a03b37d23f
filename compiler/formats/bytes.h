// Any bytes as text inside other formats: nothing in them can end the place where they stand.
#pragma once

#include <string>
#include <string_view>

namespace sbxc::report {

// For XML and HTML, between tags and inside quotes. What XML 1.0 has no way to write, control
// characters and bytes that are not UTF-8, becomes U+FFFD.
std::string xml_text(std::string_view bytes);

// The description of a point of the Test Anything Protocol: one line without a directive.
std::string tap_description(std::string_view bytes);

// A scalar of YAML, of which JSON's strings are a part: quoted, on one line.
std::string yaml_text(std::string_view bytes);

}  // namespace sbxc::report
