// A state is the marks of a path and the set of places behind its last name. Places that reach no
// mark of the part are left out, and names that lead to the same arrivals from every place of the
// part share a column.
//
// Sets of marks are sets of bits here; `Folding` is asked once for each set.
#include "backends/seatbelt/verify/decide_paths.h"

#include <algorithm>
#include <map>

namespace sbxc::paths {
namespace {

using automata::Mark;
using automata::Origin;
using automata::Overflow;
using MarkBits = uint64_t;
using PlaceSet = std::vector<uint32_t>;  // sorted

struct LocalArrival {
  MarkBits marks = 0;
  PlaceSet places;
  auto operator<=>(const LocalArrival&) const = default;
};
using LocalMove = std::pair<uint32_t, uint32_t>;  // from a place to an arrival

// The part of a space that a Part speaks of.
class LocalSpace {
 public:
  LocalSpace(const PathSpace& space, const Part& part) : cut_(space.cut()), part_(part) {
    find_reach();
    number_places();
    translate(space);
  }

  size_t places() const { return always_.size(); }
  const std::vector<std::vector<LocalMove>>& columns() const { return columns_; }
  const std::vector<uint32_t>& column_of() const { return column_of_; }
  const LocalArrival& arrival(uint32_t id) const { return arrivals_[id]; }
  const std::vector<uint32_t>& always(uint32_t place) const { return always_[place]; }
  MarkBits reach(uint32_t place) const { return reach_[place]; }
  MarkBits universal(uint32_t place) const { return universal_[place]; }
  Origin origin(uint32_t place) const { return origin_[place]; }
  const LocalArrival& root() const { return root_; }
  std::vector<Mark> marks_of(MarkBits bits) const {
    std::vector<Mark> out;
    for (size_t i = 0; i < marks_.size(); ++i) {
      if ((bits >> i & 1) != 0) out.push_back(marks_[i]);
    }
    std::sort(out.begin(), out.end());
    return out;
  }
  size_t marks() const { return marks_.size(); }
  Mark mark(size_t bit) const { return marks_[bit]; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  MarkBits bits_of(const std::vector<Mark>& marks) {
    MarkBits bits = 0;
    for (const Mark mark : marks) {
      const auto [known, fresh] = known_bits_.try_emplace(mark, MarkBits{0});
      if (fresh) {
        if (const auto as = part_.as(mark)) {
          const auto at = std::find(marks_.begin(), marks_.end(), *as);
          known->second = MarkBits{1} << (at - marks_.begin());
          if (at == marks_.end()) marks_.push_back(*as);
        }
      }
      bits |= known->second;
    }
    return bits;
  }

  // Which marks of the part can still come behind each place, those of the root included.
  void find_reach() {
    const size_t count = cut_.places.size();
    arrival_marks_.resize(cut_.arrivals.size());
    for (size_t i = 0; i < cut_.arrivals.size(); ++i) {
      arrival_marks_[i] = bits_of(cut_.arrivals[i].marks);
    }
    std::vector<std::vector<uint32_t>> before(count);
    reach_all_.assign(count, 0);
    std::vector<uint32_t> pending;
    const auto add = [&](size_t from, Arrival to) {
      const size_t arrived = static_cast<size_t>(to);
      reach_all_[from] |= arrival_marks_[arrived];
      for (const Place place : cut_.arrivals[arrived].places) {
        before[static_cast<size_t>(place)].push_back(static_cast<uint32_t>(from));
      }
    };
    for (size_t i = 0; i < count; ++i) {
      reach_all_[i] |= bits_of(cut_.places[i].marks);
      for (const Arrival to : cut_.places[i].always) add(i, to);
    }
    for (const Move& move : cut_.moves) add(static_cast<size_t>(move.from), move.to);
    for (size_t i = 0; i < count; ++i) {
      if (reach_all_[i] != 0) pending.push_back(static_cast<uint32_t>(i));
    }
    while (!pending.empty()) {
      const uint32_t at = pending.back();
      pending.pop_back();
      for (const uint32_t from : before[at]) {
        if ((reach_all_[from] | reach_all_[at]) == reach_all_[from]) continue;
        reach_all_[from] |= reach_all_[at];
        pending.push_back(from);
      }
    }
  }

  // Places that the part's start leads to and that lead to a mark of it. Places that say the same
  // of everything below share a number.
  void number_places() {
    local_.assign(cut_.places.size(), kNone);
    std::vector<std::vector<Place>> behind(cut_.places.size());
    for (const Move& move : cut_.moves) {
      const auto& to = cut_.arrivals[static_cast<size_t>(move.to)].places;
      auto& places = behind[static_cast<size_t>(move.from)];
      places.insert(places.end(), to.begin(), to.end());
    }
    std::vector<Place> pending = roots();
    while (!pending.empty()) {
      const auto at = static_cast<size_t>(pending.back());
      pending.pop_back();
      if (local_[at] != kNone || reach_all_[at] == 0) continue;
      number(at);
      pending.insert(pending.end(), behind[at].begin(), behind[at].end());
      for (const Arrival arrival : cut_.places[at].always) {
        const auto& to = cut_.arrivals[static_cast<size_t>(arrival)].places;
        pending.insert(pending.end(), to.begin(), to.end());
      }
    }
  }
  std::vector<Place> roots() const {
    std::vector<Place> out;
    for (const automata::NfaState start : part_.starts) {
      const auto found = cut_.roots.find(static_cast<uint32_t>(start));
      if (found != cut_.roots.end())
        out.insert(out.end(), found->second.begin(), found->second.end());
    }
    return out;
  }
  void number(size_t place) {
    const PlaceFacts& facts = cut_.places[place];
    const MarkBits universal = facts.universal ? bits_of(facts.marks) : 0;
    const auto next = static_cast<uint32_t>(reach_.size());
    if (facts.universal) {
      const auto [known, fresh] = by_universal_.try_emplace(universal, next);
      local_[place] = known->second;
      if (!fresh) return;
    }
    local_[place] = next;
    reach_.push_back(reach_all_[place]);
    universal_.push_back(universal);
    origin_.push_back(facts.origin);
  }

  PlaceSet local(const std::vector<Place>& places) const {
    PlaceSet out;
    for (const Place place : places) {
      const uint32_t at = local_[static_cast<size_t>(place)];
      if (at != kNone) out.push_back(at);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }
  uint32_t arrived(Arrival arrival) {
    uint32_t& known = local_arrival_[static_cast<size_t>(arrival)];
    if (known != kNone) return known;
    LocalArrival made{arrival_marks_[static_cast<size_t>(arrival)],
                      local(cut_.arrivals[static_cast<size_t>(arrival)].places)};
    const auto [at, fresh] = by_content_.try_emplace(made, static_cast<uint32_t>(arrivals_.size()));
    if (fresh) arrivals_.push_back(std::move(made));
    return known = at->second;
  }
  bool is_empty(uint32_t arrival) const {
    return arrivals_[arrival].marks == 0 && arrivals_[arrival].places.empty();
  }

  void translate(const PathSpace& space) {
    local_arrival_.assign(cut_.arrivals.size(), kNone);
    always_.resize(reach_.size());
    for (size_t place = 0; place < local_.size(); ++place) {
      if (local_[place] == kNone || !always_[local_[place]].empty()) continue;
      for (const Arrival arrival : cut_.places[place].always) {
        const uint32_t to = arrived(arrival);
        if (!is_empty(to)) always_[local_[place]].push_back(to);
      }
    }
    std::map<std::vector<LocalMove>, uint32_t> known;
    for (const std::vector<Move>& moves : space.moves()) {
      std::vector<LocalMove> here;
      for (const Move& move : moves) {
        const uint32_t from = local_[static_cast<size_t>(move.from)];
        if (from == kNone) continue;
        const uint32_t to = arrived(move.to);
        if (!is_empty(to)) here.emplace_back(from, to);
      }
      std::sort(here.begin(), here.end());
      here.erase(std::unique(here.begin(), here.end()), here.end());
      const auto [at, fresh] = known.try_emplace(here, static_cast<uint32_t>(columns_.size()));
      if (fresh) columns_.push_back(std::move(here));
      column_of_.push_back(at->second);
    }
    const std::vector<Place> first = roots();
    root_.places = local(first);
    for (const Place place : first)
      root_.marks |= bits_of(cut_.places[static_cast<size_t>(place)].marks);
  }

  const SlashCut& cut_;
  const Part& part_;
  std::map<Mark, MarkBits> known_bits_;
  std::vector<Mark> marks_;  // by bit
  std::vector<MarkBits> arrival_marks_;
  std::vector<MarkBits> reach_all_;
  std::vector<uint32_t> local_;  // by place
  std::map<MarkBits, uint32_t> by_universal_;
  std::vector<MarkBits> reach_;  // by local place, as the next ones
  std::vector<MarkBits> universal_;
  std::vector<Origin> origin_;
  std::vector<std::vector<uint32_t>> always_;
  std::vector<uint32_t> local_arrival_;
  std::vector<LocalArrival> arrivals_;
  std::map<LocalArrival, uint32_t> by_content_;
  std::vector<std::vector<LocalMove>> columns_;
  std::vector<uint32_t> column_of_;
  LocalArrival root_;
};

class Construction {
 public:
  Construction(const PathSpace& space, const Part& part, const automata::Budget& budget)
      : local_(space, part),
        folding_(part.folding),
        budget_(budget),
        member_(local_.places(), 0),
        gathered_(local_.places(), 0) {}

  automata::Bounded<PathDfa> run() {
    intern(local_.root());
    std::vector<uint32_t> next;
    for (uint32_t at = 0; at < sets_.size(); ++at) {
      step_all(at, next);
      if (sets_.size() > budget_.states || members_ > budget_.members ||
          next.size() > budget_.members) {
        return tl::unexpected(blame());
      }
    }
    std::vector<Label> labels;
    for (const LocalArrival* set : sets_) labels.push_back(fold(set->marks));
    return PathDfa(local_.column_of(), static_cast<uint32_t>(local_.columns().size()),
                   std::move(next), std::move(labels));
  }

 private:
  void step_all(uint32_t at, std::vector<uint32_t>& next) {
    const PlaceSet places = sets_[at]->places;
    ++now_;
    for (const uint32_t place : places) member_[place] = now_;
    std::vector<uint32_t> usual;
    for (const uint32_t place : places) {
      const auto& always = local_.always(place);
      usual.insert(usual.end(), always.begin(), always.end());
    }
    std::optional<uint32_t> to_usual;
    std::map<std::vector<uint32_t>, uint32_t> known;
    std::vector<uint32_t> arrivals;
    for (const std::vector<LocalMove>& column : local_.columns()) {
      arrivals.clear();
      for (const auto& [from, to] : column) {
        if (member_[from] == now_) arrivals.push_back(to);
      }
      if (arrivals.empty()) {
        if (!to_usual) to_usual = intern(joined(usual, {}));
        next.push_back(*to_usual);
        continue;
      }
      std::sort(arrivals.begin(), arrivals.end());
      const auto [seen, fresh] = known.try_emplace(arrivals, 0);
      if (fresh) seen->second = intern(joined(usual, arrivals));
      next.push_back(seen->second);
    }
  }

  LocalArrival joined(const std::vector<uint32_t>& some, const std::vector<uint32_t>& others) {
    LocalArrival out;
    ++gathering_;
    for (const std::vector<uint32_t>* arrivals : {&some, &others}) {
      for (const uint32_t id : *arrivals) {
        const LocalArrival& arrival = local_.arrival(id);
        out.marks |= arrival.marks;
        for (const uint32_t place : arrival.places) {
          if (gathered_[place] == gathering_) continue;
          gathered_[place] = gathering_;
          out.places.push_back(place);
        }
      }
    }
    std::sort(out.places.begin(), out.places.end());
    return out;
  }

  bool irrelevant(MarkBits have, size_t bit) {
    if ((have >> bit & 1) != 0) return true;
    if (have == 0 || !folding_.irrelevant) return false;
    const auto [known, fresh] = irrelevant_.try_emplace({have, bit}, false);
    if (fresh) known->second = folding_.irrelevant(local_.marks_of(have), local_.mark(bit));
    return known->second;
  }
  // Marks that every path below has, without those that the others make irrelevant.
  MarkBits certain_marks(const PlaceSet& places) {
    MarkBits have = 0;
    for (const uint32_t place : places) have |= local_.universal(place);
    for (size_t bit = 0; bit < local_.marks(); ++bit) {
      if ((have >> bit & 1) == 0) continue;
      const MarkBits others = have & ~(MarkBits{1} << bit);
      if (irrelevant(others, bit)) have = others;
    }
    return have;
  }
  void absorb(PlaceSet& places) {
    const MarkBits have = certain_marks(places);
    if (have == 0) return;
    MarkBits dropped = 0;  // marks that change nothing any more
    for (size_t bit = 0; bit < local_.marks(); ++bit) {
      if (irrelevant(have, bit)) dropped |= MarkBits{1} << bit;
    }
    MarkBits kept = 0;
    std::erase_if(places, [&](uint32_t place) {
      const MarkBits adds = local_.universal(place) & have & ~kept;
      kept |= adds;
      return adds == 0 && (local_.reach(place) & ~dropped) == 0;
    });
  }

  uint32_t intern(LocalArrival set) {
    absorb(set.places);
    const auto [known, fresh] =
        known_.try_emplace(std::move(set), static_cast<uint32_t>(sets_.size()));
    if (fresh) {
      sets_.push_back(&known->first);
      members_ += known->first.places.size();
    }
    return known->second;
  }

  Label fold(MarkBits bits) {
    const auto [known, fresh] = folded_.try_emplace(bits);
    if (fresh) known->second = folding_.label(local_.marks_of(bits));
    return known->second;
  }

  // The origins whose own places take the most different forms.
  Overflow blame() const {
    std::map<Origin, std::map<size_t, bool>> forms;
    for (const LocalArrival* set : sets_) {
      std::map<Origin, size_t> own;
      for (const uint32_t place : set->places) {
        size_t& hash = own[local_.origin(place)];
        hash = (hash ^ place ^ 0x5bd1e995U) * 0x100000001B3ULL;
      }
      for (const auto& [origin, hash] : own) forms[origin][hash] = true;
    }
    std::vector<std::pair<size_t, Origin>> ranked;
    ranked.reserve(forms.size());
    for (const auto& [origin, seen] : forms) ranked.emplace_back(seen.size(), origin);
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    Overflow overflow{.states = sets_.size()};
    if (!ranked.empty()) overflow.first = overflow.second = ranked[0].second;
    if (ranked.size() > 1) overflow.second = ranked[1].second;
    return overflow;
  }

  LocalSpace local_;
  const automata::Folding& folding_;
  const automata::Budget& budget_;
  std::vector<uint32_t> member_;
  std::vector<uint32_t> gathered_;
  uint32_t now_ = 0;
  uint32_t gathering_ = 0;
  size_t members_ = 0;
  std::map<LocalArrival, uint32_t> known_;
  std::vector<const LocalArrival*> sets_;  // keys of known_
  std::map<std::pair<MarkBits, size_t>, bool> irrelevant_;
  std::map<MarkBits, Label> folded_;
};

}  // namespace

automata::Bounded<PathDfa> decide_paths(const PathSpace& space, const Part& part,
                                        const automata::Budget& budget) {
  return Construction(space, part, budget).run();
}

}  // namespace sbxc::paths
