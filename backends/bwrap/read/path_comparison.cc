// A word of the product where plan and policy differ is only a finding if it can come true: below a
// file or a link that stays there is no canonical path, and a directory that exists is fixed in its
// place. The product knows nothing of files, so such words are looked up, what they show is put
// into the places, and the product is made again: as often as something was learnt.
#include "backends/bwrap/read/path_comparison.h"

#include <algorithm>

#include "backends/bwrap/read/canonical.h"
#include "backends/bwrap/read/place_language.h"
#include "backends/bwrap/read/standing_files.h"
#include "compiler/automata/minimise.h"
#include "compiler/automata/product.h"
#include "compiler/automata/witness.h"

namespace sbxc::bwrap_read {
namespace {

using automata::Dfa;
using automata::kOutside;
using automata::Label;

constexpr size_t kMostRounds = 200;

class Comparison {
 public:
  explicit Comparison(const CompareInput& input) : input_(input), places_(input.table.places()) {}

  PathComparison run() {
    for (size_t round = 0; round < kMostRounds; ++round) {
      if (!join()) return std::move(result_);
      const bool learnt = compare_all_words();
      if (!learnt) break;
      result_.findings.clear();
      if (round + 1 == kMostRounds) {
        result_.given_up = "too many names of the policy lie below files";
        return std::move(result_);
      }
    }
    note_declared();
    compare_standing_files(input_, *joint_, result_);
    return std::move(result_);
  }

 private:
  bool join() {
    const Dfa shown = automata::minimise(language_of(places_));
    auto joint = automata::product(
        input_.asked, shown,
        [](Label asked, Label place) {
          if (asked == kOutside) return kOutside;
          return Asked{bits_of(asked), static_cast<Shown>(static_cast<uint32_t>(place) - 1)}
              .label();
        },
        {.states = input_.budget.states});
    if (joint) {
      joint_ = std::move(*joint);
      return true;
    }
    result_.given_up = "the rules and the mounts together need too many states";
    return false;
  }

  bool compare_all_words() {
    bool learnt = false;
    for (const Operation operation : kPathOperations) {
      learnt = compare_words(operation, Finding::more) || learnt;
      learnt = compare_words(operation, Finding::less) || learnt;
    }
    return learnt;
  }

  bool compare_words(Operation operation, Finding finding) {
    const auto wanted = [&](Label label) {
      if (label == kOutside) return false;
      const Asked asked = Asked::of(label);
      return finding == Finding::more ? is_undeclared_excess(operation, asked, input_.whole)
                                      : is_undeclared_lack(operation, asked, input_.whole);
    };
    bool learnt = false;
    if (automata::is_empty(*joint_, wanted)) return learnt;
    for (const std::string& path :
         automata::some_words(*joint_, wanted, 4 * input_.budget.findings)) {
      if (learn(operation, path)) {
        learnt = true;
        continue;
      }
      const Asked asked = Asked::of(joint_->decide(path));
      const bool exists = kind_at(path) != There::nothing;
      result_.findings.push_back({operation, finding, path, exists, {}, asked.shown});
    }
    return learnt;
  }

  There kind_at(const std::string& path) const {
    return input_.facts.what(input_.table.host_path(path).value_or(path));
  }

  // Whether the path cannot be asked for on this machine; then the places say so from now on.
  bool learn(Operation operation, const std::string& path) {
    for (const std::string& up : directories_above(path)) {
      const There there = kind_at(up);
      if (there == There::nothing || there == There::directory) continue;
      const Shown shown = input_.table.shown(up);
      if (shown == Shown::writable && there != There::link) return false;  // it can be replaced
      if (shown == Shown::writable && !Asked::of(joint_->decide(up)).has(kLinkHeld)) return false;
      return set(up, {.self = shown, .below = Shown::nothing_below, .step = kNoStep});
    }
    const There there = kind_at(path);
    if (there == There::link) {
      return set(path, {Shown::link, Shown::nothing_below, kNoStep});
    }
    const bool about_names = operation == Operation::write || operation == Operation::exec;
    if (there != There::directory || !about_names) return false;
    const Shown shown = input_.table.shown(path);
    if (shown != Shown::read_only && shown != Shown::fixed_directory) return false;
    Place place{.self = Shown::fixed_directory, .below = below(path), .step = kNoStep};
    return set(path, place);
  }

  Shown below(const std::string& path) const {
    const auto place = places_.find(path);
    if (place != places_.end()) return place->second.below;
    for (std::string at = above(path);; at = above(at)) {
      const auto up = places_.find(at);
      if (up != places_.end()) return up->second.below;
    }
  }

  bool set(const std::string& path, const Place& place) {
    Place& old = places_[path];
    if (old.self == place.self && old.below == place.below) return false;
    old = place;
    return true;
  }

  void note_declared() {
    for (size_t i = 0; i < std::size(kPathOperations); ++i) {
      const Operation operation = kPathOperations[i];
      const auto any = [&](auto&& holds) {
        return !automata::is_empty(*joint_, [&](Label label) {
          return label != kOutside && holds(operation, Asked::of(label), input_.whole);
        });
      };
      result_.more_declared[i] = any(is_declared_excess);
      result_.less_declared[i] = any(is_declared_lack);
    }
  }

  const CompareInput& input_;
  std::map<std::string, Place> places_;
  std::optional<Dfa> joint_;
  PathComparison result_;
};

}  // namespace

PathComparison compare_paths(const CompareInput& input) { return Comparison(input).run(); }

}  // namespace sbxc::bwrap_read
