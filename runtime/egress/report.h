// What the egress proxy tells of each denial, as bytes on a pipe: one Report after another, each
// written at once and never longer than PIPE_BUF, so that records are whole. Little-endian, native
// layout: both ends are the same program.
//
//   u32 length of what follows · Fixed · host · detail · client
//
// A flood of denials is thinned: the same one within a second is counted in `repeated` of the next
// such record, and what a limit or a full pipe kept back is counted in `dropped` of the next one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/record_frame.h"

namespace sbxc::egress {

enum class Asked : uint8_t { connect, dns };

// What came of one request. Everything but `allowed` is a denial or a failure.
enum class Reason : uint8_t {
  allowed,
  rule,             // `rule` denies it
  no_rule,          // nothing matches
  bad_name,         // what was asked for is no host name and no address
  asked_denied,     // the answer to `ask` was no
  ask_unavailable,  // nobody to ask, too many questions, or no answer in time
  address_denied,   // the name resolves to addresses that a rule denies (`rule`), and no others
  address_special,  // … or to private, loopback, link-local… addresses: `detail` is one
  sni_mismatch,     // TLS for another name: `detail`
  sni_missing,      // TLS for no name
  host_mismatch,    // an HTTP request for another host: `detail`
  bad_request,      // not HTTP, SOCKS5 or TLS as it has to be: `detail`
  bad_token,        // a proxy's client without or with a wrong token
  loop,             // the proxy itself
  too_slow,         // the head of a request took too long
  unresolved,       // allowed, but the name has no address: `detail`
  unreachable,      // allowed, but no address answered: `detail`
  limit,            // a limit of the proxy's own: `detail`
};
std::string_view describe(Reason reason);  // `no rule allows it`

struct Report {
  Asked operation = Asked::connect;
  Reason reason = Reason::no_rule;
  uint16_t port = 0;        // 0 for dns
  uint32_t rule = 0;        // an index for HostTable::rule(), where the reason speaks of one
  uint32_t generation = 0;  // of the table: 0, and one more with each new table
  uint32_t repeated = 0;
  uint64_t dropped = 0;
  std::string host;    // canonical; as asked, if it is bad_name
  std::string detail;  // untrusted bytes, like `host`
  std::string client;  // Client::name

  bool operator==(const Report&) const = default;
};

inline constexpr size_t kMaxReport = 2048;  // below PIPE_BUF everywhere but on macOS, where 512 is

struct ReportFixed {
  uint8_t operation;
  uint8_t reason;
  uint16_t port;
  uint32_t rule;
  uint32_t generation;
  uint32_t repeated;
  uint64_t dropped;
  uint16_t host_size;
  uint16_t detail_size;
  uint16_t client_size;
  uint16_t zero;
};
static_assert(sizeof(ReportFixed) == 32);
inline constexpr size_t kReportText = 255;  // of each of the three; longer ones are cut

inline std::string encode(const Report& report) {
  const auto cut = [](const std::string& text) {
    return std::string_view(text).substr(0, kReportText);
  };
  const std::string_view host = cut(report.host);
  const std::string_view detail = cut(report.detail);
  const std::string_view client = cut(report.client);
  ReportFixed fixed{};
  fixed.operation = static_cast<uint8_t>(report.operation);
  fixed.reason = static_cast<uint8_t>(report.reason);
  fixed.port = report.port;
  fixed.rule = report.rule;
  fixed.generation = report.generation;
  fixed.repeated = report.repeated;
  fixed.dropped = report.dropped;
  fixed.host_size = static_cast<uint16_t>(host.size());
  fixed.detail_size = static_cast<uint16_t>(detail.size());
  fixed.client_size = static_cast<uint16_t>(client.size());
  std::string out = begin_record(fixed, host.size() + detail.size() + client.size());
  out.append(host).append(detail).append(client);
  return out;
}

// Takes one record off the front of `bytes`. Nothing: not whole yet, or `bytes` is no record, which
// `damaged` tells.
inline std::optional<Report> decode(std::string_view& bytes, bool& damaged) {
  const auto text_size = [](const ReportFixed& read) -> std::optional<size_t> {
    if (read.operation > static_cast<uint8_t>(Asked::dns) ||
        read.reason > static_cast<uint8_t>(Reason::limit)) {
      return std::nullopt;
    }
    return size_t{read.host_size} + read.detail_size + read.client_size;
  };
  const auto taken = take_record<ReportFixed>(bytes, kMaxReport, text_size, damaged);
  if (!taken) return std::nullopt;
  const auto& [fixed, text] = *taken;
  const size_t client_at = size_t{fixed.host_size} + fixed.detail_size;
  return Report{static_cast<Asked>(fixed.operation),
                static_cast<Reason>(fixed.reason),
                fixed.port,
                fixed.rule,
                fixed.generation,
                fixed.repeated,
                fixed.dropped,
                std::string(text.substr(0, fixed.host_size)),
                std::string(text.substr(fixed.host_size, fixed.detail_size)),
                std::string(text.substr(client_at))};
}

}  // namespace sbxc::egress
