// What a standing comes to: what is decided at a place, what is decided for names below that no
// pattern singles out, and which patterns could still single one out, that is, whether the walk has
// to go on. Most names turn one rule or two of the hundred that a directory stands in, so what the
// rules come to together is kept in counts, and a name's outlook is its directory's with those few
// rules counted anew.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "backends/bwrap/standing.h"

namespace sbxc::bwrap {

enum class Access : uint8_t { none, read, write };  // law 4: a ladder
std::string_view name_of(Access access);

// What is decided: for one path, or for every name below it that no pattern singles out.
struct Rights {
  Access access = Access::none;
  bool exec = false;
  bool socket = false;

  bool operator==(const Rights&) const = default;
};

// A pattern that may still single out a name below.
struct Pending {
  uint32_t track = 0;
  bool reads = false;  // which decisions it could turn
  bool writes = false;
  bool execs = false;
  bool sockets = false;

  bool operator==(const Pending&) const = default;
};

struct Outlook {
  Rights self;
  Rights below;
  std::vector<Pending> pending;  // those that matter, by track

  bool operator==(const Outlook&) const = default;
};

// The outlook of a standing, and of others that differ from it in a few tracks.
class Outlooks {
 public:
  // The tracks and the standing must outlive it.
  Outlooks(const std::vector<Track>& tracks, const Standing& standing);

  Outlook of_it() const { return of(standing_, {}); }
  // Of `other`, which has all tracks of the standing, and `changed` (sorted): new ones, and those
  // that have other positions.
  Outlook of(const Standing& other, std::span<const uint32_t> changed) const;

 private:
  // One rule: its patterns less its exceptions.
  struct RuleView {
    RuleId rule{};
    uint32_t says = 0;    // a bit for each thing said of each operation
    uint8_t touches = 0;  // operations that the rule allows or denies
    bool denies = false;
    bool may_gain = false;  // a pattern of it may match some name below
    bool may_lose = false;  // an exception may
    uint32_t first = 0;     // its tracks within the standing
    uint32_t last = 0;
  };
  struct Answers;
  // How many rules say each thing.
  class Tally {
   public:
    void add(uint32_t says);
    void remove(uint32_t says);
    uint32_t said() const { return said_; }

   private:
    std::array<uint32_t, 32> rules_{};
    uint32_t said_ = 0;
  };

  RuleView view_of_rule(const Standing& standing, size_t first) const;
  void add_pending(const RuleView& view, const Standing& standing, const Answers& answers,
                   std::vector<Pending>& pending) const;
  // Where the rule's tracks begin.
  size_t first_of_rule(const Standing& standing, RuleId rule, size_t from) const;

  const std::vector<Track>& tracks_;
  const Standing& standing_;
  std::vector<RuleView> views_;  // by rule
  Tally tally_;
};

}  // namespace sbxc::bwrap
