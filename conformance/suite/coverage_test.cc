// docs/conformance-coverage.md says how many probes there are of each kind, and which numbers below
// a hundred no probe has, and why. The counts are generated: SBXC_UPDATE=1 writes them. What people
// wrote is held to the manifest: a number with a probe is not said to have none, one without is
// not forgotten, and the probes and tests that are named instead are there.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "conformance/suite/manifest.h"
#include "conformance/suite/probe_program.h"
#include "conformance/suite/stage_plan.h"

namespace sbxc::conform {
namespace {

constexpr const char* kDocument = SBXC_SOURCE_DIR "/docs/conformance-coverage.md";
constexpr std::string_view kBegin = "<!-- generated -->\n";
constexpr std::string_view kEnd = "<!-- end -->\n";
constexpr int kFirstOfOurs = 100;

const std::map<std::string, std::string, std::less<>> kGroups = {
    {"FSR", "reading files"},
    {"GLB", "names that wildcards deny"},
    {"FSW", "writing files, their attributes, making new ones"},
    {"LNK", "links"},
    {"REN", "moving files and what is above them"},
    {"PER", "what runs later, outside"},
    {"PRC", "`/proc`, and the kernel's settings in it"},
    {"SYS", "`/sys`"},
    {"DEV", "devices"},
    {"FDS", "descriptors"},
    {"MNT", "mounts and namespaces"},
    {"PTR", "other processes"},
    {"UDS", "unix sockets"},
    {"TTY", "terminals"},
    {"IPC", "shared memory, queues, keys"},
    {"KRN", "system calls"},
    {"PRV", "rights"},
    {"ENV", "variables, and the launcher's own programs"},
    {"NET", "the network, without a proxy"},
    {"DNS", "names of hosts"},
    {"PXY", "the proxy"},
    {"MAC", "services of macOS"},
    {"INJ", "names that look like a program's text"},
    {"LIF", "what outlives the sandbox"},
    {"OKS", "what must work"},
};

std::vector<Probe> carried_probes() {
  std::vector<Probe> all;
  for (const EmbeddedFile& file : manifest_files()) {
    if (file.name == "stage" || file.name == "expected") continue;
    const auto part = read_manifest(std::string(file.name) + ".toml", file.text);
    EXPECT_TRUE(part.has_value()) << in_words(part.error());
    if (!part) continue;
    for (const ManifestEntry& entry : *part) all.push_back(entry.probe);
  }
  return all;
}

std::string document() {
  std::ifstream file(kDocument);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Count {
  size_t all = 0;
  size_t on_linux = 0;
  size_t on_macos = 0;
  size_t first = 0;  // priority 0

  void add(const Probe& probe) {
    const auto& systems = probe.systems;
    ++all;
    on_linux += static_cast<size_t>(std::count(systems.begin(), systems.end(), "linux"));
    on_macos += static_cast<size_t>(std::count(systems.begin(), systems.end(), "macos"));
    first += probe.priority == 0 ? 1 : 0;
  }
  std::string row(const std::string& name, const std::string& about) const {
    return fmt::format("| {} | {} | {} | {} | {} | {} |\n", name, about, all, first, on_linux,
                       on_macos);
  }
};

std::string table_of(const std::vector<Probe>& probes) {
  std::map<std::string, Count> counts;
  Count sum;
  for (const Probe& probe : probes) {
    counts[probe.id.substr(0, probe.id.find('-'))].add(probe);
    sum.add(probe);
  }
  std::string table = "| ids | about | probes | of priority 0 | for Linux | for macOS |\n";
  table += "|---|---|---|---|---|---|\n";
  for (const auto& [group, count] : counts) {
    const auto about = kGroups.find(group);
    EXPECT_NE(about, kGroups.end()) << group << " is about nothing that is named here";
    if (about != kGroups.end()) table += count.row("`" + group + "`", about->second);
  }
  return table + sum.row("", "all");
}

struct Row {
  std::string id;
  std::string text;
};

// `| FSR-022 | what | why |`
std::vector<Row> rows_without_a_probe() {
  static const std::regex pattern(R"(\| ([A-Z]{3}-\d{3}) \| (.*))");
  std::vector<Row> rows;
  std::istringstream lines(document());
  for (std::string line; std::getline(lines, line);) {
    std::smatch parts;
    if (std::regex_match(line, parts, pattern)) rows.push_back({parts[1], parts[2]});
  }
  return rows;
}

std::set<std::string> ids_of(const std::vector<Probe>& probes) {
  std::set<std::string> ids;
  for (const Probe& probe : probes) ids.insert(probe.id);
  return ids;
}

std::vector<std::string> all_in(const std::string& text, const std::regex& pattern) {
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
    found.push_back((*at)[1]);
  }
  return found;
}

TEST(CoverageDocument, HasTheCountsOfTheManifest) {
  std::string text = document();
  const size_t begin = text.find(kBegin);
  const size_t end = text.find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const size_t first = begin + kBegin.size();
  const std::string table = table_of(carried_probes());
  const char* update = std::getenv("SBXC_UPDATE");
  if (update != nullptr && *update == '1') {
    std::ofstream(kDocument) << text.substr(0, first) + table + text.substr(end);
    return;
  }
  EXPECT_EQ(text.substr(first, end - first), table)
      << "SBXC_UPDATE=1 conform_test --gtest_filter='CoverageDocument.*' writes it";
}

TEST(CoverageDocument, SaysWhyANumberHasNoProbeAndOfNoneThatHasOne) {
  const std::set<std::string> probes = ids_of(carried_probes());
  std::set<std::string> known = probes;
  for (const Row& row : rows_without_a_probe()) {
    EXPECT_FALSE(probes.contains(row.id)) << row.id << " has a probe";
    EXPECT_TRUE(known.insert(row.id).second) << row.id << " is there twice";
  }
  std::map<std::string, int> last;
  for (const std::string& id : known) {
    const int number = std::stoi(id.substr(4));
    if (number < kFirstOfOurs) last[id.substr(0, 3)] = std::max(last[id.substr(0, 3)], number);
  }
  for (const auto& [group, highest] : last) {
    for (int number = 1; number <= highest; ++number) {
      const std::string id = fmt::format("{}-{:03}", group, number);
      EXPECT_TRUE(known.contains(id)) << id << " has no probe, and nothing is said of it";
    }
  }
}

TEST(CoverageDocument, NamesProbesAndTestsThatAreThere) {
  static const std::regex probe("([A-Z]{3}-\\d{3})");
  static const std::regex test("`([a-z_/]+\\.cc)`");
  const std::set<std::string> probes = ids_of(carried_probes());
  const std::vector<Row> rows = rows_without_a_probe();
  ASSERT_FALSE(rows.empty());
  for (const Row& row : rows) {
    for (const std::string& id : all_in(row.text, probe)) {
      EXPECT_TRUE(probes.contains(id)) << row.id << " is tried by " << id << ", which is none";
    }
    for (const std::string& file : all_in(row.text, test)) {
      EXPECT_TRUE(std::filesystem::exists(SBXC_SOURCE_DIR "/" + file)) << row.id << ": " << file;
    }
  }
}

}  // namespace
}  // namespace sbxc::conform
