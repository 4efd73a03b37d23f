// The numbers are searched by bisection over the ranges that are treated alike; every leaf ends in
// a return, so that nothing is shared and jumps stay short.
#include "runtime/broker/notify_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

#include "runtime/broker/calls.h"
#include "runtime/broker/file_requests.h"
#include "runtime/broker/filter_code.h"
#include "runtime/protections/protections.h"

namespace sbxc::broker {

namespace {

using protections::is_on;
using protections::Protection;
using Code = FilterCode;

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#else
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif
constexpr uint32_t kMissing = SECCOMP_RET_ERRNO | ENOSYS;
constexpr uint32_t kRefused = SECCOMP_RET_ERRNO | EPERM;
constexpr uint32_t kNoSocket = SECCOMP_RET_ERRNO | EACCES;
// What O_TMPFILE has beside O_DIRECTORY; O_WRONLY and O_RDWR are the access mode's bits.
constexpr uint32_t kTmpfileBit = O_TMPFILE & ~O_DIRECTORY;
constexpr uint32_t kWritingFlags = O_ACCMODE | O_CREAT | O_TRUNC | kTmpfileBit;

Code open_leaf(uint32_t flags_argument, bool reads) {
  const uint32_t others = reads ? SECCOMP_RET_USER_NOTIF : SECCOMP_RET_ALLOW;
  return {load_argument(flags_argument),       jump(BPF_JSET, O_PATH, 1, 0),
          jump(BPF_JSET, kWritingFlags, 1, 2), answer(SECCOMP_RET_ALLOW),
          answer(SECCOMP_RET_USER_NOTIF),      answer(others)};
}

Code socket_leaf() {
  constexpr uint32_t kTypeMask = 0xf;  // the kernel's SOCK_TYPE_MASK
  return {load_argument(0),
          jump(BPF_JEQ, AF_UNIX, 0, 4),
          load_argument(1),
          plain(BPF_ALU | BPF_AND | BPF_K, kTypeMask),
          jump(BPF_JEQ, SOCK_DGRAM, 2, 0),
          jump(BPF_JEQ, SOCK_RAW, 1, 0),
          answer(SECCOMP_RET_ALLOW),
          answer(kNoSocket)};
}

Code leaf(Treatment treatment, const NotifyOptions& options) {
  switch (treatment) {
    case Treatment::open_flags_1:
      return open_leaf(1, options.reads);
    case Treatment::open_flags_2:
      return open_leaf(2, options.reads);
    case Treatment::notify:
      return {answer(SECCOMP_RET_USER_NOTIF)};
    case Treatment::connect:
      return {answer(options.sockets ? SECCOMP_RET_USER_NOTIF : SECCOMP_RET_ALLOW)};
    case Treatment::socket:
      if (options.sockets) return socket_leaf();
      return {answer(SECCOMP_RET_ALLOW)};
    case Treatment::file_request: {
      if (!is_on(Protection::broker_file_requests)) return {answer(SECCOMP_RET_ALLOW)};
      Code out = refuse_file_requests();
      out.push_back(answer(SECCOMP_RET_ALLOW));
      return out;
    }
    case Treatment::missing:
      return {answer(is_on(Protection::broker_newer_calls) ? kMissing : SECCOMP_RET_ALLOW)};
    case Treatment::refused:
      return {answer(is_on(Protection::broker_roots) ? kRefused : SECCOMP_RET_ALLOW)};
  }
  return {answer(kMissing)};
}

bool alike(const Code& a, const Code& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.code == y.code && x.jt == y.jt && x.jf == y.jf && x.k == y.k;
  });
}

struct Range {
  uint32_t first;
  Code code;
};

// Sorted, the first one from 0 on, neighbours differ.
std::vector<Range> ranges(const NotifyOptions& options) {
  std::vector<CallRow> rows(kCalls.begin(), kCalls.end());
  std::erase_if(rows, [](const CallRow& row) { return row.number < 0; });
  std::sort(rows.begin(), rows.end(), [](auto& a, auto& b) { return a.number < b.number; });
  std::vector<Range> out;
  const auto add = [&out](uint32_t first, Code code) {
    if (!out.empty() && out.back().first == first) out.pop_back();
    if (!out.empty() && alike(out.back().code, code)) return;
    out.push_back({first, std::move(code)});
  };
  add(0, {answer(SECCOMP_RET_ALLOW)});
  for (const CallRow& row : rows) {
    const auto number = static_cast<uint32_t>(row.number);
    add(number, leaf(row.treatment, options));
    add(number + 1, {answer(SECCOMP_RET_ALLOW)});
  }
  add(kLastKnownCall + 1, {answer(kMissing)});
  return out;
}

void append(Code& to, const Code& code) { to.insert(to.end(), code.begin(), code.end()); }

Code search(std::span<const Range> among) {
  if (among.size() == 1) return among[0].code;
  const size_t middle = among.size() / 2;
  const Code low = search(among.first(middle));
  const Code high = search(among.subspan(middle));
  Code out;
  if (low.size() <= UINT8_MAX) {
    out.push_back(jump(BPF_JGE, among[middle].first, static_cast<uint8_t>(low.size()), 0));
  } else {
    out.push_back(jump(BPF_JGE, among[middle].first, 0, 1));
    out.push_back(plain(BPF_JMP | BPF_JA, static_cast<uint32_t>(low.size())));
  }
  append(out, low);
  append(out, high);
  return out;
}

}  // namespace

std::vector<sock_filter> notify_filter(const NotifyOptions& options) {
  Code out = {load(offsetof(seccomp_data, arch)), jump(BPF_JEQ, kArchitecture, 1, 0),
              answer(SECCOMP_RET_KILL_PROCESS), load(offsetof(seccomp_data, nr))};
  append(out, search(ranges(options)));
  return out;
}

int install_notify_filter(std::span<const sock_filter> filter) {
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
  const sock_fprog program{static_cast<unsigned short>(filter.size()),
                           const_cast<sock_filter*>(filter.data())};
  constexpr unsigned long kListener = SECCOMP_FILTER_FLAG_NEW_LISTENER;
  long listener = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                            kListener | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &program);
  if (listener < 0 && errno == EINVAL) {
    listener = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, kListener, &program);
  }
  return listener < 0 ? -errno : static_cast<int>(listener);
}

}  // namespace sbxc::broker
