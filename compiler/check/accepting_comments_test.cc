#include "compiler/check/accepting_comments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/check/check.h"
#include "compiler/resolve/resolving.h"

namespace sbxc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> found(const std::string& text, const std::string& used = "sbx 1\n") {
  Workbench bench;
  bench.files["used.sbx"] = used;
  Resolved r = bench.resolve("use std/base\n" + text);
  EXPECT_TRUE(r.policy) << r.messages();
  if (!r.policy) return {"does not resolve"};
  check(*r.policy, r.diagnostics);
  accept_findings(r.sources, r.diagnostics);
  std::vector<std::string> slugs;
  for (const Diagnostic& d : r.diagnostics.all()) slugs.emplace_back(facts_of(d.kind).slug);
  return slugs;
}

TEST(AcceptingComments, TakeOutTheFindingOfTheStatementBelow) {
  EXPECT_THAT(found("# sbxc: accept any-port \"a test bed\"\nallow connect a.com:*\n"), IsEmpty());
  EXPECT_THAT(found("# sbxc: accept SBX4072 \"a test bed\"\nallow connect a.com:*\n"), IsEmpty());
  EXPECT_THAT(found("# sbxc: accept any-port \"why\"\n# more\nallow connect a.com,\n    b.com:*\n"),
              IsEmpty())
      << "the statement goes on, indented";
}

TEST(AcceptingComments, LeaveOtherStatementsAndOtherFindingsAlone) {
  EXPECT_THAT(found("# sbxc: accept any-port \"why\"\nallow connect a.com:*\n"
                    "allow connect b.com:*\n"),
              ElementsAre("any-port"));
  EXPECT_THAT(found("# sbxc: accept any-port \"why\"\nallow socket /run/docker.sock\n"),
              ElementsAre("accepted-finding-absent", "socket-leads-out"));
  EXPECT_THAT(found("# sbxc: accept any-port \"why\"\n\nallow connect b.com:*\n"),
              ElementsAre("accepted-finding-absent", "any-port"))
      << "an empty line comes between";
}

TEST(AcceptingComments, MayStandSeveralAboveOneStatement) {
  EXPECT_THAT(found("# sbxc: accept any-port \"one\"\n# sbxc: accept local-control-port \"two\"\n"
                    "allow connect localhost:*\n"),
              IsEmpty());
}

TEST(AcceptingComments, MayStandAtTheEndOfAStatement) {
  EXPECT_THAT(found("allow connect a.com:*  # sbxc: accept any-port \"a test bed\"\n"), IsEmpty());
  EXPECT_THAT(found("allow connect a.com,  # sbxc: accept any-port \"why\"\nb.com:*\n"), IsEmpty());
  EXPECT_THAT(found("allow connect a.com,\nb.com:*  # sbxc: accept any-port \"why\"\n"), IsEmpty());
  EXPECT_THAT(found("on linux {\n  allow connect a.com:*  # sbxc: accept any-port \"why\"\n"
                    "  allow connect b.com:*\n}\n"),
              ElementsAre("any-port"));
}

TEST(AcceptingComments, AreNoPartOfTextInQuotes) {
  EXPECT_THAT(found("allow read \"/srv/# sbxc: accept any-port\"\nallow connect a.com:*\n"),
              ElementsAre("any-port"));
  EXPECT_THAT(found("# see # sbxc: accept any-port \"why\"\nallow connect a.com:*\n"),
              ElementsAre("any-port"));
}

TEST(AcceptingComments, GiveTheirReasonsWithTheFindings) {
  Workbench bench;
  Resolved r = bench.resolve(
      "use std/base\n# sbxc: accept any-port \"a test bed\"  \nallow connect a.com:*, b.com:*\n");
  ASSERT_TRUE(r.policy);
  check(*r.policy, r.diagnostics);
  const auto accepted = accept_findings(r.sources, r.diagnostics);
  ASSERT_EQ(accepted.size(), 2U) << "of one kind, in one statement";
  EXPECT_EQ(accepted[1].because, "a test bed");
  EXPECT_EQ(accepted[1].finding.kind, Kind::any_port);
  EXPECT_EQ(r.sources.text(accepted[1].comment), "# sbxc: accept any-port \"a test bed\"");
}

TEST(AcceptingComments, LeaveAloneWhatIsNotKnown) {
  EXPECT_THAT(found("allow read /srv/*a?????????????????? because \"ours\"\n"
                    "# sbxc: accept assertion-not-proved \"no time\"\n"
                    "assert never read /srv/aaaaaaaaaaaaaaaaaaaaab\n"),
              ::testing::Contains("bad-accepting-comment"));
}

TEST(AcceptingComments, CoverABlock) {
  EXPECT_THAT(found("# sbxc: accept any-port \"why\"\non linux {\n  allow connect a.com:*\n}\n"),
              IsEmpty());
}

TEST(AcceptingComments, AcceptWhatARuleDoesWithASet) {
  EXPECT_THAT(found("let hosts_of_ours = { a.com:* }\n# sbxc: accept socket-leads-out \"why\"\n"
                    "allow socket engines\nlet engines = { /run/docker.sock }\n"
                    "allow connect hosts_of_ours\n"),
              ElementsAre("any-port"));
}

TEST(AcceptingComments, NeedAKnownWarningAndAReason) {
  for (const char* comment :
       {"# sbxc:", "# sbxc: accept", "# sbxc: ignore any-port \"x\"", "# sbxc: accept any-port",
        "# sbxc: accept any-port \"\"", "# sbxc: accept any-port \" \"",
        "# sbxc: accept any-prt \"x\"", "# sbxc: accept test-failed \"x\"",
        "# sbxc: accept move-out-of-exception \"x\"", "# sbxc: accept any-port x"}) {
    EXPECT_THAT(found(std::string(comment) + "\nallow connect a.com:*\n"),
                ElementsAre("bad-accepting-comment", "any-port"))
        << comment;
  }
}

TEST(AcceptingComments, OfUsedFilesMayBeAboutNothing) {
  const std::string used = "sbx 1\n# sbxc: accept any-port \"why\"\nallow connect a.com\n";
  EXPECT_THAT(found("use \"used.sbx\"\n", used), IsEmpty());
  EXPECT_THAT(found("use \"used.sbx\"\n", used + "# sbxc: accept any-prt \"x\"\n"),
              ElementsAre("bad-accepting-comment"));
}

}  // namespace
}  // namespace sbxc
