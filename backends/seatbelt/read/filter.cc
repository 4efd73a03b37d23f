// What each filter means for one request. Paths are compared byte by byte with the path that the
// kernel resolved; a network filter knows `*` and `localhost` and nothing else.
//
// Where measurements disagree the answer is unknown, not a guess: whether `localhost` covers the
// wildcard address (a listener on 0.0.0.0 was both let through and refused) and the IPv4-mapped
// loopback address.
#include "backends/seatbelt/read/filter.h"

#include <algorithm>

#include "backends/seatbelt/read/overloaded.h"

namespace sbxc::sbpl {
namespace {

Truth truth(bool value) { return value ? Truth::yes : Truth::no; }

bool matches_text(const TextFilter& filter, std::string_view value) {
  switch (filter.how) {
    case TextMatch::exact:
      return value == filter.text;
    case TextMatch::prefix:
      return value.starts_with(filter.text);
    case TextMatch::subpath:
      if (filter.text == "/") return value.starts_with('/');
      return value.starts_with(filter.text) &&
             (value.size() == filter.text.size() || value[filter.text.size()] == '/');
    case TextMatch::regex:
      return filter.regex->search(value);
  }
  return false;
}

Truth holds_for(const TextFilter& filter, std::string_view value) {
  const bool matches = matches_text(filter, value);
  if (filter.other_reading && filter.other_reading->search(value) != matches) {
    return Truth::unknown;
  }
  return truth(matches);
}

// A service is looked up by one kind of name, so the others are known to be absent.
bool is_of_another_kind(std::string_view subject, const Request& request) {
  constexpr std::string_view kServiceNames[] = {"global-name", "local-name", "xpc-service-name"};
  const auto names = [&](std::string_view kind) {
    return request.names.contains(std::string(kind));
  };
  return std::find(std::begin(kServiceNames), std::end(kServiceNames), subject) !=
             std::end(kServiceNames) &&
         std::any_of(std::begin(kServiceNames), std::end(kServiceNames), names);
}

// A socket has a path or addresses; a request that has none of them does not say.
bool says_no_place(const Request& request) {
  return !request.complete && !request.path && !request.remote && !request.local;
}

Truth holds_text(const TextFilter& filter, const Request& request) {
  if (filter.subject == "path") {
    if (request.path) return holds_for(filter, *request.path);
    return says_no_place(request) ? Truth::unknown : Truth::no;
  }
  const auto named = request.names.find(filter.subject);
  if (named != request.names.end()) return holds_for(filter, named->second);
  return request.complete || is_of_another_kind(filter.subject, request) ? Truth::no
                                                                         : Truth::unknown;
}

Truth is_localhost(const std::string& host) {
  if (host == "::1" || host.starts_with("127.")) return Truth::yes;
  if (host == "0.0.0.0" || host == "::" || host.starts_with("::ffff:127.")) return Truth::unknown;
  return Truth::no;
}

bool family_fits(const std::string& proto, const Endpoint& endpoint) {
  if (proto.ends_with('4') && endpoint.v6()) return false;
  if (proto.ends_with('6') && !endpoint.v6()) return false;
  if (proto.starts_with("tcp")) return endpoint.proto == "tcp";
  if (proto.starts_with("udp")) return endpoint.proto == "udp";
  return true;
}

Truth holds_address(const AddressFilter& filter, const Request& request, OperationId operation) {
  const std::optional<Endpoint>& endpoint = filter.remote ? request.remote : request.local;
  if (!endpoint) {
    if (says_no_place(request)) return Truth::unknown;
    // connect() asks before the socket has a local address. `localhost` takes that one in as well:
    // Bazel (issue 10068), Nix (10078) and others found all egress open through it.
    const bool outgoing = facts_of(operation).name == "network-outbound" && request.remote;
    return truth(!filter.remote && outgoing && !filter.port);
  }
  if (!family_fits(filter.proto, *endpoint)) return Truth::no;
  if (filter.port && *filter.port != endpoint->port) return Truth::no;
  return filter.localhost ? is_localhost(endpoint->host) : Truth::yes;
}

Truth holds_all(const std::vector<FilterPtr>& of, const Request& request, OperationId operation) {
  Truth all = Truth::yes;
  for (const FilterPtr& filter : of) {
    const Truth one = holds(*filter, request, operation);
    if (one == Truth::no) return Truth::no;
    if (one == Truth::unknown) all = Truth::unknown;
  }
  return all;
}

Truth holds_any(const std::vector<FilterPtr>& of, const Request& request, OperationId operation) {
  Truth any = Truth::no;
  for (const FilterPtr& filter : of) {
    const Truth one = holds(*filter, request, operation);
    if (one == Truth::yes) return Truth::yes;
    if (one == Truth::unknown) any = Truth::unknown;
  }
  return any;
}

Truth holds_target(const TargetFilter& filter, const Request& request) {
  const auto is = [&](std::string_view who) {
    return std::find(request.target.begin(), request.target.end(), who) != request.target.end();
  };
  if (is(filter.who)) return Truth::yes;
  // Whether a process belongs to its own sandbox for this purpose was never measured.
  if (filter.who == "same-sandbox" && is("self")) return Truth::unknown;
  return request.complete || !request.target.empty() ? Truth::no : Truth::unknown;
}

}  // namespace

FilterPtr make_filter(decltype(Filter::test) test) {
  Filter filter{.test = std::move(test)};
  const auto deepen = [&](const FilterPtr& inner) {
    if (inner) filter.depth = std::max(filter.depth, inner->depth + 1);
  };
  std::visit(overloaded{
                 [&](const AllFilter& all) { std::for_each(all.of.begin(), all.of.end(), deepen); },
                 [&](const AnyFilter& any) { std::for_each(any.of.begin(), any.of.end(), deepen); },
                 [&](const NotFilter& inner) { deepen(inner.of); },
                 [&](const UnixSocketFilter& unix_socket) { deepen(unix_socket.path); },
                 [](const auto&) {},
             },
             filter.test);
  return std::make_shared<const Filter>(std::move(filter));
}

Truth holds(const Filter& filter, const Request& request, OperationId operation) {
  return std::visit(
      overloaded{
          [&](const TextFilter& text) { return holds_text(text, request); },
          [&](const AddressFilter& address) { return holds_address(address, request, operation); },
          [&](const UnixSocketFilter& unix_socket) {
            if (!request.path) return Truth::no;
            return unix_socket.path ? holds(*unix_socket.path, request, operation) : Truth::yes;
          },
          [&](const VnodeTypeFilter& type) {
            if (!request.vnode_type) return request.path ? Truth::unknown : Truth::no;
            return truth(*request.vnode_type == type.type);
          },
          [&](const ModeFilter& mode) {
            if (!request.mode) return request.path ? Truth::unknown : Truth::no;
            return truth((*request.mode & mode.bits) != 0);
          },
          [&](const TargetFilter& target) { return holds_target(target, request); },
          [&](const SocketDomainFilter& domain) {
            return request.socket_domain ? truth(*request.socket_domain == domain.domain)
                                         : Truth::unknown;
          },
          [&](const ExtensionFilter& extension) {
            const bool held = std::find(request.extensions.begin(), request.extensions.end(),
                                        extension.token) != request.extensions.end();
            return held ? Truth::yes : request.complete ? Truth::no : Truth::unknown;
          },
          [](const UnknownFilter&) { return Truth::unknown; },
          [&](const AllFilter& all) { return holds_all(all.of, request, operation); },
          [&](const AnyFilter& any) { return holds_any(any.of, request, operation); },
          [&](const NotFilter& inner) {
            const Truth of = holds(*inner.of, request, operation);
            if (of == Truth::unknown) return of;
            return of == Truth::yes ? Truth::no : Truth::yes;
          },
      },
      filter.test);
}

std::string describe_leaf(const Filter& leaf) {
  return std::visit(
      overloaded{
          [](const TextFilter& text) {
            return text.other_reading ? "the meaning of regex " + text.text : text.subject;
          },
          [](const AddressFilter& address) {
            return std::string(address.remote ? "remote" : "local") + " address";
          },
          [](const VnodeTypeFilter&) { return std::string("vnode-type"); },
          [](const ModeFilter&) { return std::string("file-mode"); },
          [](const TargetFilter& target) { return "target " + target.who; },
          [](const SocketDomainFilter&) { return std::string("socket-domain"); },
          [](const ExtensionFilter& extension) {
            return extension.token.empty() ? std::string("extension")
                                           : "extension \"" + extension.token + '"';
          },
          [](const UnknownFilter& unknown) {
            return unknown.value.empty() ? unknown.name : unknown.name + ' ' + unknown.value;
          },
          [](const auto&) { return std::string(); },
      },
      leaf.test);
}

void collect_unknown(const Filter& filter, const Request& request, OperationId operation,
                     std::set<std::string>& names) {
  if (holds(filter, request, operation) != Truth::unknown) return;
  const auto each = [&](const std::vector<FilterPtr>& of) {
    for (const FilterPtr& one : of) collect_unknown(*one, request, operation, names);
  };
  if (const auto* all = std::get_if<AllFilter>(&filter.test)) return each(all->of);
  if (const auto* any = std::get_if<AnyFilter>(&filter.test)) return each(any->of);
  if (const auto* inner = std::get_if<NotFilter>(&filter.test)) return each({inner->of});
  if (const auto* unix_socket = std::get_if<UnixSocketFilter>(&filter.test)) {
    return each({unix_socket->path});
  }
  names.insert(describe_leaf(filter));
}

Category category_of(const Filter& leaf) {
  return std::visit(
      overloaded{
          [](const TextFilter& text) {
            const std::string& of = text.subject;
            if (of == "path") return Category::path;
            if (of == "global-name" || of == "local-name" || of == "xpc-service-name") {
              return Category::mach_name;
            }
            if (of == "sysctl-name") return Category::sysctl;
            if (of == "ipc-posix-name") return Category::ipc_name;
            if (of == "preference-domain") return Category::preference;
            if (of == "control-name") return Category::network;
            if (of.starts_with("iokit-")) return Category::iokit;
            return Category::anything;
          },
          [](const AddressFilter&) { return Category::network; },
          [](const UnixSocketFilter&) { return Category::network; },
          [](const VnodeTypeFilter&) { return Category::path; },
          [](const ModeFilter&) { return Category::path; },
          [](const TargetFilter&) { return Category::target; },
          [](const SocketDomainFilter&) { return Category::socket; },
          [](const auto&) { return Category::anything; },
      },
      leaf.test);
}

size_t count_leaves(const Filter& filter) {
  const auto sum = [](const std::vector<FilterPtr>& of) {
    size_t leaves = 0;
    for (const FilterPtr& one : of) leaves += count_leaves(*one);
    return leaves;
  };
  return std::visit(overloaded{
                        [&](const AllFilter& all) { return sum(all.of); },
                        [&](const AnyFilter& any) { return sum(any.of); },
                        [](const NotFilter& inner) { return count_leaves(*inner.of); },
                        [](const auto&) { return size_t{1}; },
                    },
                    filter.test);
}

}  // namespace sbxc::sbpl
