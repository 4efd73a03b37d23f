// Filters: the conditions of a rule, as a tree, and what they say about one request. Some depend on
// things that only a running system knows (an entitlement, a code signature): those are unknown,
// and the answer is then three-valued.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "backends/seatbelt/read/sbpl_regex.h"
#include "backends/seatbelt/read/vocabulary.h"

namespace sbxc::sbpl {

enum class Truth : uint8_t { no, yes, unknown };

struct Endpoint {
  std::string proto;  // `tcp`, `udp`
  std::string host;   // an address as text
  uint16_t port = 0;
  bool v6() const { return host.find(':') != std::string::npos; }
};

// One request. What is absent is not part of it (a lookup of a Mach service has no path), or, if
// the request is not `complete`, is not known.
struct Request {
  bool complete = true;
  std::optional<std::string> path{};
  std::optional<std::string> vnode_type{};
  std::optional<uint32_t> mode{};
  std::optional<Endpoint> remote{};
  std::optional<Endpoint> local{};
  std::optional<std::string> socket_domain{};
  std::map<std::string, std::string> names{};  // by filter name: `global-name`, `sysctl-name` …
  std::vector<std::string> extensions{};
  std::vector<std::string> target{};  // `self`, `same-sandbox`, `others` …
};

struct Filter;
using FilterPtr = std::shared_ptr<const Filter>;

enum class TextMatch : uint8_t { exact, prefix, subpath, regex };
struct TextFilter {
  std::string subject;  // `path`, `global-name` …
  TextMatch how{};
  std::string text;
  std::shared_ptr<const Regex> regex{};
  std::shared_ptr<const Regex> other_reading{};  // of a regex that can be read in two ways
};
struct AddressFilter {
  bool remote = false;
  std::string proto;  // `ip`, `tcp4` …
  bool localhost = false;
  std::optional<uint16_t> port{};
};
struct UnixSocketFilter {
  FilterPtr path;  // null: any
};
struct VnodeTypeFilter {
  std::string type;
};
struct ModeFilter {
  uint32_t bits = 0;
};
struct TargetFilter {
  std::string who;
};
struct SocketDomainFilter {
  std::string domain;
};
struct ExtensionFilter {
  std::string token;
};
struct UnknownFilter {
  std::string name;   // `require-entitlement`
  std::string value;  // as written: `"com.apple.private.x"`; may be empty
};
struct AllFilter {
  std::vector<FilterPtr> of;
};
struct AnyFilter {
  std::vector<FilterPtr> of;
};
struct NotFilter {
  FilterPtr of;
};

struct Filter {
  std::variant<TextFilter, AddressFilter, UnixSocketFilter, VnodeTypeFilter, ModeFilter,
               TargetFilter, SocketDomainFilter, ExtensionFilter, UnknownFilter, AllFilter,
               AnyFilter, NotFilter>
      test;
  uint32_t depth = 1;  // of the tree, bounded when built
};

inline constexpr uint32_t kMaxFilterDepth = 200;

FilterPtr make_filter(decltype(Filter::test) test);
// `operation` matters to `local` filters: an outgoing socket is not bound yet.
Truth holds(const Filter& filter, const Request& request, OperationId operation);
// What the answer hangs on where `holds` is unknown: `extension "com.apple.app-sandbox.read"`.
void collect_unknown(const Filter& filter, const Request& request, OperationId operation,
                     std::set<std::string>& names);
Category category_of(const Filter& leaf);  // of a filter that is no all, any or not
std::string describe_leaf(const Filter& leaf);
// Leaves, for the estimate of the compiled size, and the bytes of their distinct strings.
size_t count_leaves(const Filter& filter);

}  // namespace sbxc::sbpl
