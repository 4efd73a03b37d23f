// The page in Debian's Chromium, without a window: what a person would see of a report full of
// texts by somebody who means ill. A test without the browser fails.
#include <gmock/gmock.h>
#include <unistd.h>

#include <map>
#include <sstream>

#include "conformance/report/sample_run_for_test.h"
#include "conformance/report/validators_for_test.h"

namespace sbxc::conform {
namespace {

using testing::empty_run;
using ::testing::HasSubstr;
using testing::Judged;
using ::testing::Not;
using testing::outcome;
using testing::run_program;
using testing::RunResult;
using testing::sample_baseline;
using testing::sample_run;
using testing::ScratchDirectory;
using testing::write_whole;

// Reads the document that a browser made, so that no pattern of ours can be fooled by what stands
// in its texts and attributes.
constexpr const char* kReader = R"(
import html.parser, sys
known = set('html head meta title style body header h1 h2 p div strong ul li nav a span table thead '
            'tbody tr th td svg rect form input select option label output details summary dl dt dd '
            'code pre script'.split())
class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.said, self.inside = {'probes': 0, 'scripts': 0, 'visible': '', 'others': ''}, None
    def handle_starttag(self, tag, pairs):
        has = dict(pairs)
        if tag not in known or any(name.startswith('on') or name in ('src', 'style') for name in has):
            self.said['others'] += tag + ' '
        if tag == 'script': self.said['scripts'] += 1
        if tag == 'details':
            self.said['probes'] += 1
            if 'hidden' not in has: self.said['visible'] += has['id'] + ' '
        if tag == 'title': self.inside = 'title'
        if has.get('id') in ('standing', 'shown'): self.inside = has['id']
    def handle_data(self, data):
        if self.inside: self.said[self.inside] = data
        self.inside = None
page = Page()
page.feed(sys.stdin.read())
for name, value in page.said.items(): print(name + '=' + str(value).strip())
)";

// Debian's, or the one that hosted machines bring where Chromium comes as no package.
std::string browser() {
  for (const char* path : {"/usr/bin/chromium", "/usr/bin/google-chrome",
                           "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"}) {
    if (access(path, X_OK) == 0) return path;
  }
  return "/usr/bin/chromium";
}

class Page : public ::testing::Test {
 protected:
  // What is in the document after its script ran, by name.
  std::map<std::string, std::string> shown(const std::string& html,
                                           const std::string& fragment = {}) {
    const std::string file = scratch_.path() + "/report.html";
    write_whole(file, html);
    // Its own sandbox needs what containers and root do not have; this page is ours.
    const RunResult dumped = run_program(
        {.argv = {browser(), "--headless", "--no-sandbox", "--disable-gpu",
                  "--disable-dev-shm-usage", "--user-data-dir=" + scratch_.path() + "/profile",
                  "--dump-dom", "file://" + file + fragment},
         .environment = {
             {"PATH", "/usr/bin:/bin"}, {"HOME", scratch_.path()}, {"TMPDIR", scratch_.path()}}});
    EXPECT_EQ(dumped.status, 0) << dumped.err;
    const RunResult read = run_program({.argv = {"/usr/bin/python3", "-c", kReader},
                                        .input = dumped.out,
                                        .environment = {{"PATH", "/usr/bin:/bin"}}});
    std::map<std::string, std::string> said;
    std::istringstream lines(read.out);
    for (std::string line; std::getline(lines, line);) {
      const size_t equals = line.find('=');
      if (equals != std::string::npos) said[line.substr(0, equals)] = line.substr(equals + 1);
    }
    return said;
  }

  Judged failing_{sample_run(), {}, sample_baseline()};
  std::string html_ = write_html(failing_.report());

 private:
  ScratchDirectory scratch_;
};

TEST_F(Page, ShowsEveryProbeAndRunsNothingThatStandsInTexts) {
  auto page = shown(html_);
  EXPECT_EQ(page["title"], "Escape attempts: bwrap 0.8.0 under agent.sbx");
  EXPECT_EQ(page["standing"], "It failed");
  EXPECT_EQ(page["probes"], "13");
  EXPECT_EQ(page["shown"], "13 of 13 shown") << "its script ran";
  EXPECT_EQ(page["scripts"], "1");
  EXPECT_EQ(page["others"], "") << "an element or attribute that no report has";
}

TEST_F(Page, ShowsOnlyTheVerdictsThatItsAddressAsksFor) {
  EXPECT_EQ(shown(html_, "#verdict=hollow,works")["visible"], "OKS-001 UDS-001");
}

TEST_F(Page, ShowsOnlyTheCategoryAndTheTextThatItsAddressAsksFor) {
  EXPECT_EQ(shown(html_, "#category=file%20reads&text=EACCES")["visible"], "FSR-002");
}

TEST_F(Page, LetsNothingRunOrLoadByItsOwnPolicy) {
  // Our own script, changed by one byte, is a script that the page does not know.
  std::string other = html_;
  const size_t at = other.find("const form =");
  ASSERT_NE(at, std::string::npos);
  other.insert(at, ";");
  auto page = shown(other);
  EXPECT_EQ(page["probes"], "13");
  EXPECT_EQ(page.count("shown") == 0 || page["shown"].empty(), true) << "it ran";
  EXPECT_THAT(html_, HasSubstr("default-src 'none'"));
}

TEST_F(Page, OfARunThatHeldSaysSo) {
  conform::Run held = empty_run();
  held.outcomes.push_back(outcome("FSR-001", "file reads", Blocked{}));
  const std::string html = write_html(Judged(held).report());
  EXPECT_THAT(html, HasSubstr("<strong>It held</strong>"));
  EXPECT_THAT(html, Not(HasSubstr("http://")));
  EXPECT_THAT(html, Not(HasSubstr("https://")));
}

}  // namespace
}  // namespace sbxc::conform
