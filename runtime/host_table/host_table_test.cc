// The reader by itself: a table put together by hand, then every way of breaking it.
#include "runtime/host_table/host_table.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>

#include "runtime/host_table/sample_table.h"

namespace sbxc::host_table {
namespace {

// allow example.com:443 and *.example.com:443; deny secret.example.com:* except port 80;
// ask 10.0.0.0/8; allow * on 8080.
SampleTable sample() {
  SampleTable table;
  table.strings = "p.sbx:3:1why";
  for (const uint8_t verdict : std::initializer_list<uint8_t>{0, 2, 1, 0}) {
    RuleRecord rule{};
    rule.id = static_cast<uint32_t>(10 + table.rules.size());
    rule.verdict = verdict;
    rule.has_except = verdict == 2 ? 1 : 0;
    rule.place = {0, 9};
    rule.because = {9, 3};
    table.rules.push_back(rule);
  }
  table.port_ranges = {{443, 443}, {1, 65535}, {80, 80}, {8080, 8080}};
  table.port_sets = {{0, 1}, {1, 1}, {2, 1}, {3, 1}};
  table.entries = {{0, 0, kExact | kSubdomains | kLast},
                   {1, 1, kExact},
                   {1, 2, kExact | kExcept | kLast},
                   {2, 1, kExact | kLast},
                   {3, 3, kExact | kLast}};
  table.make_buckets(2);
  table.add("example.com", 0);
  table.add("secret.example.com", 1);
  table.header.any_name_list = 4;
  table.v4 = {{0, kNone}, {0x0A000000, 3}, {0x0B000000, kNone}};
  table.v6 = {{{}, kNone, 0}, {{0xFD}, 3, 0}, {{0xFE}, kNone, 0}};
  return table;
}

Error error_of(const std::vector<uint64_t>& words, size_t size) {
  return HostTable::view({reinterpret_cast<const uint8_t*>(words.data()), size}).error;
}

Error error_of(SampleTable table) {
  size_t size = 0;
  const auto words = table.bytes(&size);
  return error_of(words, size);
}

std::string file_of(SampleTable table) {
  size_t size = 0;
  const auto words = table.bytes(&size);
  return {reinterpret_cast<const char*>(words.data()), size};
}

Error error_of(const std::string& file) {
  std::vector<uint64_t> words(file.size() / 8 + 1);
  std::memcpy(words.data(), file.data(), file.size());
  return error_of(words, file.size());
}

TEST(HostTable, AnswersFromItsBytes) {
  SampleTable source = sample();
  size_t size = 0;
  const auto words = source.bytes(&size);
  const auto opened = HostTable::view({reinterpret_cast<const uint8_t*>(words.data()), size});
  ASSERT_EQ(describe(opened.error), "no error");
  const HostTable& table = opened.table;
  const Decision allow{Verdict::allow, Reason::rule, 0};
  const Decision denied{Verdict::deny, Reason::rule, 1};
  const Decision nothing{Verdict::deny, Reason::no_rule, 0};
  EXPECT_EQ(table.decide("example.com", 443), allow);
  EXPECT_EQ(table.decide("a.b.example.com", 443), allow);
  EXPECT_EQ(table.decide("example.com", 80), nothing);
  EXPECT_EQ(table.decide("secret.example.com", 443), denied);
  EXPECT_EQ(table.decide("secret.example.com", 80), nothing);
  EXPECT_EQ(table.decide("a.secret.example.com", 443), allow);
  EXPECT_EQ(table.decide("elsewhere.test", 443), nothing);
  EXPECT_EQ(table.decide("elsewhere.test", 8080), (Decision{Verdict::allow, Reason::rule, 3}));
  EXPECT_EQ(table.decide(Address{false, {10, 9, 8, 7}}, 1),
            (Decision{Verdict::ask, Reason::rule, 2}));
  EXPECT_EQ(table.decide(Address{false, {9, 255, 255, 255}}, 1), nothing);
  EXPECT_EQ(table.decide(Address{false, {11}}, 1), nothing);
  EXPECT_EQ(table.decide(Address{true, {0xFD, 1}}, 1), (Decision{Verdict::ask, Reason::rule, 2}));
  EXPECT_EQ(table.decide(Address{true, {0xFE}}, 1), nothing);
  EXPECT_EQ(table.rule_count(), 4U);
  EXPECT_EQ(table.rule(1).id, 11U);
  EXPECT_EQ(table.rule(1).place, "p.sbx:3:1");
  EXPECT_EQ(table.rule(1).because, "why");
}

TEST(HostTable, WithoutAFileDeniesEverything) {
  const HostTable table;
  EXPECT_EQ(table.decide("example.com", 443), Decision{});
  EXPECT_EQ(table.decide(Address{}, 443), Decision{});
  EXPECT_EQ(table.rule_count(), 0U);
}

TEST(HostTable, AMovedTableAnswersAndTheOldOneDenies) {
  SampleTable source = sample();
  size_t size = 0;
  const auto words = source.bytes(&size);
  auto opened = HostTable::view({reinterpret_cast<const uint8_t*>(words.data()), size});
  const HostTable moved = std::move(opened.table);
  EXPECT_EQ(moved.decide("example.com", 443).verdict, Verdict::allow);
  EXPECT_EQ(opened.table.decide("example.com", 443), Decision{});
  EXPECT_EQ(opened.table.decide("example.com", 8080), Decision{});
  EXPECT_EQ(opened.table.decide(Address{false, {10}}, 443), Decision{});
}

TEST(HostTable, RefusesEveryTruncation) {
  const std::string file = file_of(sample());
  for (size_t size = 0; size < file.size(); ++size) {
    ASSERT_EQ(describe(error_of(file.substr(0, size))), describe(Error::truncated)) << size;
  }
  EXPECT_EQ(error_of(file + "x"), Error::too_long);
}

TEST(HostTable, RefusesEveryFlippedBit) {
  const std::string file = file_of(sample());
  for (size_t bit = 0; bit < file.size() * 8; ++bit) {
    std::string damaged = file;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    ASSERT_NE(error_of(damaged), Error::none) << bit;
  }
}

TEST(HostTable, NamesWhatIsWrongWithAFile) {
  std::string file = file_of(sample());
  EXPECT_EQ(error_of(std::string("PK\3\4 some other file")), Error::not_a_table);
  EXPECT_EQ(error_of(std::string("#!")), Error::not_a_table);
  std::string newer = file;
  newer[offsetof(Header, version)] = 2;
  EXPECT_EQ(error_of(newer), Error::too_new);
  EXPECT_EQ(error_of(newer.substr(0, 12)), Error::too_new);  // whatever its header looks like
  std::string older = file;
  older[offsetof(Header, version)] = 0;
  EXPECT_EQ(error_of(older), Error::malformed);
  std::string damaged = file;
  damaged.back() ^= 1;
  EXPECT_EQ(error_of(damaged), Error::damaged);
  std::vector<uint64_t> words(file.size() / 8 + 2);
  auto* shifted = reinterpret_cast<uint8_t*>(words.data()) + 4;
  std::copy(file.begin(), file.end(), shifted);
  EXPECT_EQ(HostTable::view({shifted, file.size()}).error, Error::misaligned);
}

// Each breaks one promise that the reader relies on, in a file whose checksum fits.
TEST(HostTable, RefusesContentsThatContradictThemselves) {
  using Break = std::function<void(SampleTable&)>;
  const std::pair<const char*, Break> table[] = {
      {"a name behind the names",
       [](auto& t) { t.buckets[0].names[6] = static_cast<uint32_t>(t.names.size()); }},
      {"a name whose length leaves the section",
       [](auto& t) {
         t.names.back() = 0;
         t.buckets[0].names[6] = static_cast<uint32_t>(t.names.size() - 5);
       }},
      {"a name of no bytes", [](auto& t) { t.buckets[0].names[6] = t.add_name("", 0); }},
      {"a name that is too long",
       [](auto& t) { t.buckets[0].names[6] = t.add_name(std::string(254, 'a'), 0); }},
      {"a name with a list that is none",
       [](auto& t) { t.buckets[0].names[6] = t.add_name("a", 5); }},
      {"a name without a list", [](auto& t) { t.buckets[0].names[6] = t.add_name("a", kNone); }},
      {"fewer buckets than the hash reaches", [](auto& t) { t.header.home_buckets = 3; }},
      {"more buckets than the hash reaches", [](auto& t) { t.header.home_buckets = 1; }},
      {"no buckets but names",
       [](auto& t) {
         t.buckets.clear();
         t.header.home_buckets = 0;
       }},
      {"a probe without end",
       [](auto& t) {
         t.make_buckets(40);
         t.header.home_buckets = 7;
         t.header.max_probe = 33;
       }},
      {"a last list without an end", [](auto& t) { t.entries.back().flags &= ~kLast; }},
      {"an entry of an unknown rule", [](auto& t) { t.entries[0].rule = 4; }},
      {"an entry with unknown ports", [](auto& t) { t.entries[0].port_set = 4; }},
      {"an entry with unknown flags", [](auto& t) { t.entries[0].flags |= 16; }},
      {"an entry for nothing", [](auto& t) { t.entries[0].flags = kLast; }},
      {"an exception its rule knows nothing of", [](auto& t) { t.rules[1].has_except = 0; }},
      {"ports behind the ranges",
       [](auto& t) {
         t.port_sets[3] = {3, 2};
       }},
      {"ports that start behind the ranges",
       [](auto& t) {
         t.port_sets[3] = {5, 0};
       }},
      {"ports whose end overflows",
       [](auto& t) {
         t.port_sets[3] = {4, 0xFFFFFFFF};
       }},
      {"port zero", [](auto& t) { t.port_ranges[1].low = 0; }},
      {"a reversed range",
       [](auto& t) {
         t.port_ranges[0] = {444, 443};
       }},
      {"intervals that start late", [](auto& t) { t.v4[0].start = 1; }},
      {"intervals out of order", [](auto& t) { t.v4[2].start = t.v4[1].start; }},
      {"an interval with an unknown list", [](auto& t) { t.v4[1].list = 5; }},
      {"IPv6 intervals that start late", [](auto& t) { t.v6[0].start[15] = 1; }},
      {"IPv6 intervals out of order", [](auto& t) { t.v6[2].start[0] = 0xFC; }},
      {"an IPv6 interval with an unknown list", [](auto& t) { t.v6[1].list = 5; }},
      {"an IPv6 interval with something reserved", [](auto& t) { t.v6[1].reserved = 1; }},
      {"a verdict that is none", [](auto& t) { t.rules[0].verdict = 3; }},
      {"a rule with something reserved", [](auto& t) { t.rules[0].reserved = 1; }},
      {"a text behind the strings",
       [](auto& t) {
         t.rules[0].because = {13, 0};
       }},
      {"a text that leaves the strings",
       [](auto& t) {
         t.rules[0].statement = {9, 4};
       }},
      {"a text whose end overflows",
       [](auto& t) {
         t.rules[0].place = {9, 0xFFFFFFFF};
       }},
      {"a list of `*` that is none", [](auto& t) { t.header.any_name_list = 5; }},
      {"something reserved in the header", [](auto& t) { t.header.reserved = 1; }},
      {"something in the padding", [](auto& t) { t.header.padding[47] = 1; }},
      {"another header size", [](auto& t) { t.header.header_size = 255; }},
  };
  for (const auto& [what, damage] : table) {
    SampleTable broken = sample();
    damage(broken);
    EXPECT_EQ(describe(error_of(std::move(broken))), describe(Error::malformed)) << what;
  }
}

TEST(HostTable, RefusesSectionsThatLieElsewhere) {
  const std::string file = file_of(sample());
  for (size_t i = 0; i < kSectionCount; ++i) {
    for (const bool count : {false, true}) {
      for (const uint64_t add :
           {uint64_t{1}, uint64_t{64}, ~uint64_t{0}, uint64_t{1} << 63, (uint64_t{1} << 58) + 1}) {
        if (count && add + 1 <= 2) continue;  // one more or less may fit into the padding
        auto header = Header();
        std::memcpy(&header, file.data(), sizeof header);
        (count ? header.sections[i].count : header.sections[i].offset) += add;
        std::string moved = file;
        std::memcpy(moved.data(), &header, sizeof header);
        size_t size = 0;
        const auto words = SampleTable::sign(moved, &size);
        ASSERT_EQ(describe(error_of(words, size)), describe(Error::malformed)) << i << " " << add;
      }
    }
  }
}

// A tag that fits is never an answer: the name itself is compared.
TEST(HostTable, ACollisionIsNoMatch) {
  SampleTable source = sample();
  for (Bucket& bucket : source.buckets) {
    for (uint32_t& name : bucket.names) {
      if (name != kNone) name = source.add_name("other.test", 0);
    }
  }
  size_t size = 0;
  const auto words = source.bytes(&size);
  const auto opened = HostTable::view({reinterpret_cast<const uint8_t*>(words.data()), size});
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened.table.decide("example.com", 443).reason, Reason::no_rule);
  EXPECT_EQ(opened.table.decide("secret.example.com", 443).reason, Reason::no_rule);
}

// The proxy and the launcher link this room without the C++ library.
TEST(HostTable, TheReaderNeedsNothingButLibc) {
  FILE* nm = popen("nm -u " SBXC_LIBRARY " 2>/dev/null", "r");
  ASSERT_NE(nm, nullptr);
  std::string symbols;
  char line[512];
  while (fgets(line, sizeof line, nm) != nullptr) symbols += line;
  if (pclose(nm) != 0) GTEST_SKIP() << "no nm here";
  EXPECT_THAT(symbols, ::testing::HasSubstr("mmap"));
  for (const char* unwanted : {" _ZSt", " _ZNSt", " _ZNKSt", " _Znw", " _Zdl", " __cxa_",
                               " __gxx_personality", " malloc", " free\n"}) {
    EXPECT_THAT(symbols, ::testing::Not(::testing::HasSubstr(unwanted)));
  }
}

class OnDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "sbxtXXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    unlink(path().c_str());
    rmdir(folder_.c_str());
  }
  std::string path() const { return folder_ + "/hosts.sbxt"; }
  void write(const std::string& bytes) const {
    FILE* file = fopen(path().c_str(), "wb");
    ASSERT_NE(file, nullptr);
    ASSERT_EQ(fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
    ASSERT_EQ(fclose(file), 0);
  }
  std::string folder_;
};

