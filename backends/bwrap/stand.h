// A standing with what follows from it, shared by all directories that stand alike. Most do: below
// a workspace `/**/NAME` has consumed one more name, whichever that was, and nothing else changed.
// So a directory costs a look at its names, not another evaluation of every rule.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "backends/bwrap/outlook.h"

namespace sbxc::bwrap {

class Stand : public std::enable_shared_from_this<Stand> {
 public:
  using Pointer = std::shared_ptr<const Stand>;

  // Both must outlive it.
  static Pointer make(const std::vector<Track>& tracks, const TrackNames& names, Standing standing);

  const Standing& standing() const { return standing_; }
  const Outlook& outlook() const { return outlook_; }
  Pointer enter(std::string_view name) const;

  // Whether some pattern has a component for this name here.
  bool names(std::string_view name) const;
  // The tracks that have, each with the positions that the name reaches through such a component:
  // not by staying inside a `**`. Sorted by track.
  struct Named {
    uint32_t track;
    Positions reached;
  };
  std::vector<Named> named(std::string_view name) const;
  // Whether no pattern of an allowance matches the name or goes on below it.
  bool grants_nothing(std::string_view name) const;
  // Names to look for: those spelt out on the way from the root, and those behind a `**`, which a
  // listing finds as well.
  const std::vector<std::string_view>& spelt() const { return wanted().spelt; }
  const std::vector<std::string_view>& behind_any() const { return wanted().behind_any; }
  bool wants_listing() const { return wanted().listing; }
  // Whether some pattern goes on below whatever the directory is called.
  bool searches_everywhere() const { return wanted().everywhere; }

 private:
  using Number = TrackNames::Number;
  // A state that goes on when the next name is the right one, and the position behind it.
  struct Step {
    uint32_t state;
    uint32_t behind;
  };
  // Steps side by side that go on by one name: neighbours often do.
  struct Run {
    Number name;
    uint32_t first;
    uint32_t last;
  };
  // What names lead on; it and Wanted are made when first asked for, files never ask.
  struct Index {
    std::vector<Step> steps;  // by state
    std::vector<Run> runs;    // by name and first step
    size_t wildcards = 0;     // the first run that goes on by one
    Standing lasting;         // of a name that no component names
    bool lasting_grants = false;
    std::optional<Outlooks> outlooks;  // of `lasting`, and what names make of it
  };
  struct Wanted {
    std::vector<std::string_view> spelt;       // sorted; of the tracks, both
    std::vector<std::string_view> behind_any;  // sorted
    bool listing = false;
    bool everywhere = false;
  };

  Stand(const std::vector<Track>& tracks, const TrackNames& names, Standing standing,
        Outlook outlook);
  const Index& index() const;
  const Wanted& wanted() const;
  // Those for the name, until the function has seen enough and says so.
  template <typename Function>
  void each_run(std::string_view name, Function&& enough) const;
  std::vector<Step> steps_for(std::string_view name) const;  // by state
  Pointer unnamed() const;
  // Those of the numbers that are there, each once and sorted.
  std::vector<std::string_view> set_of(std::vector<Number>& numbers) const;

  const std::vector<Track>& tracks_;
  const TrackNames& names_;
  Standing standing_;
  Outlook outlook_;
  mutable std::optional<Index> index_;
  mutable std::optional<Wanted> wanted_;
  mutable Pointer unnamed_;  // of a name that names() knows nothing of
  mutable bool unnamed_is_this_ = false;
};

}  // namespace sbxc::bwrap
