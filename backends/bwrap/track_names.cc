#include "backends/bwrap/track_names.h"

#include <algorithm>
#include <bit>
#include <functional>

namespace sbxc::bwrap {
namespace {

std::string_view bytes_of(const NameAtom& atom) {
  const auto* literal = std::get_if<Literal>(&atom);
  return literal == nullptr ? std::string_view() : std::string_view(literal->bytes);
}

}  // namespace

TrackNames::TrackNames(const std::vector<Track>& tracks) {
  size_t components = 0;
  for (const Track& track : tracks) components += track.glob.components.size();
  slots_.assign(std::bit_ceil(2 * components + 1), kNone);
  numbers_.reserve(components);
  first_.reserve(tracks.size() + 1);
  std::span<const Number> before;  // of the track before: neighbours often lie side by side
  for (const Track& track : tracks) {
    first_.push_back(static_cast<uint32_t>(numbers_.size()));
    for (size_t i = 0; i < track.glob.components.size(); ++i) {
      const auto* glob = std::get_if<NameGlob>(&track.glob.components[i]);
      if (glob == nullptr) {
        numbers_.push_back(kAny);
        continue;
      }
      const auto name = only_name(*glob);
      const bool as_before =
          name && i < before.size() && is_literal(before[i]) && literal(before[i]) == *name;
      numbers_.push_back(as_before ? before[i] : number_of(*glob));
    }
    before = std::span(numbers_).subspan(first_.back());
  }
  first_.push_back(static_cast<uint32_t>(numbers_.size()));
}

TrackNames::Number TrackNames::number_of(const NameGlob& glob) {
  if (const auto name = only_name(glob)) {
    Number& number = slots_[slot_of(*name)];
    if (number == kNone) {
      number = static_cast<Number>(literals_.size());
      literals_.push_back(*name);
    }
    return number;
  }
  const auto same =
      std::ranges::find_if(wildcards_, [&](const Wildcard& other) { return *other.glob == glob; });
  const auto at = static_cast<Number>(same - wildcards_.begin());
  if (same == wildcards_.end()) {
    wildcards_.push_back({&glob, bytes_of(glob.atoms.front()), bytes_of(glob.atoms.back())});
  }
  return kFirstWildcard + at;
}

size_t TrackNames::slot_of(std::string_view name) const {
  size_t slot = std::hash<std::string_view>()(name);
  for (;; ++slot) {
    slot &= slots_.size() - 1;
    if (slots_[slot] == kNone || literals_[slots_[slot]] == name) return slot;
  }
}

std::optional<TrackNames::Number> TrackNames::find(std::string_view name) const {
  const Number number = slots_[slot_of(name)];
  return number == kNone ? std::nullopt : std::optional(number);
}

bool TrackNames::wildcard_matches(Number number, std::string_view name) const {
  const Wildcard& wildcard = wildcards_[number - kFirstWildcard];
  // Most names are told apart by that.
  return name.starts_with(wildcard.start) && name.ends_with(wildcard.end) &&
         wildcard.glob->matches(name);
}

}  // namespace sbxc::bwrap
