// The table against the laws: what it says of a path is what `decide` says.
#include "backends/path_table/path_table_builder.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>

#include "compiler/policy/random_policy.h"
#include "runtime/path_table/path_table.h"
#include "runtime/path_table/path_table_format.h"

namespace sbxc {
namespace {

namespace format = path_table;
using path_table::Access;
using path_table::Error;
using path_table::PathTable;

// Bytes at an address that a table may lie at.
class Placed {
 public:
  explicit Placed(const std::string& bytes) : words_(bytes.size() / 8 + 1), size_(bytes.size()) {
    std::memcpy(words_.data(), bytes.data(), bytes.size());
  }
  std::span<const uint8_t> bytes() const {
    return {reinterpret_cast<const uint8_t*>(words_.data()), size_};
  }

 private:
  std::vector<uint64_t> words_;
  size_t size_;
};

std::string table_of(const Policy& policy, Os os) {
  auto table = build_path_table(policy, os);
  if (!table) throw std::runtime_error("over budget");
  return std::move(*table);
}

bool allowed(const Policy& policy, Os os, Operation operation, const std::string& path) {
  return decide(policy, os, {operation, path}).verdict == Effect::allow;
}

RC_GTEST_PROP(PathTable, SaysOfEveryPathWhatDecideSays, ()) {
  const Policy policy = (*testing::random_policy()).policy();
  for (const Os os : {Os::linux, Os::macos}) {
    const Placed placed(table_of(policy, os));
    PathTable table;
    RC_ASSERT(PathTable::view(placed.bytes(), table) == Error::none);
    for (const Request& request : testing::all_requests()) {
      if (request.operation != Operation::read) continue;
      const auto& path = std::get<std::string>(request.target);
      const Access expected{true, allowed(policy, os, Operation::read, path),
                            allowed(policy, os, Operation::write, path),
                            allowed(policy, os, Operation::exec, path)};
      RC_ASSERT(table.decide(path) == expected);
    }
  }
}

TEST(PathTable, NothingIsAllowedOfAPathThatIsNotCanonical) {
  const Placed placed(table_of(terse_policy({"allow write /**", "allow exec /**"}), Os::linux));
  PathTable table;
  ASSERT_EQ(PathTable::view(placed.bytes(), table), Error::none);
  EXPECT_EQ(table.decide("/a/b"), (Access{true, true, true, true}));
  for (const char* path : {"", "a", "/a/", "/a/../b", "/a//b", "/."}) {
    EXPECT_EQ(table.decide(path), Access{}) << path;
  }
}

TEST(PathTable, WithoutATableNothingIsAllowed) { EXPECT_EQ(PathTable().decide("/"), Access{}); }

TEST(PathTable, RefusesEveryDamagedByteAndEveryShorterFile) {
  const std::string good =
      table_of(terse_policy({"allow read /a/**", "deny read /a/*/b"}), Os::linux);
  PathTable table;
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    EXPECT_NE(PathTable::view(Placed(bad).bytes(), table), Error::none) << i;
    EXPECT_NE(PathTable::view(Placed(good.substr(0, i)).bytes(), table), Error::none) << i;
  }
  EXPECT_EQ(PathTable::view(Placed(good + '\0').bytes(), table), Error::too_long);
}

// With a checksum that fits, contents that contradict themselves are refused all the same.
TEST(PathTable, RefusesContentsThatLeadOutOfTheTable) {
  const std::string good = table_of(terse_policy({"allow read /a/**"}), Os::linux);
  PathTable table;
  const auto error_of = [&](const std::string& bad) {
    return PathTable::view(Placed(bad).bytes(), table);
  };
  const auto changed = [&](auto change) {
    std::string bad = good;
    format::Header header;
    std::memcpy(&header, bad.data(), sizeof header);
    change(header, bad);
    std::memcpy(bad.data(), &header, sizeof header);
    header.checksum =
        XXH3_64bits(bad.data() + format::kChecksumFrom, bad.size() - format::kChecksumFrom);
    std::memcpy(bad.data(), &header, sizeof header);
    return error_of(bad);
  };
  using Header = format::Header;
  EXPECT_EQ(changed([](Header&, std::string&) {}), Error::none);
  EXPECT_EQ(changed([](Header& h, std::string&) { h.version = 2; }), Error::too_new);
  EXPECT_EQ(changed([](Header& h, std::string&) { h.version = 0; }), Error::malformed);
  EXPECT_EQ(changed([](Header& h, std::string&) { h.states += 1; }), Error::malformed);
  EXPECT_EQ(changed([](Header& h, std::string&) { h.classes += 1; }), Error::malformed);
  EXPECT_EQ(changed([](Header& h, std::string&) { h.classes = 0; }), Error::malformed);
  EXPECT_EQ(changed([](Header& h, std::string&) { h.width = 3; }), Error::malformed);
  EXPECT_EQ(changed([](Header& h, std::string&) { h.start = h.states; }), Error::malformed);
  EXPECT_EQ(changed([](Header& h, std::string&) { h.reserved = 1; }), Error::malformed);
  EXPECT_EQ(changed([](Header& h, std::string& bytes) {
              bytes[format::next_at(h.states)] = static_cast<char>(h.states);
            }),
            Error::malformed);
  EXPECT_EQ(changed([](Header&, std::string& bytes) { bytes[format::kLabels] = 16; }),
            Error::malformed);
  EXPECT_EQ(changed([](Header& h, std::string& bytes) {
              bytes[format::kClassMap + 'a'] = static_cast<char>(h.classes);
            }),
            Error::malformed);
  EXPECT_EQ(error_of("\x7f"
                     "ELF and so on"),
            Error::not_a_table);
  EXPECT_EQ(error_of(""), Error::truncated);
}

TEST(PathTable, IsTheSameForEquivalentPolicies) {
  EXPECT_EQ(table_of(terse_policy({"allow read /a/**", "allow read /a/b"}), Os::linux),
            table_of(terse_policy({"allow read /a/b", "allow read /a/**"}), Os::linux));
}

TEST(PathTable, HoldsMoreStatesThanTwoBytesCount) {
  automata::Nfa nfa;
  const automata::NfaState start = nfa.add_state();
  nfa.add_start(start);
  const std::string path = "/" + std::string(66'000, 'a');
  nfa.add_mark(nfa.add_word(start, path), automata::Mark{0});
  const auto allow_marked = [](automata::Marks marks) {
    return label_of(marks.empty() ? Effect::deny : Effect::allow);
  };
  const auto dfa = automata::determinise(nfa, {.label = allow_marked}, domain_of(Operation::read),
                                         {.states = 200'000});
  ASSERT_TRUE(dfa.has_value());
  const auto bytes = build_path_table(*dfa, *dfa, *dfa, {.states = 200'000});
  ASSERT_TRUE(bytes.has_value());
  const Placed placed(*bytes);
  PathTable table;
  ASSERT_EQ(PathTable::view(placed.bytes(), table), Error::none);
  EXPECT_EQ(table.decide(path), (Access{true, true, true, true}));
  EXPECT_EQ(table.decide(path + "a"), (Access{true, false, false, false}));
}

}  // namespace
}  // namespace sbxc
