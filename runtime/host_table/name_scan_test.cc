#include "runtime/host_table/name_scan.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace sbxc::host_table {
namespace {

// What NameScan does sixteen bytes at a time, label by label.
struct PlainScan {
  std::vector<size_t> starts{0};
  bool canonical = false;

  explicit PlainScan(const std::string& name) {
    if (name.empty() || name.size() > 253) return;
    bool good = true;
    std::string last;
    for (size_t i = 0; i <= name.size(); ++i) {
      if (i == name.size() || name[i] == '.') {
        good = good && !last.empty() && last.size() <= 63;
        if (i < name.size()) {
          starts.push_back(i + 1);
          last.clear();
        }
      } else {
        const char c = name[i];
        good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_');
        last += c;
      }
    }
    const bool hex = last.starts_with("0x") &&
                     last.find_first_not_of("0123456789abcdef", 2) == std::string::npos;
    const bool number = last.find_first_not_of("0123456789") == std::string::npos;
    canonical = good && !hex && !number;
  }
};

void expect_same_scan(const std::string& name) {
  const PlainScan plain(name);
  const NameScan scan(name);
  RC_ASSERT(scan.canonical() == plain.canonical);
  if (!plain.canonical) return;
  RC_ASSERT(scan.labels() == plain.starts.size());
  for (size_t i = 0; i < plain.starts.size(); ++i) RC_ASSERT(scan.start(i) == plain.starts[i]);
}

RC_GTEST_PROP(NameScan, SeesWhatAPlainScanSees, ()) {
  const auto size = *rc::gen::inRange<size_t>(0, 258);
  // Mostly good bytes, so that many names are canonical, and the neighbours of the good ranges.
  const auto byte =
      rc::gen::weightedOneOf<char>({{40, rc::gen::element('a', 'f', 'x', 'z', '0', '9', '-', '_')},
                                    {8, rc::gen::just('.')},
                                    {1, rc::gen::element('`', '{', '/', ':', ',', '^', '@', 'A',
                                                         '\0', '\x7f', '\x80', '\xff')}});
  const auto bytes = *rc::gen::container<std::string>(size, byte);
  expect_same_scan(bytes);
  expect_same_scan(bytes + ".com");
}

RC_GTEST_PROP(NameScan, OneBadByteAnywhereIsSeen, ()) {
  const auto size = *rc::gen::inRange<size_t>(1, 60);
  std::string name(size, 'a');
  const auto at = *rc::gen::inRange<size_t>(0, size);
  for (int c = 0; c < 256; ++c) {
    name[at] = static_cast<char>(c);
    expect_same_scan(name);
  }
}

TEST(NameScan, NothingButDotsStaysInBounds) {
  for (const size_t size : {1U, 15U, 16U, 17U, 252U, 253U, 254U}) {
    EXPECT_FALSE(NameScan(std::string(size, '.')).canonical());
  }
}

}  // namespace
}  // namespace sbxc::host_table
