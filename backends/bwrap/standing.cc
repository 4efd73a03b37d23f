#include "backends/bwrap/standing.h"

#include <algorithm>

namespace sbxc::bwrap {
namespace {

// One rule: its patterns less its exceptions.
struct RuleView {
  Operation operation{};
  Effect effect{};
  bool self = false;
  bool below = false;     // for names that nothing singles out
  bool sure = false;      // below, and no exception can take anything from it
  bool may_gain = false;  // a pattern of it may match some name below
  bool may_lose = false;  // an exception may
  size_t first = 0;       // its tracks within the standing
  size_t last = 0;
};

RuleView view_of_rule(const std::vector<Track>& tracks, const Standing& standing, size_t first) {
  const Track& head = tracks[standing[first].track];
  RuleView view{.operation = head.operation, .effect = head.effect, .first = first, .last = first};
  TrackView patterns;
  TrackView except;
  for (; view.last < standing.size(); ++view.last) {
    const Track& track = tracks[standing[view.last].track];
    if (track.rule != head.rule) break;
    const TrackView& one = standing[view.last].view;
    TrackView& sum = track.except ? except : patterns;
    sum.accepts |= one.accepts;
    sum.universal |= one.universal;
    sum.pending |= one.pending;
  }
  view.self = patterns.accepts && !except.accepts;
  view.below = patterns.universal && !except.universal;
  view.sure = view.below && !except.pending;
  view.may_gain = patterns.pending && !patterns.universal && !except.universal;
  view.may_lose = except.pending && !except.universal && (patterns.universal || patterns.pending);
  return view;
}

std::vector<RuleView> views_of(const std::vector<Track>& tracks, const Standing& standing) {
  std::vector<RuleView> views;
  views.reserve(standing.size());
  for (size_t at = 0; at < standing.size(); at = views.back().last) {
    views.push_back(view_of_rule(tracks, standing, at));
  }
  return views;
}

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

Operations granted_by(const RuleView& view) {
  if (view.effect != Effect::allow) return 0;
  return view.operation == Operation::write ? kRead | kWrite : bit_of(view.operation);
}

Operations denied_by(const RuleView& view) {
  if (view.effect != Effect::deny) return 0;
  return view.operation == Operation::read ? kRead | kWrite | kExec : bit_of(view.operation);
}

// At one place: which are allowed, and for which more patterns could turn that.
struct Answers {
  Operations self = 0;
  Operations below = 0;
  Operations open = 0;     // something below may be allowed
  Operations settled = 0;  // an allowance holds for all below whatever else allows
};

Answers answers_of(const std::vector<RuleView>& views) {
  Answers answers;
  Operations denied_self = 0;
  Operations denied_below = 0;
  Operations denied_for_sure = 0;
  const auto add = [](Operations& to, bool when, Operations which) {
    to = static_cast<Operations>(to | (when ? which : 0));
  };
  for (const RuleView& view : views) {
    const Operations granted = granted_by(view);
    const Operations denied = denied_by(view);
    add(answers.self, view.self, granted);
    add(answers.below, view.below, granted);
    add(answers.settled, view.sure, granted);
    add(answers.open, view.below || view.may_gain, granted);
    add(denied_self, view.self, denied);
    add(denied_below, view.below, denied);
    add(denied_for_sure, view.sure, denied);
  }
  const auto take = [](Operations& from, Operations which) {
    from = static_cast<Operations>(from & ~which);
  };
  take(answers.self, denied_self);
  take(answers.below, denied_below);
  take(answers.open, denied_for_sure);
  // What cannot be read can be neither written nor executed.
  if ((answers.open & kRead) == 0) take(answers.open, kWrite | kExec);
  return answers;
}

Operations turned_by(const RuleView& view, const Answers& answers) {
  const int turned = answers.open & ((granted_by(view) & ~answers.settled) | denied_by(view));
  return static_cast<Operations>(turned);
}

Rights rights_of(Operations allowed) {
  const bool reads = (allowed & kRead) != 0;
  const Access access = (allowed & kWrite) != 0 ? Access::write
                        : reads                 ? Access::read
                                                : Access::none;
  return {access, reads && (allowed & kExec) != 0, (allowed & kSocket) != 0};
}

}  // namespace

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

std::vector<Track> tracks_of(const Policy& policy) {
  std::vector<Track> tracks;
  for (const Rule& rule : policy.rules) {
    if (!rule.os.linux) continue;
    const auto add = [&](const std::vector<Pattern>& patterns, bool except) {
      for (const Pattern& pattern : patterns) {
        if (const auto* path = std::get_if<PathPattern>(&pattern)) {
          for (const PathGlob& glob : path->globs) {
            tracks.push_back({rule.id, rule.operation, rule.effect, except, glob});
          }
        } else if (const auto* socket = std::get_if<SocketPattern>(&pattern)) {
          for (const auto& test : socket->tests) {
            const auto* glob = std::get_if<PathGlob>(&test);
            if (glob) tracks.push_back({rule.id, rule.operation, rule.effect, except, *glob});
          }
        }
      }
    };
    add(rule.patterns, false);
    add(rule.except, true);
  }
  return tracks;
}

Standing standing_at_root(const std::vector<Track>& tracks) {
  Standing standing;
  standing.reserve(tracks.size());
  for (uint32_t track = 0; track < tracks.size(); ++track) {
    TrackState state{.track = track, .at = {}};
    add_position(tracks[track].glob, 0, state.at);
    settle(tracks[track], state);
    standing.push_back(state);
  }
  return standing;
}

void settle(const Track& track, TrackState& state) {
  const size_t size = track.glob.components.size();
  const bool ends_in_any = size > 0 && is_any(track.glob.components[size - 1]);
  TrackView& view = state.view;
  view.accepts = state.at.test(size);
  view.universal = ends_in_any && state.at.test(size - 1);
  view.pending = !view.universal && next_position(state.at, 0) < size;
}

std::optional<std::string_view> only_name(const NameGlob& glob) {
  if (glob.atoms.empty()) return std::string_view();
  const auto* literal = std::get_if<Literal>(&glob.atoms.front());
  if (literal == nullptr || glob.atoms.size() > 1) return std::nullopt;
  return literal->bytes;
}

const TrackState* find_state(const Standing& standing, uint32_t track) {
  const auto found = std::ranges::lower_bound(standing, track, {}, &TrackState::track);
  return found == standing.end() || found->track != track ? nullptr : &*found;
}

void add_position(const PathGlob& glob, size_t position, Positions& at) {
  at.set(position);
  // No two `**` stand next to each other, so one step closes it.
  if (position < glob.components.size() && is_any(glob.components[position])) at.set(position + 1);
}

Positions named_positions(const Track& track, const TrackState& before, std::string_view name) {
  Positions reached;
  for_each_position(before.at, [&](size_t position) {
    if (position >= track.glob.components.size()) return;
    const auto* glob = std::get_if<NameGlob>(&track.glob.components[position]);
    if (glob != nullptr && glob->matches(name)) add_position(track.glob, position + 1, reached);
  });
  return reached;
}

namespace {

// The `**` that go on past one more name.
Positions lasting_positions(const Track& track, const TrackState& before) {
  Positions lasting;
  for_each_position(before.at, [&](size_t position) {
    const bool within = position < track.glob.components.size();
    if (within && is_any(track.glob.components[position])) {
      add_position(track.glob, position, lasting);
    }
  });
  return lasting;
}

}  // namespace

Standing enter_unnamed(const std::vector<Track>& tracks, const Standing& standing) {
  Standing next;
  next.reserve(standing.size());
  for (const TrackState& state : standing) {
    TrackState lasting{.track = state.track, .at = lasting_positions(tracks[state.track], state)};
    if (lasting.at.none()) continue;
    settle(tracks[state.track], lasting);
    next.push_back(lasting);
  }
  return next;
}

Outlook outlook(const std::vector<Track>& tracks, const Standing& standing) {
  const std::vector<RuleView> views = views_of(tracks, standing);
  const Answers answers = answers_of(views);
  Outlook result{rights_of(answers.self), rights_of(answers.below), {}};
  for (const RuleView& view : views) {
    if (!view.may_gain && !view.may_lose) continue;
    const Operations turned = turned_by(view, answers);
    if (turned == 0) continue;
    const Pending what{.track = 0,
                       .reads = (turned & kRead) != 0,
                       .writes = (turned & kWrite) != 0,
                       .execs = (turned & kExec) != 0,
                       .sockets = (turned & kSocket) != 0};
    for (size_t at = view.first; at < view.last; ++at) {
      const Track& track = tracks[standing[at].track];
      if (track.except ? !view.may_lose : !view.may_gain) continue;
      if (!standing[at].view.pending) continue;
      result.pending.push_back(what);
      result.pending.back().track = standing[at].track;
    }
  }
  return result;
}

std::vector<RuleId> rules_holding(const std::vector<Track>& tracks, const Standing& standing,
                                  bool restricting) {
  std::vector<RuleId> rules;
  for (const TrackState& state : standing) {
    const Track& track = tracks[state.track];
    if (track.restricts() != restricting || !holds_here(state)) continue;
    if (rules.empty() || rules.back() != track.rule) rules.push_back(track.rule);
  }
  return rules;
}

}  // namespace sbxc::bwrap
