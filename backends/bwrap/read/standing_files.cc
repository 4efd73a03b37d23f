#include "backends/bwrap/read/standing_files.h"

#include <algorithm>

#include "backends/bwrap/read/canonical.h"

namespace sbxc::bwrap_read {
namespace {

using Spot = JointWalk::Spot;

class Walk {
 public:
  Walk(const CompareInput& input, const JointWalk& joint, PathComparison& result)
      : input_(input), joint_(joint), result_(result) {
    can_differ_ = where([&](size_t, const Asked& asked) { return differs(asked); });
    can_be_denied_ = where([](size_t, const Asked& asked) { return !asked.has(kWrite); });
    can_move_ = where([&](size_t node, const Asked& asked) {
      return asked.shown == Shown::writable && can_be_denied_.at(node);
    });
  }

  void run() { visit({"/", joint_.root(), There::directory, ""}); }

 private:
  struct Here {
    std::string path;
    Spot spot;
    There there;
    std::string movable;  // the first directory on the way that can be moved
  };

  // Pairs of the walk over names at which something holds, or that lead to one.
  struct Where {
    std::vector<bool> here;
    std::vector<bool> below;
    bool at(size_t node) const { return here[node] || below[node]; }
  };

  template <typename Wanted>
  Where where(const Wanted& wanted) const {
    Where result;
    result.here.resize(joint_.size());
    for (size_t node = 0; node < joint_.size(); ++node) {
      result.here[node] = joint_.is_path(node) && wanted(node, joint_.at(node));
    }
    result.below = joint_.leads_to(result.here);
    return result;
  }

  // A file of this machine that is hidden by the sandbox's own memory.
  static bool is_lost(const Asked& asked) {
    return asked.shown == Shown::private_writable && asked.has(kRead);
  }

  bool differs(const Asked& asked) const {
    return is_lost(asked) || std::ranges::any_of(kPathOperations, [&](Operation operation) {
             return operation != Operation::socket &&
                    (is_excess_for_later(operation, asked, input_.whole) ||
                     is_lack_for_later(operation, asked, input_.whole));
           });
  }

  void visit(const Here& here) {
    const Asked asked = joint_.asked_of(here.spot);
    // Who holds a name that exists judges a directory's moves by all that is below it.
    if (!here.movable.empty() && !asked.has(kWrite) && !asked.has(kAlsoOld)) {
      report({Operation::write, Finding::movable, here.path, true, here.movable, asked.shown});
    }
    if (here.there == There::link) return;  // no canonical path: what it leads to is one
    for (const Operation operation : {Operation::read, Operation::write, Operation::exec}) {
      compare(here, operation, asked);
    }
    if (here.there != There::directory) return;
    Here next = here;
    if (next.movable.empty() && asked.shown == Shown::writable) next.movable = here.path;
    descend(next);
  }

  void compare(const Here& here, Operation operation, const Asked& asked) {
    const bool directory = here.there == There::directory;
    if (operation == Operation::exec && here.there != There::file) return;
    // A socket cannot be opened: connecting is what counts, and whether it can be removed.
    const bool socket = here.there == There::socket;
    if (socket && operation == Operation::read) return;
    if (operation == Operation::read && is_lost(asked) && !is_within(here.path, "/dev")) {
      report({operation, Finding::less, here.path, true, {}, asked.shown});
    }
    // In the sandbox's own shared memory nothing bears the name yet: it is one that comes later.
    const bool comes_later =
        asked.shown == Shown::private_writable && is_within(here.path, "/dev/shm");
    if (!comes_later && is_excess_for_later(operation, asked, input_.whole)) {
      report({operation, Finding::more, here.path, true, {}, asked.shown});
    }
    if (operation == Operation::write && (directory || socket)) return;
    // The kernel's settings stay as they are where a verdict says so: nobody makes them anew.
    const bool kernels = operation == Operation::write && is_within(here.path, "/proc");
    if (kernels && is_declared_lack(operation, asked, input_.whole)) return;
    if (is_lack_for_later(operation, asked, input_.whole)) {
      report({operation, Finding::less, here.path, true, {}, asked.shown});
    }
  }

  bool is_worth(const Spot& spot, bool movable) const {
    const auto node = joint_.node_of(spot);
    return node && (can_differ_.at(*node) || (movable ? can_be_denied_ : can_move_).at(*node));
  }

  bool is_worth_below(const Spot& spot, bool movable) const {
    const auto node = joint_.node_of(spot);
    return node &&
           (can_differ_.below[*node] || (movable ? can_be_denied_ : can_move_).below[*node]);
  }

  void descend(const Here& here) {
    const bool movable = !here.movable.empty();
    if (!is_worth_below(here.spot, movable) || entries_ > input_.budget.entries) return;
    const std::string place = input_.table.host_path(here.path).value_or(here.path);
    const FileFacts::Names names = input_.facts.names(place);
    entries_ += names.size();
    if (entries_ > input_.budget.entries) {
      result_.given_up = "there are too many files to look at, the last in `" + here.path + "`";
      return;
    }
    // The kernel makes names by the hundred thousand: only those that something singles out.
    const bool kernels = here.path == "/sys" || here.path == "/proc";
    const Spot any = joint_.step(here.spot, "any name that is not there");
    for (const auto& [name, there] : names) {
      const Spot spot = joint_.step(here.spot, name);
      if (!is_worth(spot, movable) || (kernels && joint_.is_same(spot, any))) continue;
      visit({beneath(here.path, name), spot, there, here.movable});
    }
  }

  void report(PathFinding finding) {
    const auto alike = std::ranges::count_if(result_.findings, [&](const PathFinding& other) {
      return other.exists && other.operation == finding.operation &&
             other.finding == finding.finding;
    });
    if (static_cast<size_t>(alike) < input_.budget.findings) {
      result_.findings.push_back(std::move(finding));
    }
  }

  const CompareInput& input_;
  const JointWalk& joint_;
  PathComparison& result_;
  Where can_differ_;
  Where can_be_denied_;
  Where can_move_;
  size_t entries_ = 0;
};

void compare_sockets(const CompareInput& input, const JointWalk& joint, PathComparison& result) {
  for (const std::string& path : input.facts.sockets()) {
    if (!is_canonical(path)) continue;
    const Asked asked = joint.asked_of(joint.find(path));
    const Gives given = gives(Operation::socket, asked, input.whole);
    const bool may = allowed(Operation::socket, asked);
    const bool there = input.facts.what(path) == There::socket;
    if (!there || given == Gives::either || (given == Gives::yes) == may) continue;
    result.findings.push_back(
        {Operation::socket, may ? Finding::less : Finding::more, path, true, {}, asked.shown});
  }
}

}  // namespace

void compare_standing_files(const CompareInput& input, const JointWalk& joint,
                            PathComparison& result) {
  Walk(input, joint, result).run();
  compare_sockets(input, joint, result);
}

}  // namespace sbxc::bwrap_read
