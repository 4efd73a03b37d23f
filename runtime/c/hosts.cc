// Host tables for C: runtime/host_table behind a handle.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "runtime/c/failing.h"
#include "runtime/host_table/host_table.h"
#include "runtime/host_table/name_scan.h"

struct sbxc_hosts {
  sbxc::host_table::HostTable table;
  void* copy = nullptr;
};

namespace sbxc::c {
namespace {

static_assert(sizeof(sbxc_decision) == 24);

int keep(host_table::OpenResult opened, void* copy, sbxc_hosts** hosts, sbxc_error* error) {
  void* room = opened ? std::malloc(sizeof(sbxc_hosts)) : nullptr;
  if (room == nullptr) {
    std::free(copy);
    if (opened) return fail(error, SBXC_NO_MEMORY, "no memory");
    return fail(error, opened.error, opened.system_error);
  }
  *hosts = new (room) sbxc_hosts{std::move(opened.table), copy};
  return SBXC_OK;
}

int verdict_of(host_table::Verdict verdict) {
  switch (verdict) {
    case host_table::Verdict::allow:
      return SBXC_ALLOW;
    case host_table::Verdict::ask:
      return SBXC_ASK;
    case host_table::Verdict::deny:
      return SBXC_DENY;
  }
  return SBXC_DENY;
}

int reason_of(host_table::Reason reason) {
  switch (reason) {
    case host_table::Reason::rule:
      return SBXC_RULE;
    case host_table::Reason::no_rule:
      return SBXC_NO_RULE;
    case host_table::Reason::bad_name:
      return SBXC_BAD_NAME;
  }
  return SBXC_BAD_CALL;
}

int tell(const sbxc_decision& made, sbxc_decision* decision) {
  if (decision != nullptr) fill(decision, decision->size, &made, sizeof made);
  return made.verdict;
}

int tell(const host_table::Decision& made, sbxc_decision* decision) {
  return tell({0, verdict_of(made.verdict), reason_of(made.reason), made.rule}, decision);
}

int bad_call(sbxc_decision* decision) { return tell({0, SBXC_DENY, SBXC_BAD_CALL, 0}, decision); }

sbxc_text text_of(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace
}  // namespace sbxc::c

using namespace sbxc;  // NOLINT: what follows is C's

int sbxc_hosts_open(const char* path, sbxc_hosts** hosts, sbxc_error* error) {
  if (hosts != nullptr) *hosts = nullptr;
  if (path == nullptr || hosts == nullptr) {
    return c::fail(error, SBXC_BAD_ARGUMENT, "no path, or nowhere to put the table");
  }
  return c::keep(host_table::HostTable::open(path), nullptr, hosts, error);
}

int sbxc_hosts_copy(const void* bytes, size_t length, sbxc_hosts** hosts, sbxc_error* error) {
  if (hosts != nullptr) *hosts = nullptr;
  if (bytes == nullptr || hosts == nullptr) {
    return c::fail(error, SBXC_BAD_ARGUMENT, "no bytes, or nowhere to put the table");
  }
  auto* copy = static_cast<uint8_t*>(std::malloc(length == 0 ? 1 : length));
  if (copy == nullptr) return c::fail(error, SBXC_NO_MEMORY, "no memory");
  std::memcpy(copy, bytes, length);
  return c::keep(host_table::HostTable::view({copy, length}), copy, hosts, error);
}

void sbxc_hosts_close(sbxc_hosts* hosts) {
  if (hosts == nullptr) return;
  std::free(hosts->copy);
  hosts->~sbxc_hosts();
  std::free(hosts);
}

int sbxc_hosts_decide(const sbxc_hosts* hosts, const char* name, size_t length, uint16_t port,
                      sbxc_decision* decision) {
  if (hosts == nullptr || name == nullptr) return c::bad_call(decision);
  return c::tell(hosts->table.decide(std::string_view(name, length), port), decision);
}

int sbxc_hosts_decide_address(const sbxc_hosts* hosts, const void* bytes, size_t length,
                              uint16_t port, sbxc_decision* decision) {
  if (hosts == nullptr || bytes == nullptr || (length != 4 && length != 16)) {
    return c::bad_call(decision);
  }
  host_table::Address address{length == 16, {}};
  std::memcpy(address.bytes.data(), bytes, length);
  return c::tell(hosts->table.decide(address, port), decision);
}

int sbxc_host_name(const char* name, size_t length, char* canonical) {
  if (name == nullptr || canonical == nullptr) return 0;
  canonical[0] = '\0';
  if (length > 0 && name[length - 1] == '.') --length;
  if (length == 0 || length > host_table::kMaxNameBytes) return 0;
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  std::transform(name, name + length, canonical, small);
  canonical[length] = '\0';
  if (host_table::NameScan(std::string_view(canonical, length)).canonical()) return 1;
  canonical[0] = '\0';
  return 0;
}

size_t sbxc_hosts_rule_count(const sbxc_hosts* hosts) {
  return hosts == nullptr ? 0 : hosts->table.rule_count();
}

int sbxc_hosts_rule(const sbxc_hosts* hosts, uint32_t rule, sbxc_rule* facts) {
  if (facts == nullptr || rule >= sbxc_hosts_rule_count(hosts)) return SBXC_BAD_ARGUMENT;
  const host_table::RuleFacts known = hosts->table.rule(rule);
  const sbxc_rule full{0,
                       c::verdict_of(known.verdict),
                       known.id,
                       c::text_of(known.place),
                       c::text_of(known.statement),
                       c::text_of(known.because)};
  c::fill(facts, facts->size, &full, sizeof full);
  return SBXC_OK;
}

unsigned sbxc_runtime_version(void) { return SBXC_RUNTIME_VERSION; }
