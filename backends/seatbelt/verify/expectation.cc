// A denied request has to be denied, always. An allowed one has to be allowed, but where the target
// documents that it holds less: other spellings of denied names, pinned directories, names that are
// taken for files.
#include "backends/seatbelt/verify/expectation.h"

#include "backends/seatbelt/verify/mac_spelling.h"
#include "compiler/automata/product.h"

namespace sbxc::seatbelt_verify {
namespace {

using automata::Dfa;
using automata::kOutside;
using automata::Label;
using automata::State;

constexpr Label kAbove{1};
constexpr Label kNotAbove{2};
constexpr Label kAllowed = label_of(Effect::allow);

// Whether a word of the language can still be reached from each state.
std::vector<bool> alive_states(const Dfa& dfa) {
  std::vector<std::vector<uint32_t>> before(dfa.size());
  std::vector<bool> alive(dfa.size(), false);
  std::vector<uint32_t> pending;
  for (uint32_t at = 0; at < dfa.size(); ++at) {
    for (uint32_t c = 0; c < dfa.classes().count; ++c) {
      before[static_cast<size_t>(dfa.by_class(State{at}, c))].push_back(at);
    }
    if (dfa.label(State{at}) == kAllowed) {
      alive[at] = true;
      pending.push_back(at);
    }
  }
  while (!pending.empty()) {
    const uint32_t at = pending.back();
    pending.pop_back();
    for (const uint32_t previous : before[at]) {
      if (alive[previous]) continue;
      alive[previous] = true;
      pending.push_back(previous);
    }
  }
  return alive;
}

// Says kAbove of the directories above what is allowed, and of the root, which is above everything.
Dfa directories_above(const Dfa& allowed) {
  const std::vector<bool> alive = alive_states(allowed);
  const State root = allowed.step(allowed.start(), '/');
  std::vector<State> next;
  std::vector<Label> labels;
  for (uint32_t at = 0; at < allowed.size(); ++at) {
    const bool below =
        State{at} == root || alive[static_cast<size_t>(allowed.step(State{at}, '/'))];
    for (uint32_t c = 0; c < allowed.classes().count; ++c) {
      next.push_back(allowed.by_class(State{at}, c));
    }
    labels.push_back(below ? kAbove : kNotAbove);
  }
  return Dfa(allowed.classes(), std::move(next), std::move(labels), allowed.start());
}

bool may_be_denied(Label names) { return has(names, NameSet::like_a_denied); }

Label reading(Label verdict, Label names) {
  if (verdict != kAllowed) return kMustDeny;
  return may_be_denied(names) ? kEither : kMustAllow;
}

Label changing(Label verdict, Label names) {
  if (verdict != kAllowed || has(names, NameSet::respelt_denied)) return kMustDeny;
  return may_be_denied(names) ? kEither : kMustAllow;
}

Label linking(Label verdict, Label names) {
  if (has(names, NameSet::denied_socket)) return kMustDeny;
  if (changing(verdict, names) != kMustAllow) return changing(verdict, names);
  return has(names, NameSet::like_above_denied) ? kEither : kMustAllow;
}

Label making(Label verdict, Label names) {
  if (changing(verdict, names) == kMustDeny || has(names, NameSet::above_denied)) return kMustDeny;
  return may_be_denied(names) || has(names, NameSet::like_above_denied) ? kEither : kMustAllow;
}

Label making_directory(Label verdict, Label names) {
  const Label any = making(verdict, names);
  return any == kMustAllow && has(names, NameSet::named_as_file) ? kEither : any;
}

Label removing(Label verdict, Label names) {
  const Label made = making(verdict, names);
  return made != kMustDeny && has(names, NameSet::denied_socket) ? kMustDeny : made;
}

Label removing_directory(Label verdict, Label names) {
  const Label any = removing(verdict, names);
  return any == kMustAllow && has(names, NameSet::named_as_file) ? kEither : any;
}

OverBudget over(Operation operation, const automata::Overflow& overflow) {
  return {operation, overflow.states, {}};
}

Budgeted<Dfa> dfa_of(const Policy& policy, Operation operation, const automata::Budget& budget) {
  auto decided = decisions_of(policy, Os::macos, operation, budget);
  if (!decided) return tl::unexpected(decided.error());
  return std::get<Dfa>(std::move(*decided));
}

}  // namespace

Budgeted<Expectations> Expectations::of(const Policy& policy, const automata::Budget& budget) {
  Expectations out;
  out.budget_ = budget;
  for (const auto& [operation, into] :
       {std::pair{Operation::read, &out.read_}, std::pair{Operation::write, &out.write_},
        std::pair{Operation::exec, &out.exec_}, std::pair{Operation::socket, &out.socket_}}) {
    auto decided = dfa_of(policy, operation, budget);
    if (!decided) return tl::unexpected(decided.error());
    *into = std::move(*decided);
  }
  const auto either_above = [](Label a, Label b) {
    return a == kAbove || b == kAbove ? kAbove : kNotAbove;
  };
  auto above = automata::product(directories_above(out.read_), directories_above(out.socket_),
                                 either_above, budget);
  if (!above) return tl::unexpected(over(Operation::read, above.error()));
  auto with_links = automata::product(
      *above, link_paths(),
      [](Label a, Label link) {
        return link == kOutside ? kOutside : link == Label{1} ? kAbove : a;
      },
      budget);
  if (!with_links) return tl::unexpected(over(Operation::read, with_links.error()));
  auto lookups = name_sets_of(policy, Sets::lookups, macos_paths(), budget);
  if (!lookups) return tl::unexpected(over(Operation::read, lookups.error()));
  auto all_above = automata::product(
      *with_links, *lookups,
      [](Label a, Label names) { return has(names, NameSet::above_allowed) ? kAbove : a; }, budget);
  if (!all_above) return tl::unexpected(over(Operation::read, all_above.error()));
  out.above_ = std::move(*all_above);
  auto alike = name_sets_of(policy, Sets::likeness, macos_paths(), budget);
  if (!alike) return tl::unexpected(over(Operation::read, alike.error()));
  out.alike_ = std::move(*alike);
  auto writable = automata::product(
      out.write_, macos_paths(),
      [](Label verdict, Label domain) {
        return verdict == kAllowed && domain != kOutside ? Label{1} : kOutside;
      },
      budget);
  if (!writable) return tl::unexpected(over(Operation::write, writable.error()));
  auto writing = name_sets_of(policy, Sets::writing, *writable, budget);
  if (!writing) return tl::unexpected(over(Operation::write, writing.error()));
  out.writing_ = std::move(*writing);
  return out;
}

Budgeted<Dfa> Expectations::for_family(Family family) const {
  struct Parts {
    Operation operation;
    const Dfa* verdicts;
    const Dfa* names;
    Label (*join)(Label, Label);
  };
  const auto parts = [&]() -> Parts {
    switch (family) {
      case Family::reading:
      case Family::looking_up:
        return {Operation::read, &read_, &alike_, reading};
      case Family::changing:
        return {Operation::write, &write_, &writing_, changing};
      case Family::linking:
        return {Operation::write, &write_, &writing_, linking};
      case Family::making:
        return {Operation::write, &write_, &writing_, making};
      case Family::making_directory:
        return {Operation::write, &write_, &writing_, making_directory};
      case Family::removing:
        return {Operation::write, &write_, &writing_, removing};
      case Family::removing_directory:
        return {Operation::write, &write_, &writing_, removing_directory};
      case Family::running:
        return {Operation::exec, &exec_, &alike_, reading};
      case Family::connecting:
        return {Operation::socket, &socket_, &alike_, reading};
    }
    return {};
  }();
  const auto expect = [&](Label verdict, Label names) {
    return verdict == kAllowed ? parts.join(verdict, names) : kMustDeny;
  };
  auto expected = automata::product(*parts.verdicts, *parts.names, expect, budget_);
  if (!expected) return tl::unexpected(over(parts.operation, expected.error()));
  // What macOS never asks about is left out; what may be looked up besides is let in.
  const bool lookups = family == Family::looking_up;
  auto asked = automata::product(
      *expected, above_,
      [lookups](Label label, Label above) {
        if (above == kOutside) return kOutside;
        return lookups && label == kMustDeny && above == kAbove ? kEither : label;
      },
      budget_);
  if (!asked) return tl::unexpected(over(parts.operation, asked.error()));
  return *asked;
}

}  // namespace sbxc::seatbelt_verify
