// K ranges need K - 1 comparisons of the form "at or above?", unless a lone number sits inside a
// range: `A x A` takes one test for equality instead of two for order. So the ranges are first cut
// into segments, each a range with at most one lone exception (with more, walking them one by one
// costs more than the tree saves), choosing the cut with the fewest instructions. Then the segments
// become the leaves of the tree that is best on average: dynamic programming over intervals with
// Knuth's bound on the root, quadratic in the number of segments.
//
// Since Linux 5.11 the kernel answers unconditionally allowed calls from a bitmap, so the tree is
// walked only for calls with tests and for refused ones, and when the bitmap is filled, once for
// each number. Hence the weights: each number the same, and a little more for the calls that
// programs make all the time, for older kernels.
//
// Reference: D. E. Knuth, "Optimum binary search trees", Acta Informatica 1 (1971).
#include "backends/seccomp/number_search.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace sbxc::seccomp {

namespace {

constexpr size_t kMostExceptions = 1;
constexpr double kUsualWeight = 1;
constexpr double kHotWeight = 8;
constexpr double kNoSuchCallWeight = 0.125;

constexpr std::array<std::string_view, 16> kHotCalls = {
    "read",       "write", "close",       "mmap",    "munmap", "futex",    "openat",        "fstat",
    "newfstatat", "statx", "epoll_pwait", "recvmsg", "fcntl",  "mprotect", "clock_gettime", "brk"};

double weight_of(Arch arch, uint32_t number) {
  const auto call = syscall_numbered(arch, number);
  if (!call) return kNoSuchCallWeight;
  const auto* hot = std::find(kHotCalls.begin(), kHotCalls.end(), syscall(*call).name);
  return hot == kHotCalls.end() ? kUsualWeight : kHotWeight;
}

// ranges[first] to ranges[last], every other one a lone number; the rest share one node.
struct Segment {
  size_t first;
  size_t last;
};

std::vector<Segment> cut(const std::vector<CallRange>& ranges) {
  const size_t count = ranges.size();
  // INVARIANT: cost[i] is the fewest comparisons for ranges i and up.
  std::vector<size_t> cost(count + 1, std::numeric_limits<size_t>::max());
  std::vector<size_t> exceptions(count);
  cost[count] = 0;
  for (size_t i = count; i-- > 0;) {
    for (size_t n = 0; n <= kMostExceptions && i + 2 * n < count; ++n) {
      const size_t last = i + 2 * n;
      if (n > 0) {
        const CallRange& exception = ranges[last - 1];
        if (ranges[last].node != ranges[i].node || exception.first != exception.last) break;
      }
      const size_t total = n + (last + 1 < count ? 1 : 0) + cost[last + 1];
      if (total < cost[i]) {
        cost[i] = total;
        exceptions[i] = n;
      }
    }
  }
  std::vector<Segment> segments;
  for (size_t i = 0; i < count; i = segments.back().last + 1) {
    segments.push_back({i, i + 2 * exceptions[i]});
  }
  return segments;
}

class Tree {
 public:
  Tree(const std::vector<CallRange>& ranges, Arch arch, NodePool& pool)
      : ranges_(ranges), pool_(pool), segments_(cut(ranges)) {
    sums_.push_back(0);
    for (const Segment& segment : segments_) {
      double weight = 0;
      for (uint32_t nr = first_number(segment); nr <= ranges_[segment.last].last; ++nr) {
        weight += weight_of(arch, nr);
      }
      sums_.push_back(sums_.back() + weight);
    }
    find_roots();
  }

  Search build() {
    search_.start = build(0, segments_.size() - 1);
    return std::move(search_);
  }

 private:
  uint32_t first_number(const Segment& segment) const { return ranges_[segment.first].first; }

  size_t& root(size_t first, size_t last) { return roots_[first * segments_.size() + last]; }

  // root(i, j) is the first segment of the upper half of segments i to j.
  void find_roots() {
    const size_t count = segments_.size();
    roots_.assign(count * count, 0);
    std::vector<double> costs(count * count, 0);
    const auto cost = [&](size_t i, size_t j) -> double& { return costs[i * count + j]; };
    for (size_t i = 0; i < count; ++i) root(i, i) = i;
    for (size_t length = 2; length <= count; ++length) {
      for (size_t i = 0; i + length <= count; ++i) {
        const size_t j = i + length - 1;
        double best = std::numeric_limits<double>::infinity();
        const size_t from = std::max(i + 1, root(i, j - 1));
        const size_t to = std::max(from, root(i + 1, j));
        for (size_t k = from; k <= to && k <= j; ++k) {
          const double here = cost(i, k - 1) + cost(k, j);
          if (here < best) {
            best = here;
            root(i, j) = k;
          }
        }
        cost(i, j) = best + sums_[j + 1] - sums_[i];
      }
    }
  }

  NodeId build(size_t first, size_t last) {
    if (first == last) return build(segments_[first]);
    const size_t upper = root(first, last);
    const uint32_t at = first_number(segments_[upper]);
    const NodeId node =
        pool_.jump(op::kJumpNotLess, at, build(upper, last), build(first, upper - 1));
    note_exit(node, true, upper, last);
    note_exit(node, false, first, upper - 1);
    return node;
  }

  // The base of the segment is what is left when no exception applied.
  NodeId build(const Segment& segment) {
    NodeId node = ranges_[segment.last].node;
    for (size_t i = segment.last; i > segment.first; i -= 2) {
      const CallRange& exception = ranges_[i - 1];
      const bool innermost = i == segment.last;
      node = pool_.jump(op::kJumpEqual, exception.first, exception.node, node);
      search_.exits[{node, true}].push_back({exception.first, exception.last});
      if (!innermost) continue;
      for (size_t base = segment.first; base <= segment.last; base += 2) {
        search_.exits[{node, false}].push_back({ranges_[base].first, ranges_[base].last});
      }
    }
    return node;
  }

  // A branch that leads to a segment without exceptions leaves the search.
  void note_exit(NodeId node, bool branch, size_t first, size_t last) {
    const Segment& segment = segments_[first];
    if (first != last || segment.first != segment.last) return;
    const CallRange& range = ranges_[segment.first];
    search_.exits[{node, branch}].push_back({range.first, range.last});
  }

  const std::vector<CallRange>& ranges_;
  NodePool& pool_;
  std::vector<Segment> segments_;
  std::vector<double> sums_;  // of weights, before each segment
  std::vector<size_t> roots_;
  Search search_{};
};

}  // namespace

std::vector<CallRange> call_ranges(const std::map<uint32_t, NodeId>& behaviours, NodeId missing,
                                   const NodePool& pool) {
  std::vector<CallRange> ranges;
  const auto extend = [&](uint32_t first, uint32_t last, NodeId node) {
    if (!ranges.empty() && ranges.back().node == node) {
      ranges.back().last = last;
    } else {
      ranges.push_back({first, last, node});
    }
  };
  uint32_t next = 0;
  for (const auto& [number, node] : behaviours) {
    if (number > next) {
      const bool below = !ranges.empty() && pool.refuses(ranges.back().node);
      const NodeId above = pool.refuses(node) ? node : missing;
      extend(next, number - 1, below ? ranges.back().node : above);
    }
    extend(number, number, node);
    next = number + 1;
  }
  if (ranges.empty()) ranges.push_back({0, 0, missing});
  return ranges;
}

Search build_search(const std::vector<CallRange>& ranges, Arch arch, NodePool& pool) {
  return Tree(ranges, arch, pool).build();
}

}  // namespace sbxc::seccomp
