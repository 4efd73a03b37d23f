#include "backends/bwrap/outlook.h"

#include <algorithm>
#include <bit>

namespace sbxc::bwrap {
namespace {

// Four operations at once, a bit for each.
using Operations = uint8_t;
constexpr Operations kRead = 1;
constexpr Operations kWrite = 2;
constexpr Operations kExec = 4;
constexpr Operations kSocket = 8;

Operations bit_of(Operation operation) {
  if (operation == Operation::read) return kRead;
  if (operation == Operation::write) return kWrite;
  if (operation == Operation::exec) return kExec;
  return operation == Operation::socket ? kSocket : 0;
}

Operations granted_by(Operation operation) {
  return operation == Operation::write ? kRead | kWrite : bit_of(operation);
}

Operations denied_by(Operation operation) {
  return operation == Operation::read ? kRead | kWrite | kExec : bit_of(operation);
}

// What a rule says of operations, and where that stands in the word.
enum Said : unsigned {
  kAllowedHere = 0,
  kAllowedBelow = 4,   // for names that nothing singles out
  kAllowedSurely = 8,  // below, and no exception can take anything from it
  kMayBeAllowed = 12,  // below, for some name
  kDeniedHere = 16,
  kDeniedBelow = 20,
  kDeniedSurely = 24,
};

Operations operations(uint32_t said, Said what) {
  return static_cast<Operations>((said >> what) & 0xF);
}

Rights rights_of(int allowed) {
  const bool reads = (allowed & kRead) != 0;
  const Access access = (allowed & kWrite) != 0 ? Access::write
                        : reads                 ? Access::read
                                                : Access::none;
  return {access, reads && (allowed & kExec) != 0, (allowed & kSocket) != 0};
}

}  // namespace

// At one place: which are allowed, and for which more patterns could turn that.
struct Outlooks::Answers {
  explicit Answers(uint32_t said)
      : self(operations(said, kAllowedHere) & ~operations(said, kDeniedHere)),
        below(operations(said, kAllowedBelow) & ~operations(said, kDeniedBelow)),
        open(operations(said, kMayBeAllowed) & ~operations(said, kDeniedSurely)),
        settled(operations(said, kAllowedSurely)) {
    // What cannot be read can be neither written nor executed.
    if ((open & kRead) == 0) open &= ~(kWrite | kExec);
  }

  int self;
  int below;
  int open;     // something below may be allowed
  int settled;  // an allowance holds for all below whatever else allows
};

std::string_view name_of(Access access) {
  switch (access) {
    case Access::none:
      return "none";
    case Access::read:
      return "read";
    case Access::write:
      return "write";
  }
  return {};
}

void Outlooks::Tally::add(uint32_t says) {
  said_ |= says;
  for (; says != 0; says &= says - 1) ++rules_[static_cast<size_t>(std::countr_zero(says))];
}

void Outlooks::Tally::remove(uint32_t says) {
  for (; says != 0; says &= says - 1) {
    const int bit = std::countr_zero(says);
    if (--rules_[static_cast<size_t>(bit)] == 0) said_ &= ~(uint32_t{1} << bit);
  }
}

Outlooks::RuleView Outlooks::view_of_rule(const Standing& standing, size_t first) const {
  const Track& head = tracks_[standing[first].track];
  TrackView patterns{};
  TrackView except{};
  size_t last = first;
  for (; last < standing.size(); ++last) {
    const Track& track = tracks_[standing[last].track];
    if (track.rule != head.rule) break;
    const TrackView& one = standing[last].view;
    TrackView& sum = track.except ? except : patterns;
    sum.accepts |= one.accepts;
    sum.universal |= one.universal;
    sum.pending |= one.pending;
  }
  const bool below = patterns.universal && !except.universal;
  const bool may_gain = patterns.pending && !patterns.universal && !except.universal;
  const bool denies = head.effect == Effect::deny;
  const uint32_t touched = denies                         ? denied_by(head.operation)
                           : head.effect == Effect::allow ? granted_by(head.operation)
                                                          : 0;
  uint32_t says = 0;
  const auto say = [&](bool when, Said what) { says |= when ? touched << what : 0; };
  say(patterns.accepts && !except.accepts, denies ? kDeniedHere : kAllowedHere);
  say(below, denies ? kDeniedBelow : kAllowedBelow);
  say(below && !except.pending, denies ? kDeniedSurely : kAllowedSurely);
  say(!denies && (below || may_gain), kMayBeAllowed);
  return {
      .rule = head.rule,
      .says = says,
      .touches = static_cast<Operations>(touched),
      .denies = denies,
      .may_gain = may_gain,
      .may_lose = except.pending && !except.universal && (patterns.universal || patterns.pending),
      .first = static_cast<uint32_t>(first),
      .last = static_cast<uint32_t>(last)};
}

Outlooks::Outlooks(const std::vector<Track>& tracks, const Standing& standing)
    : tracks_(tracks), standing_(standing) {
  for (size_t at = 0; at < standing.size(); at = views_.back().last) {
    views_.push_back(view_of_rule(standing, at));
    tally_.add(views_.back().says);
  }
}

size_t Outlooks::first_of_rule(const Standing& standing, RuleId rule, size_t from) const {
  const auto at = std::ranges::lower_bound(
      standing.begin() + static_cast<std::ptrdiff_t>(from), standing.end(), rule, {},
      [&](const TrackState& state) { return tracks_[state.track].rule; });
  return static_cast<size_t>(at - standing.begin());
}

void Outlooks::add_pending(const RuleView& view, const Standing& standing, const Answers& answers,
                           std::vector<Pending>& pending) const {
  if (!view.may_gain && !view.may_lose) return;
  const int turned = answers.open & (view.denies ? view.touches : view.touches & ~answers.settled);
  if (turned == 0) return;
  const Pending what{.track = 0,
                     .reads = (turned & kRead) != 0,
                     .writes = (turned & kWrite) != 0,
                     .execs = (turned & kExec) != 0,
                     .sockets = (turned & kSocket) != 0};
  for (size_t at = view.first; at < view.last; ++at) {
    if (!standing[at].view.pending) continue;
    const Track& track = tracks_[standing[at].track];
    if (track.except ? !view.may_lose : !view.may_gain) continue;
    pending.push_back(what);
    pending.back().track = standing[at].track;
  }
}

Outlook Outlooks::of(const Standing& other, std::span<const uint32_t> changed) const {
  Tally tally = tally_;
  std::vector<RuleView> anew;
  for (const uint32_t track : changed) {
    const RuleId rule = tracks_[track].rule;
    if (!anew.empty() && anew.back().rule == rule) continue;
    const auto old = std::ranges::lower_bound(views_, rule, {}, &RuleView::rule);
    if (old != views_.end() && old->rule == rule) tally.remove(old->says);
    const size_t from = anew.empty() ? 0 : anew.back().last;
    anew.push_back(view_of_rule(other, first_of_rule(other, rule, from)));
    tally.add(anew.back().says);
  }
  const Answers answers(tally.said());
  Outlook result{rights_of(answers.self), rights_of(answers.below), {}};
  if (answers.open == 0) return result;
  auto next = anew.begin();
  for (const RuleView& view : views_) {
    for (; next != anew.end() && next->rule < view.rule; ++next) {
      add_pending(*next, other, answers, result.pending);
    }
    if (next == anew.end() || next->rule != view.rule) {
      add_pending(view, standing_, answers, result.pending);
    }
  }
  for (; next != anew.end(); ++next) add_pending(*next, other, answers, result.pending);
  return result;
}

}  // namespace sbxc::bwrap
