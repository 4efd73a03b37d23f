// A name exists if the table lets it be reached at any port; that is looked up and nothing else, so
// a question costs no more than a few lines of memory and never leaves the process. What the
// connection's own port may do is decided when it comes.
//
// Not here: DNSSEC (a program that validates finds no signatures and falls back, or refuses), other
// types than A, AAAA and PTR (an empty answer, so that programs that ask for HTTPS, SVCB, SRV or MX
// go on without), and search lists.
#include "runtime/dns/answer.h"

#include <utility>

namespace sbxc::dns {

namespace {

using wire::DnsAnswer;
using wire::DnsCode;
using wire::DnsQuery;
using wire::DnsType;

// Seconds. Addresses never change during a run; a table may.
constexpr uint32_t kKeep = 60;
constexpr size_t kMostToldBytes = size_t{256} * 1024;

bool is_localhost(std::string_view name) {
  return name == "localhost" || name.ends_with(".localhost");
}

// Names that programs ask about by themselves (RFC 2782: `_http._tcp.…`), or that ask about
// addresses.
bool is_of_no_interest(const DnsQuery& query) {
  return query.type == DnsType::ptr || query.name.ends_with(".arpa") || query.name.starts_with('_');
}

bool is_loopback(const IpAddress& address) {
  IpAddress one{.v6 = true};
  one.bytes[15] = 1;
  return address.v6 ? address == one : address.bytes[0] == 127;
}

IpAddress loopback(bool v6) {
  if (!v6) return IpAddress::v4(127, 0, 0, 1);
  IpAddress one{.v6 = true};
  one.bytes[15] = 1;
  return one;
}

}  // namespace

Resolver::Resolver(const host_table::HostTable& table, bool v6, Hooks hooks)
    : table_(&table), v6_(v6), hooks_(std::move(hooks)), told_(kMostTold, kMostToldBytes) {}

// Whether it was not told of before; what cannot be remembered is not told of.
bool Resolver::is_news(const std::string& name) {
  const size_t before = told_.size();
  return told_.add(name) && told_.size() != before;
}

DnsAnswer Resolver::answer_to_reverse(const DnsQuery& query) const {
  if (is_loopback(*query.reverse)) return {.pointer = "localhost", .ttl = kKeep};
  const std::string_view name = names_.name_of(*query.reverse);
  if (name.empty()) return {.code = DnsCode::no_such_name, .ttl = kKeep};
  return {.pointer = name, .ttl = kKeep};
}

DnsAnswer Resolver::answer_to(const DnsQuery& query) {
  const bool asks_for_v6 = query.type == DnsType::aaaa;
  const bool has_address = query.type == DnsType::a || (asks_for_v6 && v6_);
  const DnsAnswer nothing{.ttl = kKeep};
  if (query.reverse) return answer_to_reverse(query);
  if (is_localhost(query.name)) {
    if (!has_address) return nothing;
    address_ = loopback(asks_for_v6);
    return {.addresses = {&address_, 1}, .ttl = kKeep};
  }
  if (!table_->has_open_port(query.name)) {
    if (hooks_.denied && !is_of_no_interest(query) && is_news(query.name)) {
      hooks_.denied(query.name, table_->decide(query.name, 443));
    }
    return {.code = DnsCode::no_such_name, .ttl = kKeep};
  }
  if (!has_address) return nothing;
  const auto name = names_.add(query.name);
  if (!name) {
    if (hooks_.full && is_news(query.name)) hooks_.full(query.name);
    return {.code = DnsCode::server_failure};
  }
  address_ = asks_for_v6 ? v6_of(*name) : v4_of(*name);
  return {.addresses = {&address_, 1}, .ttl = kKeep};
}

std::string Resolver::answer(std::string_view message, wire::DnsTransport transport) {
  DnsQuery query;
  const wire::Outcome read = wire::read_dns_query(message, query);
  if (read.is_done()) return wire::write_dns_answer(query, answer_to(query), transport);
  if (!read.is_bad() || read.refusal == wire::Refusal::dns_not_a_query) return {};
  return wire::write_dns_answer(query, {.code = query.refusal_code, .ttl = kKeep}, transport);
}

}  // namespace sbxc::dns
