// A pair of the walk where plan and policy differ is only a finding if its path can come true:
// below a file or a link that stays there is no canonical path, and a directory that exists is
// fixed in its place. The walk knows nothing of files, so such paths are looked up, what they show
// is put into the places, and the walk is made again: as often as something was learnt.
#include "backends/bwrap/read/path_comparison.h"

#include "backends/bwrap/read/canonical.h"
#include "backends/bwrap/read/joint_walk.h"
#include "backends/bwrap/read/standing_files.h"

namespace sbxc::bwrap_read {
namespace {

constexpr size_t kMostRounds = 200;

class Comparison {
 public:
  explicit Comparison(const CompareInput& input) : input_(input), map_(input.table.places()) {}

  PathComparison run() {
    for (size_t round = 0; round < kMostRounds; ++round) {
      if (!join()) return std::move(result_);
      const bool learnt = compare_all_names();
      if (!learnt) break;
      result_.findings.clear();
      if (round + 1 == kMostRounds) {
        result_.given_up = "too many names of the policy lie below files";
        return std::move(result_);
      }
    }
    note_declared();
    compare_standing_files(input_, *walk_, result_);
    return std::move(result_);
  }

 private:
  bool join() {
    places_.emplace(map_);
    walk_ = JointWalk::of(input_.asked, *places_, input_.budget.states);
    if (walk_) return true;
    result_.given_up = "the rules and the mounts together need too many states";
    return false;
  }

  bool compare_all_names() {
    bool learnt = false;
    for (const Operation operation : kPathOperations) {
      learnt = compare_names(operation, Finding::more) || learnt;
      learnt = compare_names(operation, Finding::less) || learnt;
    }
    return learnt;
  }

  bool compare_names(Operation operation, Finding finding) {
    bool learnt = false;
    size_t left = 4 * input_.budget.findings;
    for (size_t node = 0; node < walk_->size() && left > 0; ++node) {
      if (!walk_->is_path(node)) continue;
      const Asked asked = walk_->at(node);
      const bool wrong = finding == Finding::more
                             ? is_undeclared_excess(operation, asked, input_.whole)
                             : is_undeclared_lack(operation, asked, input_.whole);
      if (!wrong) continue;
      --left;
      const std::string path = walk_->path(node);
      if (learn(operation, path)) {
        learnt = true;
        continue;
      }
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
      const bool held = walk_->asked_of(walk_->find(up)).has(kLinkHeld);
      if (shown == Shown::writable && !held) return false;
      return set(up, {.self = shown, .below = Shown::nothing_below, .step = kNoStep});
    }
    const There there = kind_at(path);
    if (there == There::link) {
      return set(path, {Shown::link, Shown::nothing_below, kNoStep});
    }
    if (there == There::socket && operation != Operation::socket) {
      // Cannot be opened, shown or not.
      if (input_.table.shown(path) != Shown::absent) return false;
      return set(path, {Shown::masked_socket, Shown::nothing_below, kNoStep});
    }
    const bool about_names = operation == Operation::write || operation == Operation::exec;
    if (there != There::directory || !about_names) return false;
    const Shown shown = input_.table.shown(path);
    if (shown != Shown::read_only && shown != Shown::fixed_directory) return false;
    Place place{.self = Shown::fixed_directory, .below = below(path), .step = kNoStep};
    return set(path, place);
  }

  Shown below(const std::string& path) const {
    for (std::string at = path;; at = above(at)) {
      const auto place = map_.find(at);
      if (place != map_.end()) return place->second.below;
    }
  }

  bool set(const std::string& path, const Place& place) {
    Place& old = map_[path];
    if (old.self == place.self && old.below == place.below) return false;
    old = place;
    return true;
  }

  void note_declared() {
    for (size_t node = 0; node < walk_->size(); ++node) {
      if (!walk_->is_path(node)) continue;
      const Asked asked = walk_->at(node);
      for (size_t i = 0; i < std::size(kPathOperations); ++i) {
        const Operation operation = kPathOperations[i];
        result_.more_declared[i] |= is_declared_excess(operation, asked, input_.whole);
        result_.less_declared[i] |= is_declared_lack(operation, asked, input_.whole);
      }
    }
  }

  const CompareInput& input_;
  std::map<std::string, Place> map_;
  std::optional<PlaceTree> places_;
  std::optional<JointWalk> walk_;
  PathComparison result_;
};

}  // namespace

PathComparison compare_paths(const CompareInput& input) { return Comparison(input).run(); }

}  // namespace sbxc::bwrap_read
