#include "compiler/pattern/host_list.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "compiler/pattern/host_name.h"

namespace sbxc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Read {
  std::optional<HostList> list;
  Diagnostics diagnostics;
  Sources sources;
};

Read read(std::string text) {
  Read out;
  const FileId file = out.sources.add("list.txt", std::move(text));
  out.list = read_host_list(out.sources, file, out.diagnostics);
  return out;
}

std::vector<std::string> entries(const HostList& list) {
  std::vector<std::string> out;
  for (const HostList::Entry& entry : list.entries) {
    out.push_back((entry.subdomains ? "*." : "") + std::string(list.name_of(entry)));
  }
  for (const IpNetwork& network : list.networks) out.push_back(network.text());
  return out;
}

std::vector<std::string> entries(std::string text) {
  const Read out = read(std::move(text));
  return out.list ? entries(*out.list) : std::vector<std::string>{"bad"};
}

TEST(HostList, ReadsOneHostALine) {
  EXPECT_THAT(
      entries("b.example\na.example\n*.c.example\n10.0.0.0/8\n::1\n[fd00::/8]\n"),
      ElementsAre("a.example", "b.example", "*.c.example", "10.0.0.0/8", "::1", "fd00::/8"));
}

TEST(HostList, ReadsCommentsBlankLinesCrLfAndAByteOrderMark) {
  EXPECT_THAT(entries("\xEF\xBB\xBF# title\r\n\r\n  a.example  # why\r\n\tb.example\r\n#c.example"),
              ElementsAre("a.example", "b.example"));
  EXPECT_THAT(entries(""), ElementsAre());
  EXPECT_THAT(entries("\xEF\xBB\xBF"), ElementsAre());
  EXPECT_THAT(entries("a.example"), ElementsAre("a.example"));
}

TEST(HostList, ReadsTheHostsFileForm) {
  EXPECT_THAT(entries("127.0.0.1 localhost\n"
                      "127.0.0.1 localhost.localdomain local\n"
                      "255.255.255.255 broadcasthost\n"
                      "::1 localhost ip6-localhost\n"
                      "fe80::1%lo0 localhost\n"
                      "ff02::1 ip6-allnodes\n"
                      "0.0.0.0 0.0.0.0\n"
                      "0.0.0.0 ads.example t.example # two\n"
                      "127.0.0.1\tx.example\n"
                      ":: y.example localhost\n"),
              ElementsAre("ads.example", "t.example", "x.example", "y.example"));
}

TEST(HostList, KeepsAnAddressThatStandsAlone) {
  EXPECT_THAT(entries("0.0.0.0\n127.0.0.1\n"), ElementsAre("0.0.0.0", "127.0.0.1"));
}

TEST(HostList, CanonicalisesNames) {
  EXPECT_THAT(entries("EXAMPLE.com.\nbücher.example\n*.Bücher.example\nexample.com"),
              ElementsAre("example.com", "xn--bcher-kva.example", "*.xn--bcher-kva.example"));
}

TEST(HostList, DropsWhatAnotherEntryCovers) {
  EXPECT_THAT(entries("a.b.example\n*.b.example\nb.example\n*.a.b.example\nx.example\nx.example\n"
                      "10.1.0.0/16\n10.0.0.0/8\n10.0.0.1\n"),
              ElementsAre("b.example", "*.b.example", "x.example", "10.0.0.0/8"));
}

struct Bad {
  const char* line;
  const char* at;
  const char* says;
};

