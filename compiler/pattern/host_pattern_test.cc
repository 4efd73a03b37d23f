#include "compiler/pattern/host_pattern.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "compiler/pattern/host_name.h"

namespace sbxc {
namespace {

using ::testing::HasSubstr;

std::string shown(const ConnectPattern& pattern) {
  std::string out;
  for (const HostTest& host : pattern.hosts) {
    if (!out.empty()) out += ' ';
    out += text(host);
  }
  return out + " : " + pattern.ports.text() + (pattern.too_broad ? " broad" : "");
}

std::string connect(std::string_view written) {
  const auto pattern = parse_connect_pattern(PatternText::plain(written));
  return pattern ? shown(*pattern) : "SBX" + std::to_string(static_cast<int>(pattern.error().kind));
}

TEST(ConnectPattern, ReadsNamesAddressesNetworksAndPorts) {
  const std::pair<const char*, const char*> table[] = {
      {"example.com", "example.com : 80,443"},
      {"EXAMPLE.com.", "example.com : 80,443"},
      {"bücher.example:443", "xn--bcher-kva.example : 443"},
      {"*.example.com", "*.example.com : 80,443"},
      {"*.BÜCHER.example.", "*.xn--bcher-kva.example : 80,443"},
      {"example.com:*", "example.com : *"},
      {"example.com:8000-8100,9000", "example.com : 8000-8100,9000"},
      {"example.com:9000,8000-8100,8101", "example.com : 8000-8101,9000"},
      {"example.com:1-65535", "example.com : *"},
      {"10.0.0.0/8", "10.0.0.0/8 : 80,443"},
      {"10.2.0.0/16:9000-9100", "10.2.0.0/16 : 9000-9100"},
      {"10.0.0.1", "10.0.0.1 : 80,443"},
      {"10.0.0.1/32:22", "10.0.0.1 : 22"},
      {"0.0.0.0/0:443", "0.0.0.0/0 : 443"},
      {"[2001:db8::1]:443", "[2001:db8::1] : 443"},
      {"[2001:DB8:0::1]", "[2001:db8::1] : 80,443"},
      {"[fd00::/8]:*", "[fd00::/8] : *"},
      {"fd00::/8", "[fd00::/8] : 80,443"},
      {"fd00::/8:443", "[fd00::/8] : 443"},
      {"2001:db8::1", "[2001:db8::1] : 80,443"},
      {"1:2:3:4:5:6:7:8", "[1:2:3:4:5:6:7:8] : 80,443"},
      {"::1", "[::1] : 80,443"},
      {"::ffff:10.0.0.1", "10.0.0.1 : 80,443"},
      {"[::ffff:10.0.0.1]:22", "10.0.0.1 : 22"},
      {"[::ffff:10.0.0.0/104]", "10.0.0.0/8 : 80,443"},
      {"localhost", "localhost 127.0.0.1 [::1] : 80,443"},
      {"LocalHost.:3000-3999", "localhost 127.0.0.1 [::1] : 3000-3999"},
      {"*.localhost:80", "*.localhost : 80"},
      {"*", "* : 80,443 broad"},
      {"*:*", "* : * broad"},
      {"*.com", "*.com : 80,443 broad"},
      {"*.co.uk:443", "*.co.uk : 443 broad"},
      {"*.github.io", "*.github.io : 80,443 broad"},
      {"*.internal", "*.internal : 80,443"},
      {"*.a.github.io", "*.a.github.io : 80,443"},
  };
  for (const auto& [written, meaning] : table) EXPECT_EQ(connect(written), meaning) << written;
}

struct Bad {
  const char* written;
  Kind kind;
  const char* at;    // the text under the caret
  const char* says;  // in the message, underline or help
};

template <typename Parse>
void expect_bad(const Bad& bad, Parse parse) {
  const auto pattern = parse(PatternText::plain(bad.written));
  ASSERT_FALSE(pattern) << bad.written;
  const Diagnostic& d = pattern.error();
  EXPECT_EQ(id_of(d.kind), id_of(bad.kind)) << bad.written << ": " << d.message;
  ASSERT_TRUE(d.span);
  EXPECT_EQ(std::string_view(bad.written).substr(d.span->begin, d.span->end - d.span->begin),
            bad.at)
      << bad.written;
  EXPECT_THAT(d.message + "\n" + d.underline + "\n" + d.help, HasSubstr(bad.says)) << bad.written;
}

TEST(ConnectPattern, RefusesWithTheNarrowestSpanAndTextToPaste) {
  const Bad table[] = {
      {"", Kind::bad_host_name, "", "a host is missing"},
      {"http://example.com/", Kind::host_is_url, "http://", "`example.com:80`"},
      {"https://example.com", Kind::host_is_url, "https://", "`example.com:443`"},
      {"https://user:pw@example.com:8443/x?y", Kind::host_is_url, "https://", "`example.com:8443`"},
      {"gopher://example.com", Kind::host_is_url, "gopher://", "`example.com`"},
      {"user@example.com", Kind::host_is_url, "user@", "`example.com`"},
      {"git@github.com:org/repo.git", Kind::host_is_url, "git@", "`github.com:22`"},
      {"example.com/path", Kind::host_is_url, "/path", "`example.com`"},
      {"example.com:443/path", Kind::host_is_url, "/path", "`example.com:443`"},
      {"example.com/", Kind::host_is_url, "/", "`example.com`"},
      {"*example.com", Kind::bad_host_wildcard, "*", "`*.example.com`"},
      {"a.*.example.com", Kind::bad_host_wildcard, "*", "`*.example.com`"},
      {"api-*.example.com", Kind::bad_host_wildcard, "*", "`*.example.com`"},
      {"**.example.com", Kind::bad_host_wildcard, "*", "`*.example.com`"},
      {"*.*.example.com", Kind::bad_host_wildcard, "*", "`*.example.com`"},
      {"example.*", Kind::bad_host_wildcard, "*", "first label"},
      {"*.", Kind::bad_host_wildcard, "*.", "`*.example.com`"},
      {"*..com", Kind::bad_host_name, ".", "empty"},
      {"*.127.0.0.1", Kind::bad_host_wildcard, "*", "`127.0.0.1`"},
      {"192.168.1.*", Kind::bad_host_wildcard, "*", "`192.168.1.0/24`"},
      {"10.*.*.*", Kind::bad_host_wildcard, "*.*.*", "`10.0.0.0/8`"},
      {"10.2.*", Kind::bad_host_wildcard, "*", "`10.2.0.0/16`"},
      {".example.com", Kind::bad_host_name, ".", "`*.example.com`"},
      {"example..com", Kind::bad_host_name, "..", "empty"},
      {"exa%6dple.com", Kind::bad_host_name, "%", "letters, digits"},
      {"{a,b}.example.com", Kind::bad_host_name, "{", "set"},
      {"example.com\\evil", Kind::bad_host_name, "\\", "letters, digits"},
      {"256.1.1.1", Kind::bad_host_name, "256.1.1.1", "number"},
      {"example.123", Kind::bad_host_name, "example.123", "number"},
      {"0x7f.1", Kind::odd_ip_spelling, "0x7f.1", "`127.0.0.1`"},
      {"127.1:80", Kind::odd_ip_spelling, "127.1", "`127.0.0.1`"},
      {"2130706433", Kind::odd_ip_spelling, "2130706433", "`127.0.0.1`"},
      {"010.0.0.0/8", Kind::odd_ip_spelling, "010.0.0.0", "`8.0.0.0`"},
      {"10/8", Kind::odd_ip_spelling, "10", "`0.0.0.10`"},
      {"127.0.0.1.:80", Kind::odd_ip_spelling, "127.0.0.1.", "`127.0.0.1`"},
      {"fe80::1%eth0", Kind::ipv6_zone, "%eth0", "`[fe80::1]`"},
      {"[fe80::1%25eth0]:80", Kind::ipv6_zone, "%25eth0", "`[fe80::1]`"},
      {"2001:db8::1:443", Kind::ipv6_needs_brackets, "2001:db8::1:443", "`[2001:db8::1:443]`"},
      {"2001:db8::1:443", Kind::ipv6_needs_brackets, "2001:db8::1:443", "`[2001:db8::1]:443`"},
      {"2001:db8::1:443,80", Kind::ipv6_needs_brackets, "2001:db8::1", "`[2001:db8::1]:443,80`"},
      {"1:2:3:4:5:6:7:8:443", Kind::ipv6_needs_brackets, "1:2:3:4:5:6:7:8",
       "`[1:2:3:4:5:6:7:8]:443`"},
      {"::1:*", Kind::ipv6_needs_brackets, "::1", "`[::1]:*`"},
      {"[2001:db8::1", Kind::bad_host_name, "[", "`[2001:db8::1]`"},
      {"[2001:db8::1]443", Kind::bad_host_name, "443", "`[2001:db8::1]:443`"},
      {"[2001:db8::g]:443", Kind::bad_host_name, "2001:db8::g", "no IPv6 address"},
      {"[example.com]:443", Kind::bad_host_name, "[example.com]", "`example.com:443`"},
      {"[127.0.0.1]:443", Kind::bad_host_name, "[127.0.0.1]", "`127.0.0.1:443`"},
      {"[fd00::]/8:443", Kind::bad_network, "]/8", "`[fd00::/8]:443`"},
      {"10.0.0.0/33", Kind::bad_network, "33", "0 to 32"},
      {"10.0.0.0/", Kind::bad_network, "", "0 to 32"},
      {"10.0.0.0/08", Kind::bad_network, "08", "0 to 32"},
      {"10.0.0.0/255.0.0.0", Kind::bad_network, "255.0.0.0", "0 to 32"},
      {"fd00::/129", Kind::bad_network, "129", "0 to 128"},
      {"[::ffff:0.0.0.0/64]", Kind::bad_network, "::ffff:0.0.0.0/64", "IPv4"},
      {"10.1.2.3/8", Kind::network_host_bits, "10.1.2.3/8", "`10.0.0.0/8`"},
      {"[fd00::1/8]:80", Kind::network_host_bits, "fd00::1/8", "`[fd00::/8]`"},
      {"example.com:", Kind::bad_port, ":", "`example.com:443`"},
      {"example.com:0", Kind::bad_port, "0", "port 0"},
      {"example.com:65536", Kind::bad_port, "65536", "65535"},
      {"example.com:99999999999999999999", Kind::bad_port, "99999999999999999999", "65535"},
      {"example.com:0443", Kind::bad_port, "0443", "`443`"},
      {"example.com:+443", Kind::bad_port, "+443", "number"},
      {"example.com:0x1bb", Kind::bad_port, "0x1bb", "number"},
      {"example.com:https", Kind::bad_port, "https", "`443`"},
      {"example.com:9100-9000", Kind::bad_port, "9100-9000", "`9000-9100`"},
      {"example.com:80-", Kind::bad_port, "80-", "`80-65535`"},
      {"example.com:-80", Kind::bad_port, "-80", "`1-80`"},
      {"example.com:1-2-3", Kind::bad_port, "2-3", "number"},
      {"example.com:80,", Kind::bad_port, "", "missing in the list"},
      {"example.com:80,,443", Kind::bad_port, "", "missing in the list"},
      {"example.com:*,80", Kind::bad_port, "*", "`example.com:*`"},
      {"a.com:80,1.b.com:80", Kind::bad_port, "1.b.com:80", "`a.com:80, 1.b.com:80`"},
      {"a.com:80,10.0.0.1", Kind::bad_port, "10.0.0.1", "`a.com:80, 10.0.0.1`"},
  };
  for (const Bad& bad : table) expect_bad(bad, parse_connect_pattern);
}

TEST(ConnectPattern, ALiteralStarIsNoWildcard) {
  PatternText text = PatternText::plain("*.example.com");
  text.bytes[0].literal = true;
  const auto pattern = parse_connect_pattern(text);
  ASSERT_FALSE(pattern);
  EXPECT_EQ(pattern.error().kind, Kind::bad_host_wildcard);
  EXPECT_THAT(pattern.error().underline, HasSubstr("no wildcard"));
}

TEST(ConnectPattern, SpansPointIntoTheSource) {
  const auto pattern =
      parse_connect_pattern(PatternText::plain("example.com:0", Span{FileId{3}, 100, 113}));
  ASSERT_FALSE(pattern);
  EXPECT_EQ(pattern.error().span, (Span{FileId{3}, 112, 113}));
}

TEST(ConnectPattern, ControlBytesNeverReachTheMessage) {
  for (const char* written :
       {"exa\x1b[31mmple.com", "a\nb:80", "http://\x07/", "x:\x1b", "\x1b@x"}) {
    const auto pattern = parse_connect_pattern(PatternText::plain(written));
    ASSERT_FALSE(pattern);
    const Diagnostic& d = pattern.error();
    for (const char c : d.message + d.underline + d.help)
      EXPECT_GE(static_cast<unsigned char>(c), 32);
  }
}

TEST(ConnectPattern, BroadWildcardsAreExplained) {
  const auto all = parse_connect_pattern(PatternText::plain("*"));
  EXPECT_THAT(broad_wildcard(*all).message, HasSubstr("every name"));
  const auto suffix = parse_connect_pattern(PatternText::plain("*.co.uk"));
  EXPECT_THAT(broad_wildcard(*suffix).underline, HasSubstr("under `co.uk`"));
}

std::string listen(std::string_view written) {
  const auto pattern = parse_listen_pattern(PatternText::plain(written));
  if (!pattern) return id_of(pattern.error().kind);
  std::string out;
  for (const IpNetwork& network : pattern->addresses) out += network.text() + " ";
  return out + ": " + pattern->ports.text();
}

TEST(ListenPattern, ReadsAddressesAndPorts) {
  const std::pair<const char*, const char*> table[] = {
      {"localhost:3000-3999", "127.0.0.1 ::1 : 3000-3999"},
      {"LOCALHOST.:80", "127.0.0.1 ::1 : 80"},
      {"*:3000", "0.0.0.0/0 ::/0 : 3000"},
      {"localhost:*", "127.0.0.1 ::1 : *"},
      {"127.0.0.1:80,443", "127.0.0.1 : 80,443"},
      {"[::1]:80", "::1 : 80"},
      {"10.0.0.0/8:80", "10.0.0.0/8 : 80"},
      {"0.0.0.0:80", "0.0.0.0 : 80"},
  };
  for (const auto& [written, meaning] : table) EXPECT_EQ(listen(written), meaning) << written;
}

TEST(ListenPattern, RefusesNamesAndMissingPorts) {
  const Bad table[] = {
      {"example.com:80", Kind::bad_listen_address, "example.com", "`localhost:80`"},
      {"*.example.com:80", Kind::bad_listen_address, "*.example.com", "`*:80`"},
      {"3000", Kind::bad_listen_address, "3000", "`localhost:3000`"},
      {"3000-3999", Kind::bad_listen_address, "3000-3999", "`localhost:3000-3999`"},
      {":3000", Kind::bad_listen_address, "", "`localhost:3000`"},
      {"localhost", Kind::missing_port, "localhost", "`localhost:3000`"},
      {"*", Kind::missing_port, "*", "`*:3000`"},
      {"::1", Kind::missing_port, "::1", "`[::1]:3000`"},
      {"127.1:80", Kind::odd_ip_spelling, "127.1", "`127.0.0.1`"},
      {"localhost:0", Kind::bad_port, "0", "`localhost:*`"},
      {"10.0.0.1/8:80", Kind::network_host_bits, "10.0.0.1/8", "`10.0.0.0/8`"},
  };
  for (const Bad& bad : table) expect_bad(bad, parse_listen_pattern);
}

TEST(HostRequest, IsOneCanonicalHostAndPort) {
  const std::pair<const char*, const char*> table[] = {
      {"example.com", "example.com:443"},
      {"EXAMPLE.com.:80", "example.com:80"},
      {"10.0.0.1:22", "10.0.0.1:22"},
      {"[::1]:80", "[::1]:80"},
      {"::1", "[::1]:443"},
      {"::ffff:127.0.0.1", "127.0.0.1:443"},
      {"localhost:3000", "localhost:3000"},
  };
  for (const auto& [written, meaning] : table) {
    const auto request = parse_host_request(PatternText::plain(written));
    ASSERT_TRUE(request) << written;
    EXPECT_EQ(request->text(), meaning) << written;
  }
}

TEST(HostRequest, RefusesPatterns) {
  const Bad table[] = {
      {"*.example.com", Kind::bad_host_request, "*", "`www.example.com:443`"},
      {"10.0.0.0/8:80", Kind::bad_host_request, "/8", "`10.0.0.0:443`"},
      {"example.com:80,443", Kind::bad_host_request, "80,443", "`example.com:80`"},
      {"example.com:*", Kind::bad_host_request, "*", "several ports"},
      {"0x7f.1:80", Kind::odd_ip_spelling, "0x7f.1", "`127.0.0.1`"},
      {"a b:80", Kind::bad_host_name, " ", "letters"},
  };
  for (const Bad& bad : table) expect_bad(bad, parse_host_request);
}

TEST(PortSet, MergesOverlapsAndNeighbours) {
  EXPECT_EQ(PortSet::of({{80, 90}, {85, 100}, {101, 101}, {443, 443}, {7, 7}}).text(),
            "7,80-101,443");
  EXPECT_EQ(PortSet::of({{1, 65535}, {80, 80}}), PortSet::any());
  EXPECT_EQ(PortSet::of({{80, 80}, {443, 443}}), PortSet::web());
  EXPECT_FALSE(PortSet::any().contains(0));
  EXPECT_FALSE(PortSet{}.contains(80));
}

RC_GTEST_PROP(PortSet, TextReadsBackAndHoldsTheSamePorts, ()) {
  const auto raw = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(1, 65536), rc::gen::inRange(0, 300))));
  std::vector<PortRange> ranges;
  ranges.reserve(raw.size());
  for (const auto& [low, length] : raw) {
    ranges.push_back(
        {static_cast<uint16_t>(low), static_cast<uint16_t>(std::min(65535, low + length))});
  }
  const PortSet set = PortSet::of(ranges);
  const auto pattern = parse_connect_pattern(PatternText::plain("a.example:" + set.text()));
  RC_ASSERT(pattern.has_value());
  RC_ASSERT(pattern->ports == set);
  for (size_t i = 1; i < set.ranges.size(); ++i) {
    RC_ASSERT(set.ranges[i - 1].high + 1 < set.ranges[i].low);
  }
  const auto port = static_cast<uint16_t>(*rc::gen::inRange(0, 65536));
  RC_ASSERT(set.contains(port) == std::any_of(ranges.begin(), ranges.end(), [&](PortRange r) {
              return r.low <= port && port <= r.high;
            }));
}

