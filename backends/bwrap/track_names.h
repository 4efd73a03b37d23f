// The components of all tracks as numbers: two components have the same number when they are the
// same glob. A thousand patterns are made of a few hundred names; comparing and sorting where a
// walk stands in them is then a matter of integers, and a name from the file system is looked up
// once instead of being compared with each.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "backends/bwrap/track.h"

namespace sbxc::bwrap {

class TrackNames {
 public:
  using Number = uint32_t;
  static constexpr Number kAny = UINT32_MAX;  // a `**`

  // Points into the tracks, which must outlive it unchanged.
  explicit TrackNames(const std::vector<Track>& tracks);

  size_t tracks() const { return first_.size() - 1; }
  std::span<const Number> of(uint32_t track) const {
    return std::span(numbers_).subspan(first_[track], first_[track + 1] - first_[track]);
  }
  // Names without wildcards come before all others.
  static bool is_literal(Number number) { return number < kFirstWildcard; }
  std::string_view literal(Number number) const { return literals_[number]; }
  std::optional<Number> find(std::string_view name) const;  // among the literals
  bool wildcard_matches(Number number, std::string_view name) const;

 private:
  static constexpr Number kFirstWildcard = Number{1} << 31;
  static constexpr Number kNone = UINT32_MAX;
  struct Wildcard {
    const NameGlob* glob;
    std::string_view start;  // what every match starts and ends with
    std::string_view end;
  };

  Number number_of(const NameGlob& glob);
  // Where the literal is, or a free place for it.
  size_t slot_of(std::string_view name) const;

  std::vector<std::string_view> literals_;
  std::vector<Wildcard> wildcards_;
  std::vector<Number> slots_;  // of the literals, by hash; a power of two, never full
  std::vector<Number> numbers_;
  std::vector<uint32_t> first_;  // of each track's numbers, and their end
};

}  // namespace sbxc::bwrap