TEST(HostList, ReportsABadLineWhereItIs) {
  const Bad table[] = {
      {"http://x.example/", "http://x.example/", "no host"},
      {"x.example:443", "x.example:443", "write `x.example`"},
      {".x.example", ".x.example", "write `*.x.example`"},
      {"||ads.example^", "||ads.example^", "adblock"},
      {"a.example b.example", "a.example b.example", "one host a line"},
      {"93.184.216.34 a.example", "93.184.216.34", "neither"},
      {"0.0.0.0 a..example", "a..example", "empty"},
      {"0x7f.1", "0x7f.1", "write `127.0.0.1`"},
      {"10.0.0.1/8", "10.0.0.1/8", "write `10.0.0.0/8`"},
      {"*.com", "*.com", "register"},
      {"*", "*", "a list names hosts"},
      {"*.", "*.", "empty"},
      {"a*.example", "a*.example", "letters"},
      {"a\x1b[31m.example", "a\x1b[31m.example", "letters"},
  };
  for (const Bad& bad : table) {
    const Read out = read("ok.example\n" + std::string(bad.line) + "\nok2.example\n");
    EXPECT_FALSE(out.list) << bad.line;
    ASSERT_EQ(out.diagnostics.all().size(), 1U) << bad.line;
    const Diagnostic& d = out.diagnostics.all()[0];
    EXPECT_EQ(d.kind, Kind::bad_list_line);
    EXPECT_EQ(out.sources.text(*d.span), bad.at);
    EXPECT_EQ(out.sources.locate(d.span->file, d.span->begin).line, 2U);
    EXPECT_THAT(d.message + "\n" + d.underline + "\n" + d.help, HasSubstr(bad.says)) << bad.line;
    EXPECT_EQ((d.message + d.help).find('\x1b'), std::string::npos);
  }
}

TEST(HostList, StopsReportingAfterTwentyLines) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "a..b\n";
  const Read out = read(text);
  EXPECT_FALSE(out.list);
  ASSERT_EQ(out.diagnostics.all().size(), kMaxListErrors + 1);
  EXPECT_EQ(out.diagnostics.all().back().message, "80 more lines can't be read");
}

TEST(HostList, SurvivesJunk) {
  std::string junk;
  for (int i = 0; i < 4096; ++i) junk += static_cast<char>(i * 7919 >> 3);
  const Read out = read(junk);
  EXPECT_FALSE(out.list);
  EXPECT_LE(out.diagnostics.all().size(), kMaxListErrors + 1);
}

TEST(HostList, MatchesNamesAndAddresses) {
  const Read out = read("example.com\n*.sub.example\n10.0.0.0/8\n192.0.2.1\n2001:db8::/32\n");
  ASSERT_TRUE(out.list);
  for (const char* name : {"example.com", "a.sub.example", "a.b.sub.example"}) {
    EXPECT_TRUE(out.list->matches(std::string(name))) << name;
  }
  for (const char* name : {"www.example.com", "sub.example", "xsub.example", "example.co", "com",
                           "a.sub.example.com", "examplex.com"}) {
    EXPECT_FALSE(out.list->matches(std::string(name))) << name;
  }
  for (const char* ip : {"10.255.0.1", "192.0.2.1", "2001:db8::5"}) {
    EXPECT_TRUE(out.list->matches(*parse_ip(ip).address)) << ip;
  }
  for (const char* ip : {"11.0.0.0", "9.255.255.255", "192.0.2.2", "2001:db9::", "::"}) {
    EXPECT_FALSE(out.list->matches(*parse_ip(ip).address)) << ip;
  }
}

RC_GTEST_PROP(HostList, MatchesWhatItsLinesMatchOneByOne, ()) {
  const auto name = rc::gen::map(
      rc::gen::resize(3, rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
                             rc::gen::element<std::string>("a", "b", "ab", "a-", "c")))),
      [](const std::vector<std::string>& labels) {
        std::string out;
        for (const std::string& label : labels) out += label + ".";
        return out + "test";
      });
  const auto lines = *rc::gen::container<std::vector<std::pair<bool, std::string>>>(
      rc::gen::pair(rc::gen::arbitrary<bool>(), name));
  std::string text;
  for (const auto& [wildcard, host] : lines) text += (wildcard ? "*." : "") + host + "\n";
  const Read out = read(text);
  RC_ASSERT(out.list.has_value());
  const std::string asked = *name;
  const bool expected = std::any_of(lines.begin(), lines.end(), [&](const auto& line) {
    return line.first ? asked.ends_with("." + line.second) : asked == line.second;
  });
  RC_ASSERT(out.list->matches(asked) == expected);
}

}  // namespace
}  // namespace sbxc
