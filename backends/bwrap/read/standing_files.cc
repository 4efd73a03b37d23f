#include "backends/bwrap/read/standing_files.h"

#include <algorithm>
#include <functional>

#include "backends/bwrap/read/canonical.h"

namespace sbxc::bwrap_read {
namespace {

using automata::Dfa;
using automata::kOutside;
using automata::Label;
using automata::State;

// From which states a word leads to a label that is wanted.
class Reach {
 public:
  explicit Reach(const Dfa& dfa) : dfa_(dfa), back_(dfa.size()) {
    for (uint32_t s = 0; s < dfa.size(); ++s) {
      for (uint32_t c = 0; c < dfa.classes().count; ++c) {
        const auto to = static_cast<size_t>(dfa.by_class(State{s}, c));
        if (back_[to].empty() || back_[to].back() != s) back_[to].push_back(s);
      }
    }
  }

  std::vector<bool> to(const std::function<bool(State, const Asked&)>& wanted) const {
    std::vector<bool> reached(dfa_.size());
    std::vector<uint32_t> left;
    for (uint32_t s = 0; s < dfa_.size(); ++s) {
      const Label label = dfa_.label(State{s});
      if (label == kOutside || !wanted(State{s}, Asked::of(label))) continue;
      reached[s] = true;
      left.push_back(s);
    }
    while (!left.empty()) {
      const uint32_t at = left.back();
      left.pop_back();
      for (const uint32_t from : back_[at]) {
        if (reached[from]) continue;
        reached[from] = true;
        left.push_back(from);
      }
    }
    return reached;
  }

 private:
  const Dfa& dfa_;
  std::vector<std::vector<uint32_t>> back_;
};

class Walk {
 public:
  Walk(const CompareInput& input, const Dfa& joint, PathComparison& result)
      : input_(input), joint_(joint), result_(result) {
    const Reach reach(joint);
    can_differ_ = reach.to([&](State, const Asked& asked) { return differs(asked); });
    can_be_denied_ = reach.to([](State, const Asked& asked) { return !asked.has(kWrite); });
    can_move_ = reach.to([&](State state, const Asked& asked) {
      return asked.shown == Shown::writable && can_be_denied_[static_cast<size_t>(state)];
    });
  }

  void run() {
    const State root = joint_.step(joint_.start(), '/');
    visit({"/", root, joint_.start(), There::directory, ""});
  }

 private:
  struct Here {
    std::string path;
    State state;
    State behind;  // in front of the slash of a name below
    There there;
    std::string movable;  // the first directory on the way that can be moved
  };

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
    const Asked asked = Asked::of(joint_.label(here.state));
    if (!here.movable.empty() && !asked.has(kWrite)) {
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
    if (operation == Operation::read && is_lost(asked) && !is_within(here.path, "/dev")) {
      report({operation, Finding::less, here.path, true, {}, asked.shown});
    }
    if (is_excess_for_later(operation, asked, input_.whole)) {
      report({operation, Finding::more, here.path, true, {}, asked.shown});
    }
    if (operation == Operation::write && directory) return;
    if (is_lack_for_later(operation, asked, input_.whole)) {
      report({operation, Finding::less, here.path, true, {}, asked.shown});
    }
  }

  bool is_worth(State state, bool movable) const {
    const auto index = static_cast<size_t>(state);
    return can_differ_[index] || (movable ? can_be_denied_[index] : can_move_[index]);
  }

  void descend(const Here& here) {
    const State slash = joint_.step(here.behind, '/');
    const bool movable = !here.movable.empty();
    if (!is_worth(slash, movable) || entries_ > input_.budget.entries) return;
    const std::string place = input_.table.host_path(here.path).value_or(here.path);
    const FileFacts::Names names = input_.facts.names(place);
    entries_ += names.size();
    if (entries_ > input_.budget.entries) {
      result_.given_up = "there are too many files to look at, the last in `" + here.path + "`";
      return;
    }
    const bool kernels = here.path == "/sys" || here.path == "/proc";
    const State any = end_of(slash, "any name that is not there");
    for (const auto& [name, there] : names) {
      const State state = end_of(slash, name);
      if (!is_worth(state, movable)) continue;
      // The kernel makes names by the hundred thousand: only those that something singles out.
      if (kernels && state == any) continue;
      visit({beneath(here.path, name), state, state, there, here.movable});
    }
  }

  State end_of(State state, std::string_view name) const {
    for (const char c : name) state = joint_.step(state, static_cast<uint8_t>(c));
    return state;
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
  const Dfa& joint_;
  PathComparison& result_;
  std::vector<bool> can_differ_;
  std::vector<bool> can_be_denied_;
  std::vector<bool> can_move_;
  size_t entries_ = 0;
};

void compare_sockets(const CompareInput& input, const Dfa& joint, PathComparison& result) {
  for (const std::string& path : input.facts.sockets()) {
    const Label label = joint.decide(path);
    if (label == kOutside) continue;
    const Asked asked = Asked::of(label);
    const Gives given = gives(Operation::socket, asked, input.whole);
    const bool may = allowed(Operation::socket, asked);
    const bool there = input.facts.what(path) == There::socket;
    if (!there || given == Gives::either || (given == Gives::yes) == may) continue;
    result.findings.push_back(
        {Operation::socket, may ? Finding::less : Finding::more, path, true, {}, asked.shown});
  }
}

}  // namespace

void compare_standing_files(const CompareInput& input, const Dfa& joint, PathComparison& result) {
  Walk(input, joint, result).run();
  compare_sockets(input, joint, result);
}

}  // namespace sbxc::bwrap_read
