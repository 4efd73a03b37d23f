// A denied request has to be denied, always. An allowed one has to be allowed, but where the target
// documents that it holds less: other spellings of denied names, pinned directories, names that are
// taken for files.
#include "backends/seatbelt/verify/expectation.h"

namespace sbxc::seatbelt_verify {
namespace {

using automata::Bounded;
using automata::kOutside;
using automata::Label;
using paths::PathDfa;
using paths::PathSpace;

constexpr Label kAbove{1};
constexpr Label kNotAbove{2};
constexpr Label kAllowed = label_of(Effect::allow);
constexpr Label kDenied{1 << 20};  // beside sums of sets

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

// Allows what the policy's rules deny to be read, and nothing else.
Policy denials_of_reading(const Policy& policy) {
  Policy out = policy;
  for (Rule& rule : out.rules) {
    const bool denies = rule.effect == Effect::deny && rule.operation == Operation::read;
    rule.effect = denies ? Effect::allow : Effect::deny;
    if (!denies) rule.patterns.clear();
  }
  return out;
}

}  // namespace

Expectations::Expectations(const Policy& policy, paths::Languages& languages)
    : read_(policy, Os::macos, Operation::read, languages),
      write_(policy, Os::macos, Operation::write, languages),
      exec_(policy, Os::macos, Operation::exec, languages),
      socket_(policy, Os::macos, Operation::socket, languages),
      denials_(denials_of_reading(policy)),
      denied_reading_(denials_, Os::macos, Operation::read, languages),
      sets_(policy, languages),
      links_(languages) {}

class Expectations::Deciding {
 public:
  Deciding(Expectations& on, const PathSpace& space, const automata::Budget& budget)
      : on_(on), space_(space), budget_(budget) {}

  Budgeted<bool> run() {
    const auto links = done(on_.links_.decide(space_, budget_));
    const auto read = done(on_.read_.decide(space_, budget_));
    operation_ = Operation::write;
    const auto write = done(on_.write_.decide(space_, budget_));
    operation_ = Operation::exec;
    const auto exec = done(on_.exec_.decide(space_, budget_));
    operation_ = Operation::socket;
    const auto socket = done(on_.socket_.decide(space_, budget_));
    operation_ = Operation::read;
    const auto alike = done(on_.sets_.decide(space_, NameSet::like_a_denied, budget_));
    if (over_) return tl::unexpected(*over_);
    decide_plain(Family::reading, *read, *alike, *links);
    decide_lookups(*read, *socket, *links);
    operation_ = Operation::exec;
    decide_plain(Family::running, *exec, *alike, *links);
    operation_ = Operation::socket;
    decide_plain(Family::connecting, *socket, *alike, *links);
    operation_ = Operation::write;
    decide_writing(*write, *alike, *links);
    if (over_) return tl::unexpected(*over_);
    return true;
  }

 private:
  // None once a budget was spent; `over_` says by what.
  std::optional<PathDfa> done(Bounded<PathDfa> made) {
    if (over_) return std::nullopt;
    if (made) return std::move(*made);
    over_ = OverBudget{operation_, made.error().states, {}};
    const RuleId first{static_cast<uint32_t>(made.error().first)};
    const RuleId second{static_cast<uint32_t>(made.error().second)};
    over_->rules.push_back(first);
    if (second != first) over_->rules.push_back(second);
    return std::nullopt;
  }
  std::optional<PathDfa> joined(const std::optional<PathDfa>& a, const std::optional<PathDfa>& b,
                                const paths::Join& join) {
    if (over_ || !a || !b) return std::nullopt;
    Bounded<PathDfa> made = paths::product(*a, *b, join, budget_);
    if (made) return std::move(*made);
    over_ = OverBudget{operation_, made.error().states, {}};
    return std::nullopt;
  }
  // What macOS never asks about is left out.
  void keep(Family family, const std::optional<PathDfa>& expected, const PathDfa& links) {
    on_.by_family_[static_cast<size_t>(family)] =
        joined(expected, links,
               [](Label wanted, Label asked) { return asked == kOutside ? kOutside : wanted; });
  }

