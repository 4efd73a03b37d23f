#include "compiler/policy/print.h"

#include <fmt/format.h>

#include <algorithm>

namespace sbxc {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string ports_text(const PortSet& ports) {
  return ports == PortSet::any() ? ":*" : ":" + ports.text();
}

// A host with ports after it; a name alone already means the web's two ports (law 11).
std::string with_ports(const std::string& host, const PortSet& ports) {
  return ports == PortSet::web() ? host : host + ports_text(ports);
}

std::string bracketed(const IpNetwork& network) {
  return network.address.v6 ? fmt::format("[{}]", network.text()) : network.text();
}

const IpNetwork kLoopback4{IpAddress::v4(127, 0, 0, 1), 32};

bool is_loopback6(const IpNetwork& network) {
  return network.address.v6 && network.prefix == 128 && network.address.text() == "::1";
}

// `localhost` is the only pattern that tests for the name and both addresses, or for the addresses.
bool is_localhost(const std::vector<IpNetwork>& networks) {
  return networks.size() == 2 && std::count(networks.begin(), networks.end(), kLoopback4) == 1 &&
         std::any_of(networks.begin(), networks.end(), is_loopback6);
}

bool is_localhost(const std::vector<HostTest>& hosts) {
  std::vector<IpNetwork> networks;
  for (const HostTest& host : hosts) {
    if (const auto* network = std::get_if<IpNetwork>(&host)) networks.push_back(*network);
  }
  return hosts.size() == 3 && is_localhost(networks) &&
         std::count(hosts.begin(), hosts.end(), HostTest(ExactName{"localhost"})) == 1;
}

struct HostText {
  const Policy& policy;
  std::string operator()(const ExactName& exact) const {
    const bool like_a_list =
        std::any_of(policy.lists.begin(), policy.lists.end(),
                    [&](const HostList& list) { return list.name == exact.name; });
    return like_a_list ? quoted(exact.name) : exact.name;
  }
  std::string operator()(const Subdomains& below) const { return "*." + below.suffix; }
  std::string operator()(const AnyName&) const { return "*"; }
  std::string operator()(const IpNetwork& network) const { return bracketed(network); }
  std::string operator()(const InList& in) const {
    return policy.lists[static_cast<size_t>(in.list)].name;
  }
};

struct PatternTexts {
  const Policy& policy;
  using Texts = std::vector<std::string>;

  Texts operator()(const PathPattern& pattern) const {
    Texts out;
    for (const PathGlob& glob : pattern.globs) out.push_back(glob.text());
    return out;
  }
  Texts operator()(const NamePattern& pattern) const {
    Texts out;
    for (const NameGlob& glob : pattern.globs) out.push_back(glob.text());
    return out;
  }
  Texts operator()(const SocketPattern& pattern) const {
    Texts out;
    for (const auto& test : pattern.tests) {
      const auto* path = std::get_if<PathGlob>(&test);
      out.push_back(path ? path->text() : "@" + std::get<AbstractSocket>(test).name.text());
    }
    return out;
  }
  Texts operator()(const ConnectPattern& pattern) const {
    if (is_localhost(pattern.hosts)) return {with_ports("localhost", pattern.ports)};
    Texts out;
    for (const HostTest& host : pattern.hosts) {
      out.push_back(with_ports(std::visit(HostText{policy}, host), pattern.ports));
    }
    return out;
  }
  Texts operator()(const ListenPattern& pattern) const {
    const std::string ports = ports_text(pattern.ports);
    if (is_localhost(pattern.addresses)) return {"localhost" + ports};
    const auto any = [](const IpNetwork& network) { return network.prefix == 0; };
    if (pattern.addresses.size() == 2 &&
        std::all_of(pattern.addresses.begin(), pattern.addresses.end(), any)) {
      return {"*" + ports};
    }
    Texts out;
    for (const IpNetwork& network : pattern.addresses) out.push_back(bracketed(network) + ports);
    return out;
  }
  // A set by its name where it is still one, for its hundreds of members say less.
  Texts operator()(const SyscallPattern& pattern) const {
    const SyscallSet* set = syscall_set_named(pattern.written);
    if (set != nullptr && std::ranges::equal(set->members, pattern.calls)) return {pattern.written};
    Texts out;
    for (const SyscallId call : pattern.calls) out.emplace_back(syscall(call).name);
    return out;
  }
};

std::string list_text(const Policy& policy, const std::vector<Pattern>& patterns) {
  std::vector<std::string> all;
  for (const Pattern& pattern : patterns) {
    for (std::string& text : print_patterns(policy, pattern)) all.push_back(std::move(text));
  }
  return fmt::format("{}", fmt::join(all, ", "));
}

std::string_view name_of(AssertKind kind) {
  switch (kind) {
    case AssertKind::never:
      return "never";
    case AssertKind::always:
      return "always";
    case AssertKind::within:
      return "within";
  }
  return {};
}

// Bytes in the largest unit that leaves no rest.
std::string bytes_text(uint64_t bytes) {
  constexpr std::string_view kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  size_t unit = 0;
  while (bytes != 0 && bytes % 1024 == 0 && unit + 1 < std::size(kUnits)) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{}{}", bytes, kUnits[unit]);
}

std::string limit_text(const Limit& limit) {
  switch (limit.kind) {
    case LimitKind::processes:
    case LimitKind::open_files:
      return fmt::format("limit {} {}", name_of(limit.kind), limit.value);
    case LimitKind::memory:
    case LimitKind::file_size:
      return fmt::format("limit {} {}", name_of(limit.kind), bytes_text(limit.value));
    case LimitKind::time:
      return fmt::format("limit {} {}s", name_of(limit.kind), limit.value);
  }
  return {};
}

// In a value `$name` is filled in, and `$$` is one sign.
std::string set_env_text(const SetEnv& set) {
  std::string value;
  for (const char c : set.value) value.append(c == '$' ? 2 : 1, c);
  return fmt::format("set env {} = {}", set.name, quoted(value));
}

std::string assertion_text(const Policy& policy, const Assertion& assertion) {
  if (assertion.kind == AssertKind::within) {
    return "assert within " + quoted(assertion.baseline);
  }
  return fmt::format("assert {} {} {}", name_of(assertion.kind), name_of(assertion.operation),
                     list_text(policy, assertion.patterns));
}

// Statements by the systems they exist on: those of both first, then one block for each system.
class Printer {
 public:
  explicit Printer(const Policy& policy) : policy_(policy) {}

