// DNS questions from hostile programs, and the answers to them: which must be no longer than asked
// for, and hold the question as it was.
#include <array>
#include <string>

#include "compiler/pattern/host_name.h"
#include "runtime/wire/dns_message.h"
#include "runtime/wire/fuzz_pieces.h"

namespace {

using namespace sbxc;
using namespace sbxc::wire;

void check_answer(const DnsQuery& query, const DnsAnswer& answer) {
  const std::string udp = write_dns_answer(query, answer, DnsTransport::udp);
  insist(udp.size() <= (query.has_edns ? query.udp_size : 512U) && udp.size() <= kMaxDnsUdpAnswer);
  insist(udp.size() >= 12 && (udp[2] & 0x80) != 0);
  insist(std::string_view(udp).substr(12, query.question.size()) == query.question);
  const std::string tcp = write_dns_answer(query, answer, DnsTransport::tcp);
  const Outcome frame = read_dns_frame(tcp);
  insist(tcp.size() > kMaxDnsQuery || (frame.is_done() && frame.length == tcp.size()));
  DnsQuery again;
  insist(read_dns_query(udp, again).refusal == Refusal::dns_not_a_query);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > 8192) return 0;
  const std::string_view bytes = text_of(data + 1, size - 1);
  (void)insist_on_pieces(bytes, data[0], [] { return read_dns_frame; });
  DnsQuery query;
  const Outcome outcome = read_dns_query(bytes, query);
  if (outcome.is_bad()) {
    insist(facts_of(outcome.refusal).section == Section::dns);
    if (outcome.refusal == Refusal::dns_not_a_query) return 0;
    insist(query.refusal_code != DnsCode::no_error);
    check_answer(query, {.code = query.refusal_code});
    return 0;
  }
  insist(outcome.length == bytes.size());
  const auto name = canonical_host_name(query.name);
  insist(name && *name == query.name);
  std::array<IpAddress, 80> addresses{};
  for (IpAddress& address : addresses) address.v6 = query.type == DnsType::aaaa;
  check_answer(query, {.addresses = {addresses.data(), data[0] % addresses.size()}, .ttl = 60});
  check_answer(query, {.pointer = query.name, .ttl = 60});
  check_answer(query, {.code = DnsCode::no_such_name});
  return 0;
}
