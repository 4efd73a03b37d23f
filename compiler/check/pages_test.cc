// The pages of findings of these two rooms show what is really said: the policy in the page's first
// block (and the files in later ones that start with `# name`) is checked, and the message in its
// text block must be among what comes out, letter by letter.
#include <gtest/gtest.h>

#include <fstream>

#include "compiler/check/accepting_comments.h"
#include "compiler/check/baselines.h"
#include "compiler/check/check.h"
#include "compiler/resolve/resolving.h"

namespace sbxc {
namespace {

struct Page {
  std::string policy;
  std::map<std::string, std::string> files;
  std::string message;
  std::map<std::string, std::string> defines;
};

std::optional<Page> read_page(std::string_view slug) {
  std::ifstream in(std::string(SBXC_SOURCE_DIR) + "/docs/findings/" + std::string(slug) + ".md");
  if (!in) return std::nullopt;
  Page page;
  std::string language;
  std::string block;
  for (std::string line; std::getline(in, line);) {
    const size_t define = line.find("-D ");
    if (line.starts_with("with `") && define != std::string::npos) {
      const std::string pair = line.substr(define + 3, line.find(' ', define + 3) - define - 3);
      page.defines[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
    }
    if (!line.starts_with("```")) {
      block += line + "\n";
      continue;
    }
    if (language.empty()) {
      language = line.substr(3);
      block.clear();
      continue;
    }
    if (language == "text") page.message = block;
    if (language == "sbx" && page.policy.empty()) {
      page.policy = block;
    } else if (language == "sbx") {
      const size_t end = block.find('\n');
      page.files[block.substr(2, end - 2)] = block.substr(end + 1);
    }
    language.clear();
  }
  return page;
}

// Pages whose policy is shown in part, or needs a real disk.
bool is_abridged(Kind kind) {
  return kind == Kind::bad_value || kind == Kind::too_many_patterns ||
         kind == Kind::too_many_files || kind == Kind::use_too_deep || kind == Kind::not_compared ||
         kind == Kind::tests_not_run;
}

TEST(FindingPages, ShowTheMessageAsItIs) {
  size_t seen = 0;
  for (const KindFacts& facts : all_kinds()) {
    const auto number = static_cast<uint16_t>(facts.kind);
    const bool ours = (number >= 2000 && number < 3000) || (number >= 4000 && number < 5000);
    if (!ours || is_abridged(facts.kind)) continue;
    const auto page = read_page(facts.slug);
    ASSERT_TRUE(page) << facts.slug;
    Workbench bench;
    bench.files = page->files;
    bench.options.defines = page->defines;
    bench.options.surroundings = {.cwd = "/home/user/project",
                                  .home = "/home/user",
                                  .tmp = "/tmp",
                                  .user = "user",
                                  .environment = {}};
    Resolved r;
    r.policy =
        resolve_text("policy.sbx", page->policy, "", bench.options, r.sources, r.diagnostics);
    if (r.policy) {
      check(*r.policy, r.diagnostics);
      const ReadBaseline read = [&](const Assertion& assertion) {
        return resolve_file(assertion.baseline, bench.options, r.sources, r.diagnostics);
      };
      check_baselines(*r.policy, read, r.diagnostics);
      accept_findings(r.sources, r.diagnostics);
    }
    EXPECT_NE(r.messages().find(page->message), std::string::npos) << facts.slug << " says:\n"
                                                                   << r.messages();
    EXPECT_NE(page->message.find(id_of(facts.kind)), std::string::npos) << facts.slug;
    ++seen;
  }
  EXPECT_GT(seen, 40U);
}

}  // namespace
}  // namespace sbxc
