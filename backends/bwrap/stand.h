// A standing with what follows from it, shared by all directories that stand alike. Most do: below
// a workspace `/**/NAME` has consumed one more name, whichever that was, and nothing else changed.
// So a directory costs a look at its names, not another evaluation of every rule.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/bwrap/standing.h"

namespace sbxc::bwrap {

class Stand : public std::enable_shared_from_this<Stand> {
 public:
  using Pointer = std::shared_ptr<const Stand>;

  // `tracks` must outlive it.
  static Pointer make(const std::vector<Track>& tracks, Standing standing);

  const Standing& standing() const { return standing_; }
  const Outlook& outlook() const { return outlook_; }
  Pointer enter(std::string_view name) const;

  // Whether some pattern has a component for this name here.
  bool names(std::string_view name) const;
  // Names to look for: those spelt out on the way from the root, and those behind a `**`, which a
  // listing finds as well.
  const std::vector<std::string_view>& spelt() const { return wanted().spelt; }
  const std::vector<std::string_view>& behind_any() const { return wanted().behind_any; }
  bool wants_listing() const { return wanted().listing; }
  // Whether some pattern goes on below whatever the directory is called.
  bool searches_everywhere() const { return wanted().everywhere; }

 private:
  // A state that goes on when the next name is the right one, and the position behind it.
  struct Step {
    uint32_t state;
    uint32_t behind;
  };
  struct Wildcard {
    const NameGlob* glob;  // in the tracks
    std::vector<Step> steps;
  };
  // What names lead on; it and Wanted are made when first asked for, files never ask.
  struct Index {
    std::vector<std::pair<std::string_view, Step>> literals;  // sorted by name; of the tracks
    std::vector<Wildcard> wildcards;
    Standing lasting;  // of a name that no component names
  };
  struct Wanted {
    std::vector<std::string_view> spelt;       // sorted; of the tracks, both
    std::vector<std::string_view> behind_any;  // sorted
    bool listing = false;
    bool everywhere = false;
  };

  Stand(const std::vector<Track>& tracks, Standing standing);
  const Index& index() const;
  const Wanted& wanted() const;
  std::vector<Step> steps_for(std::string_view name) const;  // sorted by state
  Pointer enter_by_looking(std::string_view name) const;
  Pointer enter_by_index(std::string_view name) const;
  Pointer unnamed(const Standing& lasting) const;

  const std::vector<Track>& tracks_;
  Standing standing_;
  Outlook outlook_;
  mutable std::optional<Index> index_;
  mutable std::optional<Wanted> wanted_;
  mutable Pointer unnamed_;  // of a name that names() knows nothing of
  mutable bool unnamed_is_this_ = false;
  mutable int looked_ = 0;
};

}  // namespace sbxc::bwrap
