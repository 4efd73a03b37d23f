// The table against the laws: whatever a random policy says, the file that is built from it and
// read back gives the verdict and the deciding rules of compiler/policy/decide.h, for the hosts
// that the policy names and for those one step beside them.
#include "backends/proxy/host_table_builder.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <cstring>

#include "backends/proxy/hosts_near_for_test.h"
#include "compiler/policy/decide.h"
#include "runtime/host_table/host_table.h"

namespace sbxc {
namespace {

using host_table::HostTable;

// Keeps the bytes where the reader wants them: at an eight-byte boundary.
class ReadBack {
 public:
  explicit ReadBack(const std::string& bytes) : words_((bytes.size() + 7) / 8) {
    std::memcpy(words_.data(), bytes.data(), bytes.size());
    auto opened = HostTable::view({reinterpret_cast<const uint8_t*>(words_.data()), bytes.size()});
    error_ = opened.error;
    table_ = std::move(opened.table);
  }
  const HostTable& operator*() const { return table_; }
  const HostTable* operator->() const { return &table_; }
  host_table::Error error() const { return error_; }

 private:
  std::vector<uint64_t> words_;
  host_table::Error error_{};
  HostTable table_;
};

struct Answer {
  Effect verdict;
  std::vector<uint32_t> rules;  // policy ids
  bool operator==(const Answer&) const = default;
};

Answer ask_table(const HostTable& table, const HostRequest& request) {
  std::array<uint32_t, 64> out{};
  host_table::Decision decision;
  size_t count = 0;
  if (const auto* name = std::get_if<std::string>(&request.host)) {
    decision = table.decide(*name, request.port);
    count = table.deciding(*name, request.port, out);
  } else {
    const auto& ip = std::get<IpAddress>(request.host);
    const host_table::Address address{ip.v6, ip.bytes};
    decision = table.decide(address, request.port);
    count = table.deciding(address, request.port, out);
  }
  Answer answer{static_cast<Effect>(decision.verdict), {}};
  for (size_t i = 0; i < count; ++i) answer.rules.push_back(table.rule(out[i]).id);
  if (count > 0 && (decision.reason != host_table::Reason::rule || decision.rule != out[0])) {
    answer.rules.push_back(host_table::kNone);  // the two questions contradict each other
  }
  return answer;
}

Answer ask_laws(const Policy& policy, Os os, const HostRequest& request) {
  const Decision decision = decide(policy, os, {Operation::connect, request});
  Answer answer{decision.verdict, {}};
  for (const RuleId id : decision.deciding) answer.rules.push_back(static_cast<uint32_t>(id));
  return answer;
}

// ---- random policies ----

struct RawRule {
  Effect effect{};
  std::vector<std::string> patterns;
  std::vector<std::string> except;
  bool lists = false;         // the policy's list among the patterns
  bool except_lists = false;  // or among the exceptions
  OsSet os;
};

void showValue(const RawRule& rule, std::ostream& out) {
  out << name_of(rule.effect) << " connect";
  for (const auto& p : rule.patterns) out << " " << p;
  if (rule.lists) out << " <list>";
  out << " except";
  for (const auto& p : rule.except) out << " " << p;
  if (rule.except_lists) out << " <list>";
  out << (rule.os.linux ? " linux" : "") << (rule.os.macos ? " macos" : "") << "\n";
}

rc::Gen<std::string> name() {
  return rc::gen::map(
      rc::gen::resize(4, rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
                             rc::gen::element<std::string>("a", "b", "ab", "a-b", "com")))),
      [](const std::vector<std::string>& labels) {
        std::string out;
        for (const std::string& label : labels) out += (out.empty() ? "" : ".") + label;
        return out;
      });
}

rc::Gen<std::string> network() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::element<std::string>(
                         "0.0.0.0", "10.0.0.0", "10.1.0.0", "10.1.2.3", "255.255.255.255",
                         "127.0.0.1", "::", "fd00::1", "fd00:1::", "::1",
                         "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                     rc::gen::inRange(0, 129)),
      [](const std::tuple<std::string, int>& parts) {
        const IpAddress address = *parse_ip(std::get<0>(parts)).address;
        const int prefix = std::min<int>(std::get<1>(parts), address.bits());
        const IpNetwork network = IpNetwork::of(address, static_cast<uint8_t>(prefix));
        return text(HostTest(network));
      });
}

rc::Gen<std::string> host() {
  return rc::gen::oneOf(name(), rc::gen::map(name(), [](const std::string& n) { return "*." + n; }),
                        network(), rc::gen::element<std::string>("*", "localhost", "*.localhost"));
}

