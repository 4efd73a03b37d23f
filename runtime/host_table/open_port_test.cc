// Whether a name can be reached at any port, against a look at every port.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "runtime/host_table/sample_table.h"

namespace sbxc::host_table {
namespace {

struct Opened {
  std::vector<uint64_t> words;
  HostTable table;
};

Opened open(SampleTable source) {
  size_t size = 0;
  Opened opened{source.bytes(&size), {}};
  auto result = HostTable::view({reinterpret_cast<const uint8_t*>(opened.words.data()), size});
  EXPECT_EQ(describe(result.error), "no error");
  opened.table = std::move(result.table);
  return opened;
}

SampleTable with_rules(std::initializer_list<uint8_t> verdicts) {
  SampleTable table;
  for (const uint8_t verdict : verdicts) {
    RuleRecord rule{};
    rule.verdict = verdict;
    table.rules.push_back(rule);
  }
  return table;
}

TEST(OpenPort, IsWhatIsLeftByDenials) {
  SampleTable source = with_rules({0, 2, 1});
  source.port_ranges = {{443, 443}, {1, 442}, {444, 65535}, {1, 65535}};
  source.port_sets = {{0, 1}, {1, 2}, {3, 1}};
  source.entries = {{0, 2, kExact},         {1, 1, kExact | kLast},  // all but 443 denied
                    {0, 0, kExact},         {1, 2, kExact | kLast},  // all denied
                    {2, 0, kExact | kLast},                          // asked about
                    {1, 0, kExact | kLast}};
  source.make_buckets(2);
  source.add("one.test", 0);
  source.add("none.test", 2);
  source.add("asked.test", 4);
  source.add("denied.test", 5);
  const Opened opened = open(source);
  EXPECT_TRUE(opened.table.has_open_port("one.test"));
  EXPECT_FALSE(opened.table.has_open_port("none.test"));
  EXPECT_TRUE(opened.table.has_open_port("asked.test"));
  EXPECT_FALSE(opened.table.has_open_port("denied.test"));
  EXPECT_FALSE(opened.table.has_open_port("below.one.test"));
  EXPECT_FALSE(opened.table.has_open_port("elsewhere.test"));
  EXPECT_FALSE(opened.table.has_open_port("One.test"));
  EXPECT_FALSE(HostTable().has_open_port("one.test"));
}

std::vector<PortRangeRef> some_ranges() {
  std::vector<PortRangeRef> ranges;
  uint32_t least = 1;
  const int count = *rc::gen::inRange(1, 4);
  for (int i = 0; i < count; ++i) {
    // Few ports, so that edges meet.
    const bool whole = i == 0 && *rc::gen::inRange(0, 4) == 0;
    const uint32_t low = whole ? 1 : least + static_cast<uint32_t>(*rc::gen::inRange(0, 3));
    const uint32_t high = whole ? 65535 : low + static_cast<uint32_t>(*rc::gen::inRange(0, 4));
    ranges.push_back({static_cast<uint16_t>(low), static_cast<uint16_t>(high)});
    if (whole) break;
    least = high + 2;
  }
  return ranges;
}

RC_GTEST_PROP(OpenPort, AgreesWithEveryPortLookedAt, ()) {
  SampleTable source = with_rules({0, 0, 1, 2, 2});
  const int count = *rc::gen::inRange(1, 6);
  for (int i = 0; i < count; ++i) {
    const auto ranges = some_ranges();
    source.port_sets.push_back(
        {static_cast<uint32_t>(source.port_ranges.size()), static_cast<uint32_t>(ranges.size())});
    source.port_ranges.insert(source.port_ranges.end(), ranges.begin(), ranges.end());
    const auto rule = static_cast<uint32_t>(*rc::gen::inRange(0, 5));
    const bool except = *rc::gen::inRange(0, 3) == 0;
    if (except) source.rules[rule].has_except = 1;
    source.entries.push_back({rule, static_cast<uint32_t>(i), kExact | (except ? kExcept : 0)});
  }
  source.entries.back().flags |= kLast;
  source.make_buckets(1);
  source.add("a.test", 0);
  const Opened opened = open(source);
  bool open_somewhere = false;
  for (uint32_t port = 1; port <= 65535 && !open_somewhere; ++port) {
    open_somewhere =
        opened.table.decide("a.test", static_cast<uint16_t>(port)).verdict != Verdict::deny;
  }
  RC_ASSERT(opened.table.has_open_port("a.test") == open_somewhere);
}

}  // namespace
}  // namespace sbxc::host_table
