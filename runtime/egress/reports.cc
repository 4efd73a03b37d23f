#include "runtime/egress/reports.h"

#include <unistd.h>

#include <algorithm>

#include "runtime/egress/sockets.h"

namespace sbxc::egress {

namespace {

constexpr uint64_t kBurstSeconds = 10;
constexpr int64_t kSameWithin = 1000;

// FNV-1a. Whoever makes two requests collide keeps their own denial out of the report.
uint64_t hash(uint64_t seed, std::string_view bytes) {
  for (const char c : bytes) seed = (seed ^ static_cast<uint8_t>(c)) * 0x100000001b3U;
  return (seed ^ 0xff) * 0x100000001b3U;
}

uint64_t sum_of(const Report& report) {
  const uint64_t seed = 0xcbf29ce484222325U + static_cast<uint64_t>(report.operation) +
                        (static_cast<uint64_t>(report.reason) << 8) + (uint64_t{report.port} << 16);
  return hash(hash(seed, report.host), report.client) | 1;
}

}  // namespace

std::string_view describe(Reason reason) {
  switch (reason) {
    case Reason::allowed:
      return "allowed";
    case Reason::rule:
      return "a rule denies it";
    case Reason::no_rule:
      return "no rule allows it";
    case Reason::bad_name:
      return "it is no host name and no address";
    case Reason::asked_denied:
      return "the answer was no";
    case Reason::ask_unavailable:
      return "nobody answered the question";
    case Reason::address_denied:
      return "it resolves to an address that a rule denies";
    case Reason::address_special:
      return "it is, or resolves to, an address that only a rule for addresses can allow";
    case Reason::sni_mismatch:
      return "TLS was started for another name";
    case Reason::sni_missing:
      return "TLS was started for no name";
    case Reason::host_mismatch:
      return "an HTTP request was for another host";
    case Reason::bad_request:
      return "the request is not one that every server reads alike";
    case Reason::bad_token:
      return "the proxy's password is missing or wrong";
    case Reason::loop:
      return "it is the proxy itself";
    case Reason::too_slow:
      return "the request took too long";
    case Reason::unresolved:
      return "the name has no address";
    case Reason::unreachable:
      return "no address of it answered";
    case Reason::limit:
      return "a limit of the proxy is reached";
  }
  return {};
}

Reports::Reports(int pipe, size_t a_second)
    : pipe_(pipe), a_second_(a_second), allowance_(a_second * kBurstSeconds) {
  if (pipe_ >= 0) make_nonblocking(pipe_);
}

Reports::~Reports() {
  for (const Told& told : told_) {
    if (told.repeated == 0) continue;
    Report last = told.report;
    last.repeated = told.repeated - 1;  // it is one of them itself
    put(last);
  }
}

bool Reports::may_write_now(int64_t now) {
  const auto earned = static_cast<uint64_t>(now - last_refill_) * a_second_ / 1000;
  if (earned > 0) {
    allowance_ = std::min(a_second_ * kBurstSeconds, allowance_ + earned);
    last_refill_ = now;
  }
  if (allowance_ == 0) return false;
  --allowance_;
  return true;
}

void Reports::put(const Report& report) {
  Report whole = report;
  whole.dropped = dropped_;
  const std::string bytes = encode(whole);
  if (::write(pipe_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size())) {
    dropped_ = 0;
  } else {
    ++dropped_;
  }
}

void Reports::write(const Report& report, int64_t now) {
  if (pipe_ < 0) return;
  const uint64_t sum = sum_of(report);
  Told& told = told_[(sum >> 1) % told_.size()];
  if (told.sum == sum && now - told.when < kSameWithin) {
    ++told.repeated;
    return;
  }
  if (!may_write_now(now)) {
    ++dropped_;
    return;
  }
  Report next = report;
  if (told.sum == sum) {
    next.repeated = told.repeated;
  } else {
    dropped_ += told.repeated;  // of the one that loses its slot
  }
  told = {sum, now, 0, next};
  put(next);
}

}  // namespace sbxc::egress