rc::Gen<std::string> pattern() {
  return rc::gen::map(
      rc::gen::pair(host(), rc::gen::element<std::string>("", ":443", ":22,80", ":*", ":1-79",
                                                          ":443-65535", ":80,443")),
      [](const std::pair<std::string, std::string>& parts) { return parts.first + parts.second; });
}

rc::Gen<RawRule> raw_rule() {
  const auto some = [](int most) {
    return rc::gen::resize(most, rc::gen::container<std::vector<std::string>>(pattern()));
  };
  return rc::gen::build<RawRule>(
      rc::gen::set(&RawRule::effect,
                   rc::gen::element(Effect::allow, Effect::allow, Effect::ask, Effect::deny)),
      rc::gen::set(&RawRule::patterns, some(6)), rc::gen::set(&RawRule::except, some(3)),
      rc::gen::set(&RawRule::lists, rc::gen::element(false, false, true)),
      rc::gen::set(&RawRule::except_lists, rc::gen::element(false, false, true)),
      rc::gen::set(&RawRule::os,
                   rc::gen::element(OsSet{}, OsSet{}, OsSet{true, false}, OsSet{false, true})));
}

Pattern parse(const std::string& text) {
  auto pattern = parse_connect_pattern(PatternText::plain(text));
  RC_ASSERT(pattern.has_value());
  return *pattern;
}

Policy policy_of(const std::vector<RawRule>& raw, const std::vector<std::string>& list) {
  Policy policy;
  std::string text;
  for (const std::string& line : list) text += line + "\n";
  Sources sources;
  Diagnostics diagnostics;
  const FileId file = sources.add("list", text);
  auto read = read_host_list(sources, file, diagnostics);
  RC_ASSERT(read.has_value());
  policy.lists.push_back(*read);
  const ConnectPattern in_list{
      .span = {}, .written = "list", .hosts = {InList{ListId{0}}}, .ports = PortSet::web()};
  for (const RawRule& source : raw) {
    Rule rule;
    rule.id = RuleId{static_cast<uint32_t>(policy.rules.size())};
    rule.effect = source.effect;
    rule.operation = Operation::connect;
    rule.os = source.os;
    for (const std::string& p : source.patterns) rule.patterns.push_back(parse(p));
    for (const std::string& p : source.except) rule.except.push_back(parse(p));
    if (source.lists) rule.patterns.push_back(in_list);
    if (source.except_lists) rule.except.push_back(in_list);
    policy.rules.push_back(std::move(rule));
  }
  return policy;
}

RC_GTEST_PROP(HostTable, SaysWhatTheLawsSay, ()) {
  const auto raw = *rc::gen::resize(7, rc::gen::container<std::vector<RawRule>>(raw_rule()));
  const auto list_entry = rc::gen::oneOf(
      name(), rc::gen::map(name(), [](const std::string& n) { return "*.x." + n; }), network());
  const auto list = *rc::gen::resize(12, rc::gen::container<std::vector<std::string>>(list_entry));
  const Policy policy = policy_of(raw, list);
  const Os os = *rc::gen::element(Os::linux, Os::macos);
  const auto built = build_host_table(policy, os, Sources());
  RC_ASSERT(built.has_value());
  const ReadBack table(built->bytes);
  RC_ASSERT(describe(table.error()) == describe(host_table::Error::none));
  for (const Host& host : hosts_near(policy)) {
    for (const int port : {0, 1, 22, 79, 80, 81, 443, 444, 65535}) {
      const HostRequest request{host, static_cast<uint16_t>(port)};
      const Answer expected = ask_laws(policy, os, request);
      const Answer actual = ask_table(*table, request);
      if (!(actual == expected)) {
        RC_LOG() << request.text() << " is " << name_of(actual.verdict) << " in the table, "
                 << name_of(expected.verdict) << " by the laws\n";
      }
      RC_ASSERT(actual == expected);
    }
  }
}

// ---- what a person would check by hand ----

struct Line {
  Effect effect;
  std::vector<std::string> patterns;
  std::vector<std::string> except{};
};

ReadBack table_of(const std::vector<Line>& lines, std::string* bytes = nullptr) {
  std::vector<RawRule> raw;
  for (const Line& line : lines) {
    RawRule rule;
    rule.effect = line.effect;
    rule.patterns = line.patterns;
    rule.except = line.except;
    raw.push_back(rule);
  }
  const auto built = build_host_table(policy_of(raw, {}), Os::linux, Sources());
  if (bytes != nullptr) *bytes = built->bytes;
  return ReadBack(built->bytes);
}

