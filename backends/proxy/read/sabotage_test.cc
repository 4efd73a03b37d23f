// Tables with one fault each, the checksum mended. Every fault has to be found, and the witness has
// to be true: decide() says of it what the disagreement says, and the table says something else.
#define XXH_INLINE_ALL
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <xxhash.h>

#include <cstring>
#include <functional>

#include "backends/proxy/proxy.h"
#include "backends/proxy/read/policies_for_test.h"
#include "backends/proxy/read/verify_proxy.h"
#include "runtime/host_table/host_table.h"

namespace sbxc {
namespace {

// Offsets in the header of what the faults change.
constexpr size_t kBuckets = 64, kNames = 80, kEntries = 96, kPortSets = 112, kRanges = 128,
                 kV4 = 144, kV6 = 160, kRules = 176;

class TableBytes {
 public:
  explicit TableBytes(std::string bytes) : bytes_(std::move(bytes)) {}

  uint64_t get(size_t at, size_t count) const {
    uint64_t value = 0;
    std::memcpy(&value, bytes_.data() + at, count);
    return value;
  }
  void set(size_t at, size_t count, uint64_t value) {
    std::memcpy(bytes_.data() + at, &value, count);
  }
  size_t element(size_t section, size_t index, size_t size) const {
    return get(section, 8) + index * size;
  }
  size_t count(size_t section) const { return get(section + 8, 8); }

  // The record of a name: list (4), length (1), bytes.
  size_t record(const std::string& name) const {
    const std::string key = static_cast<char>(name.size()) + name;
    return bytes_.find(key, get(kNames, 8)) - 4;
  }
  uint32_t list_of(const std::string& name) const {
    return static_cast<uint32_t>(get(record(name), 4));
  }
  size_t entry_of(const std::string& name) const { return element(kEntries, list_of(name), 12); }
  // Bucket and slot of a name.
  std::pair<size_t, size_t> slot_of(const std::string& name) const {
    const size_t wanted = record(name) - get(kNames, 8);
    for (size_t i = 0; i < count(kBuckets); ++i) {
      for (size_t slot = 0; slot < 7; ++slot) {
        if (get(element(kBuckets, i, 64) + 36 + 4 * slot, 4) == wanted) return {i, slot};
      }
    }
    ADD_FAILURE() << "no slot of " << name;
    return {};
  }
  size_t rule_record(uint32_t id) const {
    for (size_t i = 0; i < count(kRules); ++i) {
      if (get(element(kRules, i, 32), 4) == id) return element(kRules, i, 32);
    }
    ADD_FAILURE() << "no rule " << id;
    return 0;
  }
  // The last interval that starts at or below the address.
  size_t v4_interval(uint32_t address) const {
    size_t at = element(kV4, 0, 8);
    for (size_t i = 0; i < count(kV4); ++i) {
      if (get(element(kV4, i, 8), 4) <= address) at = element(kV4, i, 8);
    }
    return at;
  }

  std::string mended() {
    set(24, 8, XXH3_64bits(bytes_.data() + 32, bytes_.size() - 32));
    return bytes_;
  }
  std::string& bytes() { return bytes_; }