TEST_F(OnDisk, AFileIsMappedAndStaysReadableAfterItIsReplaced) {
  write(file_of(sample()));
  const auto opened = HostTable::open(path().c_str());
  ASSERT_EQ(describe(opened.error), "no error");
  EXPECT_EQ(opened.table.decide("example.com", 443).verdict, Verdict::allow);
  ASSERT_EQ(unlink(path().c_str()), 0);
  EXPECT_EQ(opened.table.decide("a.example.com", 443).verdict, Verdict::allow);
}

TEST_F(OnDisk, WhatIsNoTableIsRefused) {
  EXPECT_EQ(HostTable::open(path().c_str()).error, Error::cannot_open);
  EXPECT_EQ(HostTable::open(path().c_str()).system_error, ENOENT);
  EXPECT_EQ(HostTable::open(folder_.c_str()).system_error, EISDIR);
  EXPECT_EQ(HostTable::open("/dev/null").error, Error::cannot_open);
  write("");
  EXPECT_EQ(HostTable::open(path().c_str()).error, Error::truncated);
  write("sbx 1\n");
  EXPECT_EQ(HostTable::open(path().c_str()).error, Error::not_a_table);
}

TEST_F(OnDisk, AFifoInTheFilesPlaceDoesNotHang) {
  ASSERT_EQ(mkfifo(path().c_str(), 0600), 0);
  EXPECT_EQ(HostTable::open(path().c_str()).error, Error::cannot_open);
}

}  // namespace
}  // namespace sbxc::host_table
