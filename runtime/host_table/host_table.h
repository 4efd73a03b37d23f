// The proxy's table of hosts: one read-only file, memory-mapped and asked without being parsed.
// Nothing here allocates after opening, throws, or needs the compiler; a file that is damaged, cut
// short or made by a newer version is refused as a whole, and every offset in it is checked once,
// when it is opened. What no rule matches is denied.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/table_file.h"

namespace sbxc::host_table {

enum class Verdict : uint8_t { allow, ask, deny };

enum class Reason : uint8_t {
  rule,      // `rule` decided, and perhaps others with the same verdict
  no_rule,   // nothing matches: denied
  bad_name,  // not a canonical host name: denied without a look at the rules
};

struct Decision {
  Verdict verdict = Verdict::deny;
  Reason reason = Reason::no_rule;
  uint32_t rule = 0;  // the first deciding rule, an index for HostTable::rule()

  bool operator==(const Decision&) const = default;
};

struct RuleFacts {
  uint32_t id = 0;  // in the policy
  Verdict verdict = Verdict::deny;
  std::string_view place;      // `agent.sbx:12:1`
  std::string_view statement;  // as written
  std::string_view because;    // may be empty
};

struct Address {
  bool v6 = false;
  std::array<uint8_t, 16> bytes{};  // network order; IPv4 uses the first four
};

using table_file::describe;
using table_file::Error;

class HostTable;
struct OpenResult;

class HostTable {
 public:
  HostTable() = default;  // denies everything
  HostTable(HostTable&& other) noexcept;
  HostTable& operator=(HostTable&& other) noexcept;
  ~HostTable();

  static OpenResult open(const char* path);
  // `bytes` must outlive the table and be aligned to eight bytes.
  static OpenResult view(std::span<const uint8_t> bytes);

  // `name` in canonical form: lower-case A-labels without a trailing dot. Anything else is denied.
  Decision decide(std::string_view name, uint16_t port) const;
  // An IPv4-mapped IPv6 address is the IPv4 address.
  Decision decide(const Address& address, uint16_t port) const;

  // Whether some port of that name is allowed or asked about: what has an address to a resolver.
  bool has_open_port(std::string_view name) const;

  // Fills `out` with the rules that decide() went by, ascending; returns how many there are, which
  // is at most out.size().
  size_t deciding(std::string_view name, uint16_t port, std::span<uint32_t> out) const;
  size_t deciding(const Address& address, uint16_t port, std::span<uint32_t> out) const;

  size_t rule_count() const;
  RuleFacts rule(uint32_t index) const;  // index < rule_count()
  size_t size() const { return size_; }  // bytes of the file

 private:
  struct Hit;
  struct Hits;
  static OpenResult adopt(const uint8_t* data, size_t size, bool mapped);
  bool find(std::string_view name, Hits& hits) const;
  void find(const Address& address, Hits& hits) const;
  size_t home_of(uint64_t hash) const;
  uint32_t lookup(std::string_view suffix, uint64_t hash) const;
  bool has_port(uint32_t port_set, uint16_t port) const;
  bool opens_at_an_edge(const Hits& hits, uint32_t port_set) const;
  bool is_excepted(const Hits& hits, uint32_t rule, uint16_t port) const;
  template <typename Visit>
  void each_match(const Hits& hits, uint16_t port, Visit visit) const;
  Decision judge(const Hits& hits, uint16_t port) const;
  size_t collect(const Hits& hits, uint16_t port, std::span<uint32_t> out) const;

  // Where each section starts; its elements are read with memcpy, never through a cast pointer.
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
  bool mapped_ = false;
  std::array<const uint8_t*, 9> sections_{};
  std::array<size_t, 9> counts_{};
  uint64_t seed_ = 0;
  uint32_t home_buckets_ = 0;
  uint32_t max_probe_ = 0;
  uint32_t label_counts_ = 0;
  uint32_t any_name_list_ = 0xFFFFFFFF;
};

struct OpenResult {
  HostTable table;
  Error error = Error::none;
  int system_error = 0;  // errno, for cannot_open

  explicit operator bool() const { return error == Error::none; }
};

}  // namespace sbxc::host_table
