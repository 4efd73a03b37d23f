// The texts that a profile is made of: itself, then each import as it was read. Lines are counted
// through all of them, so that one number names a place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbxc::sbpl {

struct Place {
  std::string import;  // as the profile names it; empty: the profile itself
  uint32_t line = 0;   // within that text; 0: no line
};

class ReadTexts {
 public:
  // The number of the new text's first line.
  uint32_t add(std::string import, std::string_view text);
  Place place_of(uint32_t line) const;
  // The form that starts on the line, white space folded, cut when it is long.
  std::string form_at(uint32_t line) const;

 private:
  struct Text {
    std::string import;
    uint32_t first_line = 1;
    std::string bytes;
  };
  const Text* find(uint32_t line) const;

  std::vector<Text> texts_;
  uint32_t next_line_ = 1;
};

inline constexpr size_t kShownForm = 160;

}  // namespace sbxc::sbpl