 private:
  std::string bytes_;
};

struct Fault {
  const char* name;
  std::function<void(TableBytes&)> change;
};

Policy sabotaged_policy() {
  return policy_with_list(
      "ads.example\n*.tracker.example\n203.0.113.0/24\n",
      {"allow connect api.example.com", "allow connect *.cdn.example:8000-8100",
       "deny connect secret.api.example.com", "ask connect *:22",
       "allow connect 10.0.0.0/8:5432 except 10.1.0.0/16:5432", "allow connect [fd00::/8]:9",
       "allow connect *.example.org except x.example.org", "allow connect *.tracker.example"});
}

std::vector<Fault> faults() {
  const auto flag = [](const char* name, uint32_t flags) {
    return [=](TableBytes& t) {
      const size_t at = t.entry_of(name) + 8;
      t.set(at, 4, (t.get(at, 4) & 8) | flags);
    };
  };
  const auto verdict = [](uint32_t rule, uint8_t is) {
    return [=](TableBytes& t) { t.set(t.rule_record(rule) + 4, 1, is); };
  };
  const auto ports = [](const char* name, size_t low_or_high, int by) {
    return [=](TableBytes& t) {
      const size_t set = t.get(t.entry_of(name) + 4, 4);
      const size_t range = t.element(kRanges, t.get(t.element(kPortSets, set, 8), 4), 4);
      const size_t at = range + 2 * low_or_high;
      t.set(at, 2, t.get(at, 2) + static_cast<uint64_t>(by));
    };
  };
  constexpr uint32_t kTen = 0x0a000000;
  constexpr uint32_t kTenOne = 0x0a010000;
  constexpr uint32_t kTenTwo = 0x0a020000;
  return {
      {"wildcard for apex", flag("api.example.com", 2)},
      {"apex and all below for apex", flag("api.example.com", 3)},
      {"apex for wildcard", flag("cdn.example", 1)},
      {"a deny for names below too", flag("secret.api.example.com", 3)},
      {"a list's wildcard also for the apex", flag("tracker.example", 3)},
      {"an exception is an entry", flag("x.example.org", 1)},
      {"a deny allows", verdict(2, 0)},
      {"an allow denies", verdict(0, 2)},
      {"an allow asks", verdict(1, 1)},
      {"an ask allows", verdict(3, 0)},
      {"an ask denies", verdict(3, 2)},
      {"a list's deny allows", verdict(8, 0)},
      {"ports begin one early", ports("cdn.example", 0, -1)},
      {"ports begin one late", ports("cdn.example", 0, 1)},
      {"ports end one late", ports("cdn.example", 1, 1)},
      {"ports end one early", ports("cdn.example", 1, -1)},
      {"a range of ports is lost",
       [](TableBytes& t) {
         const size_t set = t.element(kPortSets, t.get(t.entry_of("api.example.com") + 4, 4), 8);
         t.set(set + 4, 4, t.get(set + 4, 4) - 1);
       }},
      {"two names have each other's lists",
       [](TableBytes& t) {
         const uint32_t one = t.list_of("api.example.com");
         t.set(t.record("api.example.com"), 4, t.list_of("secret.api.example.com"));
         t.set(t.record("secret.api.example.com"), 4, one);
       }},
      {"a name is misspelt",
       [](TableBytes& t) { t.bytes()[t.record("secret.api.example.com") + 5] = 'r'; }},
      {"a name has a shorter length",
       [](TableBytes& t) { t.set(t.record("ads.example") + 4, 1, 3); }},
      {"a name is in no slot",
       [](TableBytes& t) {
         const auto [bucket, slot] = t.slot_of("secret.api.example.com");
         t.set(t.element(kBuckets, bucket, 64) + 36 + 4 * slot, 4, 0xffffffff);
       }},
      {"a tag is another",
       [](TableBytes& t) {
         const auto [bucket, slot] = t.slot_of("ads.example");
         const size_t at = t.element(kBuckets, bucket, 64) + 8 + 4 * slot;
         t.set(at, 4, t.get(at, 4) ^ 1);
       }},
      {"the seed is another", [](TableBytes& t) { t.set(32, 8, t.get(32, 8) + 1); }},
      {"names of four labels are not looked for",
       [](TableBytes& t) { t.set(48, 4, t.get(48, 4) & ~uint64_t{16}); }},
      {"`*` has no list", [](TableBytes& t) { t.set(52, 4, 0xffffffff); }},
      {"`*` has another list", [](TableBytes& t) { t.set(52, 4, t.list_of("api.example.com")); }},
      {"an interval of addresses is lost",
       [=](TableBytes& t) { t.set(t.v4_interval(kTen) + 4, 4, 0xffffffff); }},
      {"an interval of addresses begins one late",
       [=](TableBytes& t) { t.set(t.v4_interval(kTen), 4, kTen + 1); }},
      {"an interval of addresses begins one early",
       [=](TableBytes& t) { t.set(t.v4_interval(kTen), 4, kTen - 1); }},
      {"an exception's prefix is one longer",
       [=](TableBytes& t) { t.set(t.v4_interval(kTenTwo), 4, kTenOne + 0x8000); }},
      {"an exception among addresses is lost",
       [=](TableBytes& t) {
         t.set(t.v4_interval(kTenOne) + 4, 4, t.get(t.v4_interval(kTen) + 4, 4));
       }},
      {"what is behind a network is in it",
       [](TableBytes& t) {
         t.set(t.v4_interval(0x0b000000) + 4, 4, t.get(t.v4_interval(kTen) + 4, 4));
       }},
      {"an IPv6 network begins one bit late",
       [](TableBytes& t) { t.set(t.element(kV6, 1, 24) + 1, 1, 0x80); }},
      {"an IPv6 interval is lost",
       [](TableBytes& t) { t.set(t.element(kV6, 1, 24) + 16, 4, 0xffffffff); }},
      {"an entry is of another rule",
       [](TableBytes& t) { t.set(t.entry_of("api.example.com"), 4, 1); }},
      {"a rule has another number", [](TableBytes& t) { t.set(t.rule_record(0), 4, 6); }},
      {"a list ends early",
       [](TableBytes& t) {
         const size_t at = t.entry_of("tracker.example") + 8;
         t.set(at, 4, t.get(at, 4) | 8);
       }},
  };
}

struct Sabotaged {
  Policy policy = sabotaged_policy();
  std::vector<Artifact> artifacts = lower_proxy(policy, Os::linux, Sources()).artifacts;
};

host_table::OpenResult open(const std::string& bytes, std::vector<uint64_t>& words) {
  words.assign(bytes.size() / 8 + 1, 0);
  std::memcpy(words.data(), bytes.data(), bytes.size());
  return host_table::HostTable::view(
      {reinterpret_cast<const uint8_t*>(words.data()), bytes.size()});
}

// What the proxy itself would say: a reader that shares nothing with this one.
std::string proxy_says(const host_table::HostTable& table, const HostRequest& request) {
  host_table::Decision decision;
  if (const auto* name = std::get_if<std::string>(&request.host)) {
    decision = table.decide(*name, request.port);
  } else {
    const auto& ip = std::get<IpAddress>(request.host);
    decision = table.decide(host_table::Address{ip.v6, ip.bytes}, request.port);
  }
  switch (decision.verdict) {
    case host_table::Verdict::allow:
      return "allow";
    case host_table::Verdict::ask:
      return "ask";
    case host_table::Verdict::deny:
      return "deny";
  }
  return {};
}

TEST(ProxySabotage, EveryFaultIsFoundWithATrueWitness) {
  for (const Fault& fault : faults()) {
    SCOPED_TRACE(fault.name);
    Sabotaged sabotaged;
    TableBytes table(sabotaged.artifacts[0].bytes);
    fault.change(table);
    ASSERT_NE(table.bytes(), sabotaged.artifacts[0].bytes);
    sabotaged.artifacts[0].bytes = table.mended();
    std::vector<uint64_t> words;
    const auto opened = open(sabotaged.artifacts[0].bytes, words);
    const Verification proof = verify_proxy(sabotaged.policy, Os::linux, sabotaged.artifacts);
    EXPECT_FALSE(proof.holds());
    ASSERT_EQ(opened.table.rule_count() > 0, !proof.unreadable.has_value()) << in_words(proof);
    const auto& found = proof_about(proof, Operation::connect).disagreements;
    EXPECT_FALSE(found.empty()) << in_words(proof);
    for (const Disagreement& one : found) {
      const Request request = terse_request("connect " + one.witness);
      const Decision decision = decide(sabotaged.policy, Os::linux, request);
      EXPECT_EQ(decision.verdict, one.policy_says) << one.witness;
      EXPECT_EQ(decision.deciding, one.rules) << one.witness;
      const std::string says = proxy_says(opened.table, std::get<HostRequest>(request.target));
      EXPECT_TRUE(one.artifact_says.starts_with(says)) << one.witness << " " << one.artifact_says;
    }
  }
}

TEST(ProxySabotage, TheUntouchedTableIsProved) {
  const Sabotaged untouched;
  const Verification proof = verify_proxy(untouched.policy, Os::linux, untouched.artifacts);
  EXPECT_TRUE(proof.holds()) << in_words(proof);
}

TEST(ProxySabotage, FaultsOfTheJsonAreFound) {
  struct Case {
    const char* was;
    const char* is;
  };
  for (const Case& one : std::initializer_list<Case>{
           {R"({"name":"api.example.com"})", R"({"subdomains":"api.example.com"})"},
           {R"({"subdomains":"cdn.example"})", R"({"name":"cdn.example"})"},
           {R"([[8000,8100]])", R"([[8000,8101]])"},
           {R"("verdict":"deny")", R"("verdict":"allow")"},
           {R"("10.0.0.0/8")", R"("10.0.0.0/9")"},
           {R"("except")", R"("excepted")"},
           {R"("*.tracker.example")", R"("tracker.example")"},
           {R"("rule":0)", R"("rule":1)"}}) {
    SCOPED_TRACE(one.was);
    Sabotaged sabotaged;
    std::string& json = sabotaged.artifacts[1].bytes;
    const size_t at = json.rfind(one.was);  // the first may be the text as written
    ASSERT_NE(at, std::string::npos) << json;
    json.replace(at, std::strlen(one.was), one.is);
    const Verification proof = verify_proxy(sabotaged.policy, Os::linux, sabotaged.artifacts);
    const auto& found = proof_about(proof, Operation::connect).disagreements;
    EXPECT_FALSE(found.empty()) << in_words(proof);
    for (const Disagreement& disagreement : found) EXPECT_EQ(disagreement.file, "hosts.json");
  }
}

// Damaged anywhere, with or without a mended checksum: what this reader takes, the proxy's takes,
// and what still is proved answers as before.
RC_GTEST_PROP(ProxySabotage, AChangedByteIsFoundOrHasNoEffect, ()) {
  static const Sabotaged kOriginal;
  Sabotaged sabotaged = kOriginal;
  TableBytes table(sabotaged.artifacts[0].bytes);
  const size_t at = *rc::gen::inRange<size_t>(0, table.bytes().size());
  table.bytes()[at] = static_cast<char>(table.bytes()[at] ^ 1 << *rc::gen::inRange(0, 8));
  const bool mend = *rc::gen::arbitrary<bool>();
  sabotaged.artifacts[0].bytes = mend ? table.mended() : table.bytes();
  std::vector<uint64_t> words;
  const auto opened = open(sabotaged.artifacts[0].bytes, words);
  const Verification proof = verify_proxy(sabotaged.policy, Os::linux, sabotaged.artifacts);
  RC_ASSERT((opened.error == host_table::Error::none) == !proof.unreadable.has_value());
  RC_CLASSIFY(proof.holds(), "holds");
  if (!proof.holds()) return;
  for (const char* target : {"api.example.com:443", "a.cdn.example:8000", "ads.example:80",
                             "x.example.org:443", "10.1.0.0:5432", "[fd00::1]:9", "a.test:22"}) {
    const Request request = terse_request(std::string("connect ") + target);
    const Effect verdict = decide(sabotaged.policy, Os::linux, request).verdict;
    RC_ASSERT(proxy_says(opened.table, std::get<HostRequest>(request.target)) == name_of(verdict));
  }
}

TEST(ProxySabotage, ADamagedTableIsSaidToBeSo) {
  struct Case {
    const char* what;
    std::function<void(TableBytes&)> change;
    bool mend = true;
  };
  const std::vector<Case> cases = {
      {"it begins otherwise", [](TableBytes& t) { t.bytes()[0] = 'S'; }},
      {"it has version 2, and 1 is known", [](TableBytes& t) { t.set(8, 4, 2); }},
      {"its checksum differs", [](TableBytes& t) { t.bytes().back() ^= 1; }, false},
      {"it ends in its header", [](TableBytes& t) { t.bytes().resize(100); }, false},
      {"bytes, and has", [](TableBytes& t) { t.bytes().pop_back(); }},
      {"section `entries` does not begin at",
       [](TableBytes& t) { t.set(kEntries, 8, t.get(kEntries, 8) + 64); }},
      {"section `buckets` does not fit", [](TableBytes& t) { t.set(kBuckets + 8, 8, 1 << 30); }},
      {"rule 0 has verdict 3", [](TableBytes& t) { t.set(t.element(kRules, 0, 32) + 4, 1, 3); }},
      {"entry 0 is of no rule", [](TableBytes& t) { t.set(t.element(kEntries, 0, 12), 4, 99); }},
      {"entry 0 has flags 0", [](TableBytes& t) { t.set(t.element(kEntries, 0, 12) + 8, 4, 0); }},
      {"port range 0 is none", [](TableBytes& t) { t.set(t.element(kRanges, 0, 4), 2, 0); }},
      {"IPv4 interval 1 is out of order", [](TableBytes& t) { t.set(t.element(kV4, 1, 8), 4, 0); }},
      {"the list of `*` is outside", [](TableBytes& t) { t.set(52, 4, 10000); }},
      {"byte 250 of the header is reserved", [](TableBytes& t) { t.bytes()[250] = 1; }},
  };
  for (const Case& one : cases) {
    Sabotaged sabotaged;
    TableBytes table(sabotaged.artifacts[0].bytes);
    one.change(table);
    sabotaged.artifacts[0].bytes = one.mend ? table.mended() : table.bytes();
    const Verification proof = verify_proxy(sabotaged.policy, Os::linux, sabotaged.artifacts);
    EXPECT_FALSE(proof.holds());
    ASSERT_TRUE(proof.unreadable) << one.what;
    EXPECT_THAT(proof.unreadable->message, ::testing::HasSubstr(one.what));
  }
}

}  // namespace
}  // namespace sbxc
