// Questions as programs send them, and what comes back, read by another reader of DNS: libc's.
#include "runtime/dns/answer.h"

#include <arpa/nameser.h>
#include <gmock/gmock.h>
#include <resolv.h>

#include "runtime/dns/table_for_test.h"

namespace sbxc::dns {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string question(const char* name, int type) {
  std::array<uint8_t, 512> bytes{};
  const int size =
      res_mkquery(ns_o_query, name, ns_c_in, type, nullptr, 0, nullptr, bytes.data(), bytes.size());
  EXPECT_GT(size, 0) << name;
  return {reinterpret_cast<char*>(bytes.data()), static_cast<size_t>(size)};
}

// `198.18.0.1`; `-` for no record; `NXDOMAIN` and the like.
std::string read_back(const std::string& answer) {
  ns_msg message{};
  const auto* bytes = reinterpret_cast<const uint8_t*>(answer.data());
  if (answer.empty()) return "nothing";
  if (ns_initparse(bytes, static_cast<int>(answer.size()), &message) != 0) return "broken";
  const auto code = ns_msg_getflag(message, ns_f_rcode);
  if (code == ns_r_nxdomain) return "NXDOMAIN";
  if (code != ns_r_noerror) return "code " + std::to_string(code);
  if (ns_msg_count(message, ns_s_an) == 0) return "-";
  std::string text;
  for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
    ns_rr record{};
    if (ns_parserr(&message, ns_s_an, i, &record) != 0) return "broken";
    IpAddress address{.v6 = ns_rr_type(record) == ns_t_aaaa};
    if (ns_rr_type(record) == ns_t_ptr) {
      char name[NS_MAXDNAME] = {};
      dn_expand(bytes, bytes + answer.size(), ns_rr_rdata(record), name, sizeof name);
      return name;
    }
    if (ns_rr_rdlen(record) != address.bits() / 8) return "broken";
    std::copy_n(ns_rr_rdata(record), ns_rr_rdlen(record), address.bytes.begin());
    text += (text.empty() ? "" : " ") + address.text();
  }
  return text;
}

std::string ask(Resolver& resolver, const char* name, int type = ns_t_a) {
  return read_back(resolver.answer(question(name, type), wire::DnsTransport::udp));
}

TEST(Answer, NamesThatMayBeReachedHaveAnAddressAndOthersDoNotExist) {
  const Table table({"allow connect example.com", "ask connect *.asked.test:22",
                     "allow connect half.test:80-90", "deny connect half.test:80-89",
                     "allow connect gone.test", "deny connect gone.test:*"});
  Resolver resolver(table.table, true);
  EXPECT_EQ(ask(resolver, "example.com"), "198.18.0.1");
  EXPECT_EQ(ask(resolver, "example.com", ns_t_aaaa), "fd73:6278:6300::1:0");
  EXPECT_EQ(ask(resolver, "any.asked.test"), "198.18.0.2");
  EXPECT_EQ(ask(resolver, "half.test"), "198.18.0.3");
  EXPECT_EQ(ask(resolver, "EXAMPLE.com"), "198.18.0.1");
  for (const char* name :
       {"gone.test", "www.example.com", "asked.test", "com", "example.com.evil"}) {
    EXPECT_EQ(ask(resolver, name), "NXDOMAIN") << name;
    EXPECT_EQ(ask(resolver, name, ns_t_txt), "NXDOMAIN") << name;
  }
  EXPECT_EQ(resolver.name_of(*parse_ip("198.18.0.2").address), "any.asked.test");
}

TEST(Answer, OtherTypesOfAKnownNameAreAnEmptyAnswer) {
  const Table table({"allow connect example.com"});
  Resolver resolver(table.table, true);
  for (const int type : {65, 64, int{ns_t_mx}, int{ns_t_txt}, int{ns_t_srv}, int{ns_t_ns},
                         int{ns_t_soa}, int{ns_t_cname}, int{ns_t_any}, 65000}) {
    EXPECT_EQ(ask(resolver, "example.com", type), "-") << type;
  }
  EXPECT_EQ(resolver.name_of(*parse_ip("198.18.0.1").address), "");
}

TEST(Answer, WithoutIpv6NothingHasAnAddressOfIt) {
  const Table table({"allow connect example.com"});
  Resolver resolver(table.table, false);
  EXPECT_EQ(ask(resolver, "example.com", ns_t_aaaa), "-");
  EXPECT_EQ(ask(resolver, "localhost", ns_t_aaaa), "-");
  EXPECT_EQ(ask(resolver, "example.com"), "198.18.0.1");
}

TEST(Answer, LocalhostIsTheLoopbackWhateverThePolicySays) {
  const Table table({"allow connect *:* ", "deny connect localhost:*"});
  Resolver resolver(table.table, true);
  EXPECT_EQ(ask(resolver, "localhost"), "127.0.0.1");
  EXPECT_EQ(ask(resolver, "app.localhost"), "127.0.0.1");
  EXPECT_EQ(ask(resolver, "localhost", ns_t_aaaa), "::1");
}

