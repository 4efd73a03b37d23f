#include "backends/bwrap/track.h"

#include <algorithm>
#include <iterator>

namespace sbxc::bwrap {

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

void add_tracks(std::vector<Track>& tracks, std::vector<Track> more) {
  std::ranges::stable_sort(more, {}, &Track::rule);
  const auto before = static_cast<std::ptrdiff_t>(tracks.size());
  tracks.insert(tracks.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
  std::ranges::inplace_merge(tracks, tracks.begin() + before, {}, &Track::rule);
}

std::optional<std::string_view> only_name(const NameGlob& glob) {
  if (glob.atoms.empty()) return std::string_view();
  const auto* literal = std::get_if<Literal>(&glob.atoms.front());
  if (literal == nullptr || glob.atoms.size() > 1) return std::nullopt;
  return literal->bytes;
}

}  // namespace sbxc::bwrap
