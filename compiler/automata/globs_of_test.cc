#include "compiler/automata/globs_of.h"

#include <gmock/gmock.h>

#include "compiler/automata/determinise.h"
#include "compiler/automata/domains.h"
#include "compiler/automata/product.h"
#include "compiler/automata/written_globs.h"

namespace sbxc::automata {
namespace {

using testing::set_of;
using testing::Texts;
using testing::Written;

struct Case {
  std::string name;
  std::vector<Written> set;
  std::string words;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class GlobsOf : public ::testing::TestWithParam<Case> {};

TEST_P(GlobsOf, ReadsAsAPersonWouldWriteIt) {
  const WordSet set = set_of(GetParam().set);
  const GlobSet globs = path_globs_of(set, holds);
  EXPECT_EQ(in_words(globs), GetParam().words);
  EXPECT_TRUE(globs.complete);
  EXPECT_EQ(set_of(globs), set);
}

const std::vector<Case> kCases{
    {"Nothing", {}, ""},
    {"OneFile", {{{"/etc/hosts"}}}, "`/etc/hosts`"},
    {"TheRoot", {{{"/"}}}, "`/`"},
    {"Everything", {{{"/**"}}}, "`/**`"},
    {"Subtree", {{{"/w/**"}}}, "`/w/**`"},
    {"BelowASubtree", {{{"/w/*/**"}}}, "`/w/*/**`"},
    {"DirectoryAlone", {{{"/w/*"}}}, "`/w/*`"},
    {"SeveralSubtrees", {{{"/usr/**", "/etc/**", "/bin/**"}}}, "`/bin/**`, `/etc/**`, `/usr/**`"},
    {"SubtreesOfOneDirectory",
     {{{"/home/u/src/**", "/home/u/doc/**", "/home/u/bin/**"}}},
     "`/home/u/{bin,doc,src}/**`"},
    {"SubtreeWithoutASubtree",
     {{{"/w/**"}, {"/w/.git/hooks/**"}}},
     "`/w/**` except `/w/.git/hooks/**`"},
    {"SubtreeWithoutTwo",
     {{{"/w/**"}, {"/w/.git/hooks/**", "/w/.git/config"}}},
     "`/w/**` except `/w/.git/hooks/**`, `/w/.git/config`"},
    {"SubtreeWithoutNamesAnywhere",
     {{{"/w/**"}, {"/w/**/*.key", "/w/**/.env"}}},
     "`/w/**` except `/w/**/.env`, `/w/**/*.key`"},
    {"NamesAnywhere", {{{"/w/**/*.key"}}}, "`/w/**/*.key`"},
    {"TreesAnywhere", {{{"/w/**/.git/hooks/**"}}}, "`/w/**/.git/hooks/**`"},
    {"TreesAndNamesAnywhere",
     {{{"/w/**/.git/hooks/**", "/w/**/*.pem"}}},
     "`/w/**/.git/hooks/**`, `/w/**/*.pem`"},
    {"AnywhereButInOneDirectory",
     {{{"/w/**/*.key"}, {"/w/keep/**"}}},
     "`/w/**/*.key` except `/w/keep/**`"},
    {"NamesOfADirectory", {{{"/home/u/.ssh/id_*"}}}, "`/home/u/.ssh/id_*`"},
    {"NamesOfADirectoryWithoutSome",
     {{{"/home/u/.ssh/id_*"}, {"/home/u/.ssh/*.pub"}}},
     "`/home/u/.ssh/id_*` except `/home/u/.ssh/id_*.pub`"},
    {"AClass", {{{"/w/[a-f]*"}}}, "`/w/[a-f]*`"},
    {"AnyCase", {{{"/w/[Kk][Ee][Yy]"}}}, "`/w/[Kk][Ee][Yy]`"},
    {"TwoLetters", {{{"/w/lib", "/w/lab"}}}, "`/w/lab`, `/w/lib`"},
    {"AClassNegated", {{{"/w/[!.]*"}}}, "`/w/[!.]*`"},
    {"SomethingOfEveryUser", {{{"/home/*/.ssh/**"}}}, "`/home/*/.ssh/**`"},
    {"OneByte", {{{"/w/?/x"}}}, "`/w/?/x`"},
    {"EndsAndBegins", {{{"/w/a*z.c"}}}, "`/w/a*z.c`"},
    {"Escaped", {{{"/w/\\[a\\]\\*\\ b"}}}, "`/w/\\[a]\\*\\ b`"},
    {"GivenBack",
     {{{"/w/**"}, {"/w/.git/**"}}, {{"/w/.git/objects/**"}}},
     "`/w/**` except `/w/.git/**`, and `/w/.git/objects/**`"},
    {"KnownHosts",
     {{{"/**"}, {"/home/u/.ssh/**"}}, {{"/home/u/.ssh/known_hosts"}}},
     "`/**` except `/home/u/.ssh/**`, and `/home/u/.ssh/known_hosts`"},
    {"OverlappingNames", {{{"/w/*.key", "/w/id_*/**"}}}, "`/w/id_*/**`, `/w/*.key`"},
    {"TwoDirectoriesWithoutOneName",
     {{{"/w/**", "/v/**"}, {"/**/.git/**"}}},
     "`/v/**`, `/w/**` except `/**/.git/**`"},
};

INSTANTIATE_TEST_SUITE_P(Sets, GlobsOf, ::testing::ValuesIn(kCases),
                         [](const auto& one) { return one.param.name; });

// What a review asks: the difference of two permissions.
TEST(GlobsOfDifference, AnExceptionThatMovedReadsAsWhatItOpened) {
  const WordSet wide = set_of(std::vector<Written>{{{"/w/**"}, {"/w/.git/hooks/**"}}});
  const WordSet narrow = set_of(std::vector<Written>{{{"/w/**"}, {"/w/.git/**"}}});
  const GlobSet globs = path_globs_of(SetSearch(GlobKind::path).minus(wide, narrow).value(), holds);
  EXPECT_EQ(in_words(globs), "`/w/.git/**` except `/w/.git/hooks/**`");
}

TEST(GlobsOf, ManyFilesAreToldAsFarAsTheRoomGoes) {
  Texts files;
  for (char a = 'a'; a <= 'j'; ++a) {
    for (char b = 'a'; b <= 'j'; ++b) {
      files.push_back(std::string("/d/") + a + "/" + b + a + ".txt");
    }
  }
  const WordSet set = set_of(std::vector<Written>{{files}});
  const GlobSet globs = path_globs_of(set, holds, 5);
  EXPECT_FALSE(globs.complete);
  EXPECT_EQ(globs.globs.size(), 5U);
  EXPECT_TRUE(is_subset(set_of(globs), set));
}

TEST(GlobsOf, WordsThatAreNoCanonicalPathsAreLeftOut) {
  const GlobSet globs = path_globs_of(Dfa::constant(kInside), holds);
  EXPECT_EQ(in_words(globs), "`/**`");
  EXPECT_TRUE(globs.complete);
}

WordSet names(const std::vector<std::vector<GlobAtom>>& atoms, GlobKind kind) {
  std::vector<GlobRule> rules;
  rules.reserve(atoms.size());
  for (const auto& one : atoms) rules.push_back({{Glob{kind, {NameGlob{one}}}}, {}});
  return words_of(rules, kind).value();
}

TEST(GlobsOf, NamesOfVariables) {
  const WordSet set =
      names({{"LC_", AnyRun{}}, {"PATH"}, {"HOME"}, {AnyRun{}, "_TOKEN"}}, GlobKind::name);
  EXPECT_EQ(in_words(name_globs_of(set, holds)), "`LC_*`, `*_TOKEN`, `HOME`, `PATH`");
  const WordSet rest = SetSearch(GlobKind::name)
                           .minus(names({{AnyRun{}}}, GlobKind::name),
                                  names({{"SECRET_", AnyRun{}}}, GlobKind::name))
                           .value();
  EXPECT_EQ(in_words(name_globs_of(rest, holds)), "`*` except `SECRET_*`");
  EXPECT_EQ(in_words(name_globs_of(names({{"#a"}, {"~"}}, GlobKind::name), holds)),
            "`\\~`, `\\#a`");
}

TEST(GlobsOf, SocketsArePathsAndAbstractNames) {
  const WordSet abstract = names({{"/tmp/x", AnyRun{}}}, GlobKind::abstract);
  const WordSet paths = set_of(std::vector<Written>{{{"/run/**"}}});
  const Dfa both =
      product(abstract, paths,
              [](Label a, Label b) { return holds(a) || holds(b) ? kInside : kOutside; }, {})
          .value();
  const GlobSet globs = socket_globs_of(both, holds);
  EXPECT_EQ(in_words(globs), "`/run/**`, `@/tmp/x*`");
  EXPECT_TRUE(globs.complete);
}

}  // namespace
}  // namespace sbxc::automata
