// docs/protections.md is made from the two tables, and both are whole. SBXC_UPDATE=1 writes it, to
// be read before it is committed.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "conformance/protections/entries_for_test.h"
#include "runtime/protections/protections.h"

namespace sbxc::conform {
namespace {

constexpr std::string_view kBegin = "<!-- made from the tables: see the end -->\n\n";
constexpr std::string_view kEnd = "\n<!-- until here -->";

TEST(ProtectionTable, HasAProbeForEveryProtection) {
  const auto entries = the_table();
  for (const protections::Facts& facts : protections::all()) {
    const auto found = std::ranges::find(entries, facts.name, &ProtectionEntry::protection);
    EXPECT_TRUE(found != entries.end() && !found->probes.empty()) << facts.name;
  }
}

TEST(ProtectionTable, NamesNothingThatIsNotThere) {
  std::set<std::string, std::less<>> probes;
  for (const ManifestEntry& entry : the_manifest()) probes.insert(entry.probe.id);
  std::set<std::string, std::less<>> names;
  for (const protections::Facts& facts : protections::all()) names.emplace(facts.name);
  for (const ProtectionEntry& entry : the_table()) {
    EXPECT_TRUE(names.contains(entry.protection)) << entry.protection;
    for (const std::string& id : entry.probes) EXPECT_TRUE(probes.contains(id)) << id;
    for (const std::string& other : entry.besides) {
      EXPECT_TRUE(names.contains(other) && other != entry.protection) << other;
    }
    EXPECT_TRUE(entry.account.empty() || entry.account == "root" || entry.account == "user")
        << entry.account;
  }
}

TEST(ProtectionTable, IsTheOneInTheDocument) {
  const std::string path = "docs/protections.md";
  std::string text = text_of_source(path);
  const size_t begin = text.find(kBegin);
  const size_t end = text.find(kEnd);
  ASSERT_TRUE(begin != std::string::npos && end != std::string::npos);
  const size_t from = begin + kBegin.size();
  const std::string made = protections_table(the_table());
  if (std::getenv("SBXC_UPDATE") != nullptr) {
    text.replace(from, end - from, made);
    std::ofstream(std::string(SBXC_SOURCE_DIR) + "/" + path) << text;
    return;
  }
  EXPECT_EQ(text.substr(from, end - from), made) << "SBXC_UPDATE=1 writes it";
}

}  // namespace
}  // namespace sbxc::conform