  std::string print() {
    out_ = fmt::format("sbx {}\n", policy_.language_version);
    if (!policy_.name.empty()) {
      out_ += "\npolicy " + policy_.name;
      if (!policy_.description.empty()) out_ += " " + quoted(policy_.description);
      out_ += '\n';
    }
    if (!policy_.lists.empty()) out_ += '\n';
    for (const HostList& list : policy_.lists) {
      out_ += fmt::format("let {} = hosts {}\n", list.name, quoted(list.path));
    }
    print_statements(OsSet{true, true}, "");
    for (const Os os : {Os::linux, Os::macos}) print_block(os);
    return std::move(out_);
  }

 private:
  void print_block(Os os) {
    const size_t before = out_.size();
    out_ += fmt::format("\non {} {{", sbxc::name_of(os));
    const size_t start = out_.size();
    print_statements(OsSet{os == Os::linux, os == Os::macos}, "  ");
    if (out_.size() == start) {
      out_.resize(before);
    } else {
      out_ += "}\n";
    }
  }

  void print_statements(OsSet os, std::string_view indent) {
    const std::vector<UseStep>* chain = nullptr;
    for (const Rule& rule : policy_.rules) {
      if (rule.os != os) continue;
      const bool same_file = chain != nullptr && targets(*chain) == targets(rule.chain);
      if (!same_file) {
        out_ += '\n';
        if (!rule.chain.empty()) out_ += fmt::format("{}# {}\n", indent, targets(rule.chain));
      }
      chain = &rule.chain;
      line(indent, sbxc::print(policy_, rule));
    }
    std::vector<std::string> rest;
    for (const SetEnv& set : policy_.environment) {
      if (set.os == os) rest.push_back(set_env_text(set));
    }
    for (const Limit& limit : policy_.limits) {
      if (limit.os == os) rest.push_back(limit_text(limit));
    }
    for (const Assertion& assertion : policy_.assertions) {
      if (assertion.os == os) rest.push_back(assertion_text(policy_, assertion));
    }
    if (!rest.empty()) out_ += '\n';
    for (const std::string& text : rest) line(indent, text);
    for (const Test& test : policy_.tests) {
      const OsSet where = test.lines.empty() ? OsSet{} : test.lines.front().os;
      if (where == os) print_test(test, indent);
    }
  }

  void print_test(const Test& test, std::string_view indent) {
    out_ += '\n';
    line(indent, fmt::format("test {} {{", quoted(test.name)));
    for (const TestLine& expected : test.lines) {
      std::string text =
          fmt::format("  {} {} {}", sbxc::name_of(expected.expected),
                      sbxc::name_of(expected.request.operation), print_target(expected.request));
      if (expected.because) text += " because " + quoted(*expected.because);
      line(indent, text);
    }
    line(indent, "}");
  }

  static std::string targets(const std::vector<UseStep>& chain) {
    std::string out;
    for (const UseStep& step : chain) out += (out.empty() ? "" : " → ") + step.target;
    return out;
  }
  void line(std::string_view indent, std::string_view text) {
    out_ += fmt::format("{}{}\n", indent, text);
  }

  const Policy& policy_;
  std::string out_;
};

}  // namespace

std::string print(const Policy& policy) { return Printer(policy).print(); }

std::string print(const Policy& policy, const Rule& rule) {
  std::string out = fmt::format("{} {} {}", name_of(rule.effect), name_of(rule.operation),
                                list_text(policy, rule.patterns));
  if (!rule.except.empty()) out += " except " + list_text(policy, rule.except);
  if (!rule.because.empty()) out += " because " + quoted(rule.because);
  if (rule.accept_widened) out += " accept widened " + quoted(*rule.accept_widened);
  return out;
}

std::vector<std::string> print_patterns(const Policy& policy, const Pattern& pattern) {
  return std::visit(PatternTexts{policy}, pattern);
}

std::string print_target(const Request& request) {
  const auto* text = std::get_if<std::string>(&request.target);
  if (text == nullptr) return request.text();
  if (text->starts_with('/')) return literal_path_glob(*text).text();
  const bool abstract = text->starts_with('@');
  return (abstract ? "@" : "") + NameGlob{{Literal{text->substr(abstract ? 1 : 0)}}}.text();
}

}  // namespace sbxc