// Law 9: case, a trailing dot and IDNA form never change what a pattern is.
RC_GTEST_PROP(ConnectPattern, SpellingOfANameNeverChangesAMatch, ()) {
  const auto label = rc::gen::element<std::string>("a", "bücher", "straße", "日本", "x-1", "_s");
  const auto labels =
      *rc::gen::resize(5, rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(label)));
  std::string name;
  for (const std::string& part : labels) name += part + ".";
  name += "example";
  std::string other = *canonical_host_name(name);
  for (char& c : other) {
    if (c >= 'a' && c <= 'z' && *rc::gen::arbitrary<bool>()) c = static_cast<char>(c - 0x20);
  }
  if (*rc::gen::arbitrary<bool>()) other += '.';
  RC_ASSERT(connect(name) == connect(other));
  RC_ASSERT(connect("*." + name) == connect("*." + other));
}

// What a pattern says about itself reads back as the same pattern.
RC_GTEST_PROP(ConnectPattern, TextReadsBack, ()) {
  const auto written = *rc::gen::container<std::string>(rc::gen::element(
      '*', '.', 'a', 'b', '1', '2', '0', ':', ':', '/', '[', ']', '-', ',', 'f', 'x', '%', '@'));
  const auto pattern = parse_connect_pattern(PatternText::plain(written));
  if (!pattern) return;
  RC_ASSERT(pattern->hosts.size() == 1U);
  const std::string again = text(pattern->hosts[0]) + ":" + pattern->ports.text();
  const auto reread = parse_connect_pattern(PatternText::plain(again));
  RC_ASSERT(reread.has_value());
  RC_ASSERT(shown(*reread) == shown(*pattern));
}

}  // namespace
}  // namespace sbxc
