// What writes profiles and what reads them share nothing: neither includes a line of the other.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace sbxc::sbpl {
namespace {

namespace fs = std::filesystem;

struct Include {
  std::string file;
  std::string line;
};

bool is_for_tests(const std::string& name) {
  return name.ends_with("_test.cc") || name == "verified.h" || name == "evaluated_profile.h" ||
         name == "resolved_policy.h";
}

std::vector<Include> includes_in(const fs::path& folder) {
  std::vector<Include> out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool source = name.ends_with(".cc") || name.ends_with(".h");
    if (!source || is_for_tests(name)) continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("#include \"backends/seatbelt/")) out.push_back({name, line});
    }
  }
  return out;
}

const fs::path kSeatbelt = SBXC_SOURCE_DIR "/backends/seatbelt";

TEST(Independence, TheEmitterIncludesNothingOfTheReader) {
  const std::vector<Include> includes = includes_in(kSeatbelt);
  EXPECT_FALSE(includes.empty());
  for (const Include& one : includes) {
    EXPECT_EQ(one.line.find("seatbelt/read/"), std::string::npos) << one.file << ": " << one.line;
    EXPECT_EQ(one.line.find("seatbelt/verify/"), std::string::npos) << one.file << ": " << one.line;
  }
}

TEST(Independence, TheReaderIncludesNothingOfTheEmitter) {
  for (const char* room : {"read", "verify"}) {
    const std::vector<Include> includes = includes_in(kSeatbelt / room);
    EXPECT_FALSE(includes.empty());
    for (const Include& one : includes) {
      const bool own = one.line.find("seatbelt/read/") != std::string::npos ||
                       one.line.find("seatbelt/verify/") != std::string::npos;
      EXPECT_TRUE(own) << one.file << ": " << one.line;
    }
  }
}

}  // namespace
}  // namespace sbxc::sbpl