std::string verdict(const ReadBack& table, std::string_view host, uint16_t port) {
  const auto request = parse_host_request(PatternText::plain(host));
  const Answer answer = ask_table(*table, {request->host, port});
  return std::string(name_of(answer.verdict));
}

TEST(HostTable, WithoutRulesEverythingIsDenied) {
  const ReadBack table = table_of({});
  EXPECT_EQ(describe(table.error()), "no error");
  EXPECT_EQ(verdict(table, "example.com", 443), "deny");
  EXPECT_EQ(verdict(table, "127.0.0.1", 80), "deny");
  EXPECT_EQ(verdict(table, "[::1]", 80), "deny");
}

TEST(HostTable, WildcardsHaveSubdomainsOnly) {
  const ReadBack table = table_of({{Effect::allow, {"*.example.com"}}});
  EXPECT_EQ(verdict(table, "a.example.com", 443), "allow");
  EXPECT_EQ(verdict(table, "a.b.example.com", 80), "allow");
  EXPECT_EQ(verdict(table, "example.com", 443), "deny");
  EXPECT_EQ(verdict(table, "evilexample.com", 443), "deny");
  EXPECT_EQ(verdict(table, "example.com.evil", 443), "deny");
  EXPECT_EQ(verdict(table, "a.example.com", 22), "deny");
}

TEST(HostTable, AnExceptionTakesAwayFromItsOwnRuleOnly) {
  const ReadBack table = table_of({{Effect::allow, {"*.example.com:*"}, {"*.b.example.com:443"}},
                                   {Effect::ask, {"x.b.example.com:443"}},
                                   {Effect::deny, {"*"}, {"*.example.com", "y.test"}}});
  EXPECT_EQ(verdict(table, "a.example.com", 443), "allow");
  EXPECT_EQ(verdict(table, "a.b.example.com", 443), "deny");
  EXPECT_EQ(verdict(table, "a.b.example.com", 22), "allow");
  EXPECT_EQ(verdict(table, "x.b.example.com", 443), "ask");
  EXPECT_EQ(verdict(table, "example.com", 443), "deny");
}

TEST(HostTable, NamesThatAreNotCanonicalAreDenied) {
  const ReadBack table = table_of({{Effect::allow, {"*:*", "example.com:*"}}});
  for (const std::string_view bad :
       {std::string_view(""), std::string_view("Example.com"), std::string_view("example.com."),
        std::string_view("example..com"), std::string_view(".example.com"),
        std::string_view("a b.com"), std::string_view("example.com%00.evil"),
        std::string_view("example.com\0x", 13), std::string_view("127.0.0.1"),
        std::string_view("127.1"), std::string_view("0x7f000001"), std::string_view("2130706433"),
        std::string_view("a.0x"), std::string_view("[::1]"), std::string_view("::1"),
        std::string_view("user@example.com"), std::string_view("*.example.com"),
        std::string_view("b\xc3\xbc"
                         "cher.example")}) {
    EXPECT_EQ(table->decide(bad, 443).reason, host_table::Reason::bad_name) << bad;
    EXPECT_EQ(table->decide(bad, 443).verdict, host_table::Verdict::deny) << bad;
  }
  EXPECT_EQ(table->decide(std::string(64, 'a') + ".com", 443).reason, host_table::Reason::bad_name);
  std::string long_name = "a";
  while (long_name.size() < 253) long_name += ".a";
  ASSERT_EQ(long_name.size(), 253U);
  EXPECT_EQ(table->decide(long_name, 443).verdict, host_table::Verdict::allow);
  EXPECT_EQ(table->decide(long_name + "a", 443).reason, host_table::Reason::bad_name);
}

TEST(HostTable, TheDeepestNamesAreFound) {
  std::string deep = "a";
  while (deep.size() < 253) deep += ".a";
  const ReadBack table = table_of({{Effect::allow, {deep, "*." + deep.substr(2)}}});
  EXPECT_EQ(verdict(table, deep, 443), "allow");
  EXPECT_EQ(verdict(table, "b" + deep.substr(1), 443), "allow");
  EXPECT_EQ(verdict(table, deep.substr(2), 443), "deny");
}