  void decide_plain(Family family, const PathDfa& verdicts, const PathDfa& alike,
                    const PathDfa& links) {
    keep(family, joined(verdicts, alike, reading), links);
  }

  // Besides what may be read: the links, and directories above what is allowed (law 7).
  void decide_lookups(const PathDfa& read, const PathDfa& socket, const PathDfa& links) {
    const auto allowed = [](Label verdict) { return verdict == kAllowed; };
    const auto either = [](Label a, Label b) {
      return a == kAbove || b == kAbove ? kAbove : kNotAbove;
    };
    auto above = joined(paths::directories_above(read, allowed),
                        paths::directories_above(socket, allowed), either);
    above = joined(above, links, [](Label a, Label link) { return link == kLink ? kAbove : a; });
    const auto named = done(on_.sets_.decide(space_, NameSet::above_allowed, budget_));
    above = joined(above, named, [](Label a, Label sets) {
      return has(sets, NameSet::above_allowed) ? kAbove : a;
    });
    const auto passed =
        joined(done(on_.sets_.decide(space_, NameSet::passed_through, budget_)),
               done(on_.denied_reading_.decide(space_, budget_)), [](Label sets, Label denied) {
                 const bool may = has(sets, NameSet::passed_through) && denied != kAllowed;
                 return may ? kAbove : kNotAbove;
               });
    above = joined(above, passed, either);
    const auto& plain = on_.by_family_[static_cast<size_t>(Family::reading)];
    on_.by_family_[static_cast<size_t>(Family::looking_up)] =
        joined(plain, above, [](Label wanted, Label a) {
          return wanted == kMustDeny && a == kAbove ? kEither : wanted;
        });
  }

  // Sets matter for what may be written alone. Behind a denied spelling no other does, and what is
  // like something denied may be denied whatever else it is.
  void decide_writing(const PathDfa& write, const PathDfa& alike, const PathDfa& links) {
    auto sets = joined(write, links, [](Label verdict, Label asked) {
      if (asked == kOutside) return kOutside;
      return verdict == kAllowed ? Label{1} : kDenied;
    });
    const auto add = [](Label known, Label more) {
      if (known == kOutside || known == kDenied || has(known, NameSet::respelt_denied)) {
        return known;
      }
      if (has(more, NameSet::respelt_denied)) return more;
      const bool says_less =
          has(more, NameSet::like_above_denied) || has(more, NameSet::named_as_file);
      if (says_less && has(known, NameSet::like_a_denied)) return known;
      return Label{static_cast<uint32_t>(known) + static_cast<uint32_t>(more) - 1};
    };
    const auto add_set = [&](NameSet set) {
      if (!over_) sets = joined(sets, done(on_.sets_.decide(space_, set, budget_)), add);
    };
    add_set(NameSet::respelt_denied);
    sets = joined(sets, alike, add);
    add_set(NameSet::above_denied);
    add_set(NameSet::denied_socket);
    add_set(NameSet::like_above_denied);
    add_set(NameSet::named_as_file);
    const auto finish = [&](Family family, Label (*join)(Label, Label)) {
      if (!sets) return;
      on_.by_family_[static_cast<size_t>(family)] = paths::relabel(*sets, [join](Label label) {
        if (label == kOutside) return label;
        return label == kDenied ? kMustDeny : join(kAllowed, label);
      });
    };
    finish(Family::changing, changing);
    finish(Family::linking, linking);
    finish(Family::making, making);
    finish(Family::making_directory, making_directory);
    finish(Family::removing, removing);
    finish(Family::removing_directory, removing_directory);
  }

  Expectations& on_;
  const PathSpace& space_;
  const automata::Budget& budget_;
  Operation operation_ = Operation::read;
  std::optional<OverBudget> over_;
};

Budgeted<bool> Expectations::decide(const PathSpace& space, const automata::Budget& budget) {
  return Deciding(*this, space, budget).run();
}

}  // namespace sbxc::seatbelt_verify
