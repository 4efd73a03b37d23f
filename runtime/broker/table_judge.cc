// A pair of states that was seen leads nowhere new, so the walk ends; it is cut off, with a no,
// where it gets too long. From behind a slash only names follow: no other path is compared. Words
// that are no canonical path have no rights, so they neither gain nor protect.
#include "runtime/broker/table_judge.h"

#include <unordered_set>
#include <utility>
#include <vector>

namespace sbxc::broker {

namespace {

constexpr size_t kMostPairs = 100'000;
constexpr size_t kMostKept = 100'000;

Rights rights(const path_table::Access& access) { return {access.read, access.write, access.exec}; }

uint64_t bits(const Rights& mask) {
  return (mask.read ? 1U : 0U) | (mask.write ? 2U : 0U) | (mask.exec ? 4U : 0U);
}

}  // namespace

TableJudge::TableJudge(const path_table::PathTable& table, Sockets sockets)
    : table_(table), sockets_(std::move(sockets)) {}

Rights TableJudge::at(std::string_view path) { return rights(table_.decide(path)); }

bool TableJudge::socket(std::string_view name) { return sockets_ && sockets_(name); }

TableJudge::State TableJudge::names_below(std::string_view path) const {
  const State at = table_.after(table_.start(), path);
  return path.ends_with('/') ? at : table_.after(at, "/");
}

bool TableJudge::no_gain_below(std::string_view from, std::string_view to, Rights mask) {
  if (!table_.is_open()) return true;
  if (!at(from).holds(at(to).only(mask))) return false;
  return no_gain(names_below(from), names_below(to), mask);
}

bool TableJudge::no_gain(State from, State to, Rights mask) {
  if (from == to) return true;
  // States fit: a table of 2^30 of them would not fit into memory.
  const uint64_t key =
      (static_cast<uint64_t>(from) << 33U) | (static_cast<uint64_t>(to) << 3U) | bits(mask);
  if (const auto known = gains_.find(key); known != gains_.end()) return !known->second;
  const bool gain = search_gain(from, to, mask);
  if (gains_.size() >= kMostKept) gains_.clear();
  gains_.emplace(key, gain);
  return !gain;
}

bool TableJudge::search_gain(State from, State to, Rights mask) const {
  std::unordered_set<uint64_t> seen;
  std::vector<std::pair<State, State>> open;
  const auto visit = [&](State a, State b) {
    if (a == b) return;  // alike from here on
    if (seen.insert((static_cast<uint64_t>(a) << 32U) | static_cast<uint32_t>(b)).second) {
      open.emplace_back(a, b);
    }
  };
  visit(from, to);
  while (!open.empty()) {
    const auto [a, b] = open.back();
    open.pop_back();
    for (uint32_t byte_class = 0; byte_class < table_.classes(); ++byte_class) {
      const State next_a = table_.next(a, byte_class);
      const State next_b = table_.next(b, byte_class);
      if (!rights(table_.access(next_a)).holds(rights(table_.access(next_b)).only(mask))) {
        return true;
      }
      visit(next_a, next_b);
    }
    if (seen.size() > kMostPairs) return true;
  }
  return false;
}

bool TableJudge::writable_below(std::string_view path) {
  if (!table_.is_open()) return false;
  const State from = names_below(path);
  const auto key = static_cast<uint32_t>(from);
  if (const auto known = writable_.find(key); known != writable_.end()) return known->second;
  const bool writable = !search_protected(from);
  if (writable_.size() >= kMostKept) writable_.clear();
  writable_.emplace(key, writable);
  return writable;
}

bool TableJudge::search_protected(State from) const {
  std::unordered_set<uint32_t> seen;
  std::vector<State> open = {from};
  seen.insert(static_cast<uint32_t>(from));
  while (!open.empty()) {
    const State state = open.back();
    open.pop_back();
    for (uint32_t byte_class = 0; byte_class < table_.classes(); ++byte_class) {
      const State next = table_.next(state, byte_class);
      const path_table::Access access = table_.access(next);
      if (access.canonical && !access.write) return true;
      if (seen.insert(static_cast<uint32_t>(next)).second) open.push_back(next);
    }
    if (seen.size() > kMostPairs) return true;
  }
  return false;
}

}  // namespace sbxc::broker