TEST(HostTable, MappedAddressesAreIPv4) {
  const ReadBack table = table_of({{Effect::allow, {"10.0.0.0/8", "[::/0]:443"}}});
  host_table::Address mapped{.v6 = true};
  mapped.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 3};
  EXPECT_EQ(table->decide(mapped, 443).verdict, host_table::Verdict::allow);
  mapped.bytes[12] = 11;  // ::/0 is about IPv6
  EXPECT_EQ(table->decide(mapped, 443).verdict, host_table::Verdict::deny);
}

TEST(HostTable, EqualPoliciesGiveEqualBytes) {
  std::string first;
  std::string second;
  table_of({{Effect::allow, {"a.com", "b.com", "10.0.0.0/8"}}}, &first);
  table_of({{Effect::allow, {"a.com", "b.com", "10.0.0.0/8"}}}, &second);
  EXPECT_EQ(first, second);
}

TEST(HostTable, RulesCarryTheirReasonAndPlace) {
  Sources sources;
  const FileId file = sources.add("p.sbx", "sbx 1\ndeny connect ads.example because \"ads\"\n");
  Policy policy = policy_of({}, {});
  Rule rule;
  rule.effect = Effect::deny;
  rule.operation = Operation::connect;
  rule.patterns.push_back(parse("ads.example"));
  rule.because = "ads";
  rule.span = {file, 6, 44};
  policy.rules.push_back(rule);
  const auto built = build_host_table(policy, Os::linux, sources);
  const ReadBack table(built->bytes);
  const auto decision = table->decide("ads.example", 443);
  ASSERT_EQ(decision.reason, host_table::Reason::rule);
  const auto facts = table->rule(decision.rule);
  EXPECT_EQ(facts.place, "p.sbx:2:1");
  EXPECT_EQ(facts.because, "ads");
  EXPECT_EQ(facts.statement, "deny connect ads.example because \"ads\"");
  EXPECT_EQ(built->entry_rules, (std::vector<RuleId>{RuleId{0}}));
}

TEST(HostTable, ABufferThatIsTooSmallHoldsTheFirstRules) {
  const ReadBack table = table_of({{Effect::allow, {"a.com"}},
                                   {Effect::allow, {"*"}},
                                   {Effect::allow, {"a.com:443", "a.com"}},
                                   {Effect::allow, {"b.com"}}});
  std::array<uint32_t, 4> out{};
  EXPECT_EQ(table->deciding("a.com", 443, out), 3U);
  EXPECT_THAT(out, ::testing::ElementsAre(0, 1, 2, 0));
  std::array<uint32_t, 2> small{};
  EXPECT_EQ(table->deciding("a.com", 443, small), 2U);
  EXPECT_THAT(small, ::testing::ElementsAre(0, 1));
  EXPECT_EQ(table->deciding("a.com", 443, {}), 0U);
}

TEST(HostTable, TooManyNamesAreRefusedNotCut) {
  const Policy policy = policy_of({}, {"a.example", "b.example"});
  Policy used = policy;
  Rule rule;
  rule.operation = Operation::connect;
  rule.patterns.push_back(ConnectPattern{
      .span = {}, .written = "list", .hosts = {InList{ListId{0}}}, .ports = PortSet::web()});
  used.rules.push_back(rule);
  EXPECT_TRUE(build_host_table(used, Os::linux, Sources(), 28));
  EXPECT_FALSE(build_host_table(used, Os::linux, Sources(), 27));
}

TEST(HostTable, AHundredThousandNamesAreAllFoundInFortyBytesEach) {
  std::vector<std::string> lines;
  lines.reserve(100000);
  for (int i = 0; i < 100000; ++i) {
    lines.push_back((i % 2 == 0 ? "" : "*.") + std::string("host-") + std::to_string(i) +
                    ".example");
  }
  RawRule rule;
  rule.effect = Effect::ask;
  rule.lists = true;
  const Policy policy = policy_of({rule}, lines);
  const auto built = build_host_table(policy, Os::linux, Sources());
  const ReadBack table(built->bytes);
  ASSERT_EQ(describe(table.error()), "no error");
  EXPECT_LT(built->bytes.size(), 42U * lines.size());
  for (int i = 0; i < 100000; ++i) {
    const std::string name = "host-" + std::to_string(i) + ".example";
    const bool wildcard = i % 2 != 0;
    ASSERT_EQ(table->decide(name, 443).reason == host_table::Reason::rule, !wildcard) << name;
    ASSERT_EQ(table->decide("a." + name, 443).reason == host_table::Reason::rule, wildcard) << name;
  }
}

}  // namespace
}  // namespace sbxc