TEST(Answer, AddressesAreToldTheirNames) {
  const Table table({"allow connect example.com"});
  Resolver resolver(table.table, true);
  ask(resolver, "example.com");
  EXPECT_EQ(ask(resolver, "1.0.18.198.in-addr.arpa", ns_t_ptr), "example.com");
  EXPECT_EQ(
      ask(resolver, "0.0.0.0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.3.6.8.7.2.6.3.7.d.f.ip6.arpa",
          ns_t_ptr),
      "example.com");
  EXPECT_EQ(ask(resolver, "1.0.0.127.in-addr.arpa", ns_t_ptr), "localhost");
  EXPECT_EQ(ask(resolver, "8.8.8.8.in-addr.arpa", ns_t_ptr), "NXDOMAIN");
  EXPECT_EQ(ask(resolver, "2.0.18.198.in-addr.arpa", ns_t_ptr), "NXDOMAIN");
}

TEST(Answer, ASecondTableChangesWhatExistsButNoAddress) {
  const Table first({"allow connect a.test, b.test"});
  const Table second({"allow connect b.test, c.test"});
  Resolver resolver(first.table, true);
  ask(resolver, "a.test");
  EXPECT_EQ(ask(resolver, "b.test"), "198.18.0.2");
  resolver.use(second.table);
  EXPECT_EQ(ask(resolver, "a.test"), "NXDOMAIN");
  EXPECT_EQ(ask(resolver, "b.test"), "198.18.0.2");
  EXPECT_EQ(ask(resolver, "c.test"), "198.18.0.3");
}

TEST(Answer, DeniedNamesAreToldOfOnceEach) {
  const Table table({"allow connect example.com", "deny connect bad.test"});
  std::vector<std::string> told;
  Resolver resolver(table.table, true,
                    {.denied = [&](const std::string& name, const host_table::Decision& decision) {
                      told.push_back(name + (decision.reason == host_table::Reason::rule
                                                 ? " by rule " + std::to_string(decision.rule)
                                                 : " by none"));
                    }});
  for (int i = 0; i < 3; ++i) {
    ask(resolver, "bad.test");
    ask(resolver, "bad.test", ns_t_aaaa);
    ask(resolver, "other.test", 65);
    ask(resolver, "example.com");
    ask(resolver, "8.8.8.8.in-addr.arpa", ns_t_ptr);
    ask(resolver, "_http._tcp.other.test", ns_t_srv);
  }
  EXPECT_THAT(told, ElementsAre("bad.test by rule 1", "other.test by none"));
}

TEST(Answer, InventedNamesRunOutAndAreToldOf) {
  const Table table({"allow connect *.wild.test"});
  size_t full = 0;
  Resolver resolver(table.table, true, {.full = [&](const std::string&) { ++full; }});
  const std::string padding(60, 'x');
  std::string answer;
  size_t given = 0;
  for (int i = 0; i < 80'000 && answer != "code 2"; ++i) {
    const std::string name = std::to_string(i) + "." + padding + ".wild.test";
    answer = ask(resolver, name.c_str());
    given += answer.starts_with("198.18.") ? 1 : 0;
  }
  EXPECT_EQ(answer, "code 2");
  EXPECT_GT(given, 40'000U);
  EXPECT_LE(given, kMostNames);
  EXPECT_EQ(full, 1U);
  EXPECT_EQ(ask(resolver, ("0." + padding + ".wild.test").c_str()), "198.18.0.1");
}

TEST(Answer, WhatIsNoQuestionGetsNoAnswerOrAnError) {
  const Table table({"allow connect example.com"});
  Resolver resolver(table.table, true);
  std::string answered = question("example.com", ns_t_a);
  answered[2] = static_cast<char>(answered[2] | 0x80);
  EXPECT_EQ(resolver.answer(answered, wire::DnsTransport::udp), "");
  EXPECT_EQ(resolver.answer("", wire::DnsTransport::udp), "");
  EXPECT_EQ(resolver.answer("short", wire::DnsTransport::udp), "");
  EXPECT_EQ(ask(resolver, "127.1"), "NXDOMAIN");
  std::string update = question("example.com", ns_t_a);
  update[2] = static_cast<char>(5 << 3);
  EXPECT_EQ(read_back(resolver.answer(update, wire::DnsTransport::udp)), "code 4");
}

TEST(Answer, OverTcpHasItsLengthInFront) {
  const Table table({"allow connect example.com"});
  Resolver resolver(table.table, true);
  const std::string answer =
      resolver.answer(question("example.com", ns_t_a), wire::DnsTransport::tcp);
  ASSERT_GT(answer.size(), 2U);
  EXPECT_EQ(
      static_cast<size_t>(static_cast<uint8_t>(answer[0])) * 256 + static_cast<uint8_t>(answer[1]),
      answer.size() - 2);
  EXPECT_EQ(read_back(answer.substr(2)), "198.18.0.1");
}

}  // namespace
}  // namespace sbxc::dns
