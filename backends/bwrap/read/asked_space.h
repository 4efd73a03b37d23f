// What is asked of every path, component by component: an automaton whose letters are names, built
// as far as somebody walks it. A state behind some names knows the facts that are certain for
// everything below (`/usr/**` was met) and what is left of the patterns that can still add to
// them. Those that a `**` keeps alive are most of them and the same in whole trees, so they stand
// apart (Base): what they make of names is looked up once for all states that share them.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backends/bwrap/read/name_classes.h"
#include "backends/bwrap/read/patterns.h"

namespace sbxc::bwrap_read {

enum class BaseId : uint32_t {};
enum class AheadId : uint32_t {};

// What rests make of the next name. INVARIANT: each list is sorted.
struct NameSteps {
  std::vector<std::pair<LiteralId, RestId>> literals{};
  std::vector<std::pair<WildcardId, RestId>> wildcards{};
  std::vector<RestId> every{};

  bool empty() const { return literals.empty() && wildcards.empty() && every.empty(); }
  // Adds what is behind `name`; `literal` is its number if it has one.
  void follow(const Patterns& patterns, std::string_view name, const LiteralId* literal,
              std::vector<RestId>& behind) const;
};

// A voice with exceptions, and which of its two sides is still alive or matches all below.
struct Pending {
  uint32_t voice = 0;
  bool pattern = false;
  bool all_of_pattern = false;
  bool except = false;
  bool all_of_except = false;
};

struct Base {
  std::vector<RestId> rests{};  // each a `**`; sorted
  NameSteps steps{};            // of what is behind those `**`
  std::vector<Pending> pending{};
};

struct Ahead {
  Facts certain = 0;
  BaseId base{};
  NameSteps steps{};  // of what the base does not keep alive
};

struct AskedState {
  uint32_t bits = 0;  // of asked_bits.h
  AheadId ahead{};
};

class AskedSpace {
 public:
  AskedSpace(Patterns& patterns, const automata::Budget& budget);

  const Patterns& patterns() const { return patterns_; }
  AskedState root() const { return root_; }
  AskedState step(AheadId from, std::string_view name);

  const Ahead& ahead(AheadId id) const { return aheads_[static_cast<size_t>(id)]; }
  const Base& base(BaseId id) const { return bases_[static_cast<size_t>(id)]; }
  // The wildcards of both, the base's groups first; nothing when the budget was spent. Wildcards
  // with the same rest behind them are one group.
  const NameClasses* classes_of(const NameSteps& base, const NameSteps& more);
  static size_t group_count(const NameSteps& steps);

 private:
  AskedState arrive(const Ahead& from, const std::vector<RestId>& behind);
  uint32_t bits_here(const Ahead& from, const std::vector<RestId>& behind) const;
  // Drops rests that can add nothing and makes certain what is. INVARIANT behind it: nothing more
  // to drop.
  void settle(Facts& certain, std::vector<RestId>& keeps, std::vector<RestId>& more) const;
  bool settle_once(Facts& certain, std::vector<RestId>& keeps, std::vector<RestId>& more) const;
  bool is_settled(const Ahead& from, const std::vector<RestId>& more) const;
  std::vector<Pending> pending_of(const std::vector<RestId>& rests) const;
  NameSteps steps_of(const std::vector<RestId>& rests) const;
  BaseId base_of(std::vector<RestId> rests);
  AheadId ahead_of(Facts certain, BaseId base, const std::vector<RestId>& more);

  Patterns& patterns_;
  automata::Budget budget_;
  std::vector<Base> bases_;
  std::vector<Ahead> aheads_;
  std::unordered_map<Words, BaseId, WordsHash> known_bases_;
  std::unordered_map<Words, AheadId, WordsHash> known_aheads_;
  std::unordered_map<Words, AskedState, WordsHash> known_steps_;
  std::unordered_map<Words, std::optional<NameClasses>, WordsHash> known_classes_;
  AskedState root_{};
};

}  // namespace sbxc::bwrap_read
