#include "backends/bwrap/standing.h"

#include <algorithm>

namespace sbxc::bwrap {
namespace {

// How a track stands: does it match here, does it match everything below, may it match something.
struct TrackView {
  bool accepts = false;
  bool universal = false;
  bool pending = false;
};

TrackView view_of(const Track& track, const TrackState& state) {
  const size_t size = track.glob.components.size();
  TrackView view;
  for_each_position(state.at, [&](size_t position) {
    if (position == size) {
      view.accepts = true;
    } else if (position + 1U == size && is_any(track.glob.components[position])) {
      view.universal = true;
    } else {
      view.pending = true;
    }
  });
  if (view.universal) view.pending = false;
  return view;
}

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
    const TrackView one = view_of(track, standing[view.last]);
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
  for (size_t at = 0; at < standing.size(); at = views.back().last) {
    views.push_back(view_of_rule(tracks, standing, at));
  }
  return views;
}

bool grants(const RuleView& view, Operation wanted) {
  if (view.effect != Effect::allow) return false;
  return view.operation == wanted ||
         (wanted == Operation::read && view.operation == Operation::write);
}

bool denies(const RuleView& view, Operation wanted) {
  if (view.effect != Effect::deny) return false;
  if (view.operation == wanted) return true;
  return view.operation == Operation::read && wanted != Operation::socket;  // law 4
}

// One operation at one place: what is decided and whether more patterns could turn it.
struct Question {
  bool self = false;
  bool below = false;
  bool open = false;     // something below may be allowed
  bool settled = false;  // an allowance holds for all below whatever else allows
};

Question ask(const std::vector<RuleView>& views, Operation wanted) {
  Question answer;
  bool may_allow = false;
  bool denied_self = false;
  bool denied_below = false;
  bool denied_for_sure = false;
  for (const RuleView& view : views) {
    if (grants(view, wanted)) {
      answer.self |= view.self;
      answer.below |= view.below;
      answer.settled |= view.sure;
      may_allow |= view.below || view.may_gain;
    } else if (denies(view, wanted)) {
      denied_self |= view.self;
      denied_below |= view.below;
      denied_for_sure |= view.sure;
    }
  }
  answer.self = answer.self && !denied_self;
  answer.below = answer.below && !denied_below;
  answer.open = may_allow && !denied_for_sure;
  return answer;
}

bool matters(const RuleView& view, Operation wanted, const Question& question) {
  if (!question.open) return false;
  if (grants(view, wanted)) return !question.settled;
  return denies(view, wanted);
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
    TrackState state{track, {}};
    add_position(tracks[track].glob, 0, state.at);
    standing.push_back(state);
  }
  return standing;
}

bool is_any(const Component& component) { return std::holds_alternative<AnyComponents>(component); }

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
    const Positions at = lasting_positions(tracks[state.track], state);
    if (at.any()) next.push_back({state.track, at});
  }
  return next;
}

Outlook outlook(const std::vector<Track>& tracks, const Standing& standing) {
  const std::vector<RuleView> views = views_of(tracks, standing);
  const Question read = ask(views, Operation::read);
  Question write = ask(views, Operation::write);
  Question exec = ask(views, Operation::exec);
  const Question socket = ask(views, Operation::socket);
  write.open = write.open && read.open;
  exec.open = exec.open && read.open;

  Outlook result;
  const auto rights = [&](bool Question::*place) {
    const Access access = write.*place ? Access::write : read.*place ? Access::read : Access::none;
    return Rights{access, exec.*place && read.*place, socket.*place};
  };
  result.self = rights(&Question::self);
  result.below = rights(&Question::below);

  for (const RuleView& view : views) {
    const Pending what{.track = 0,
                       .reads = matters(view, Operation::read, read),
                       .writes = matters(view, Operation::write, write),
                       .execs = matters(view, Operation::exec, exec),
                       .sockets = matters(view, Operation::socket, socket)};
    if (!what.reads && !what.writes && !what.execs && !what.sockets) continue;
    for (size_t at = view.first; at < view.last; ++at) {
      const Track& track = tracks[standing[at].track];
      if (track.except ? !view.may_lose : !view.may_gain) continue;
      if (!view_of(track, standing[at]).pending) continue;
      result.pending.push_back(what);
      result.pending.back().track = standing[at].track;
    }
  }
  return result;
}

bool holds_here(const Track& track, const TrackState& state) {
  const TrackView view = view_of(track, state);
  return view.accepts || view.universal;
}

bool holds_all_below(const Track& track, const TrackState& state) {
  return view_of(track, state).universal;
}

bool still_open(const Track& track, const TrackState& state) {
  return view_of(track, state).pending;
}

std::vector<RuleId> rules_holding(const std::vector<Track>& tracks, const Standing& standing,
                                  bool restricting) {
  std::vector<RuleId> rules;
  for (const TrackState& state : standing) {
    const Track& track = tracks[state.track];
    if (track.restricts() != restricting || !holds_here(track, state)) continue;
    if (rules.empty() || rules.back() != track.rule) rules.push_back(track.rule);
  }
  return rules;
}

}  // namespace sbxc::bwrap
