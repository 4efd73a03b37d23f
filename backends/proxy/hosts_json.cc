// Written in rule order with fixed keys, so that two versions of a policy compare line by line. The
// names of a list are put together here, as there may be a million of them and a canonical name has
// nothing to escape.
#include "backends/proxy/hosts_json.h"

#include "backends/target/json_writer.h"
#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

struct WriteHost {
  const Policy& policy;
  JsonWriter& json;

  void operator()(const ExactName& host) const { json.member("name", host.name); }
  void operator()(const Subdomains& host) const { json.member("subdomains", host.suffix); }
  void operator()(const AnyName&) const { json.member("any_name", true); }
  void operator()(const IpNetwork& network) const { json.member("network", network.text()); }
  void operator()(const InList& in) const {
    json.member("list", printable(policy.lists[static_cast<size_t>(in.list)].name));
  }
};

void write_pattern(JsonWriter& json, const Policy& policy, const ConnectPattern& connect) {
  json.object();
  json.member("written", printable(connect.written));
  json.key("hosts").list();
  for (const HostTest& test : connect.hosts) {
    json.object();
    std::visit(WriteHost{policy, json}, test);
    json.close();
  }
  json.close();
  json.key("ports").list();
  for (const PortRange& range : connect.ports.ranges) {
    json.list();
    json.number(range.low);
    json.number(range.high);
    json.close();
  }
  json.close();
  json.close();
}

void write_patterns(JsonWriter& json, const Policy& policy, std::string_view name,
                    const std::vector<Pattern>& patterns) {
  json.key(name).list();
  for (const Pattern& pattern : patterns) {
    const auto* connect = std::get_if<ConnectPattern>(&pattern);
    if (connect != nullptr) write_pattern(json, policy, *connect);
  }
  json.close();
}

void write_rule(JsonWriter& json, const Policy& policy, const Rule& rule, const Sources& sources) {
  json.object();
  json.member("rule", static_cast<uint32_t>(rule.id));
  json.member("verdict", name_of(rule.effect));
  if (static_cast<size_t>(rule.span.file) < sources.size()) {
    json.member("place", printable(sources.describe(rule.span)));
  }
  if (!rule.because.empty()) json.member("because", printable(rule.because));
  write_patterns(json, policy, "patterns", rule.patterns);
  if (!rule.except.empty()) write_patterns(json, policy, "except", rule.except);
  json.close();
}

// `["a.example","*.b.example","10.0.0.0/8"]`, one a line.
std::string names_of(const HostList& list) {
  std::string out = "[";
  const char* separator = "\n      \"";
  for (const HostList::Entry& entry : list.entries) {
    out += separator;
    if (entry.subdomains) out += "*.";
    out += list.name_of(entry);
    out += '"';
    separator = ",\n      \"";
  }
  for (const IpNetwork& network : list.networks) {
    out += separator + network.text() + '"';
    separator = ",\n      \"";
  }
  return out + "]";
}

bool is_used(const Policy& policy, Os os, size_t list) {
  const auto uses = [&](const std::vector<Pattern>& patterns) {
    for (const Pattern& pattern : patterns) {
      const auto* connect = std::get_if<ConnectPattern>(&pattern);
      if (connect == nullptr) continue;
      for (const HostTest& test : connect->hosts) {
        const auto* in = std::get_if<InList>(&test);
        if (in != nullptr && static_cast<size_t>(in->list) == list) return true;
      }
    }
    return false;
  };
  for (const Rule& rule : policy.rules) {
    if (rule.os.has(os) && (uses(rule.patterns) || uses(rule.except))) return true;
  }
  return false;
}

}  // namespace

std::string render_hosts_json(const Policy& policy, Os os, const Sources& sources) {
  JsonWriter json;
  json.member("format", "sbx-hosts");
  json.member("version", 1U);
  json.member("policy", printable(policy.name));
  json.member("default", "deny");
  json.table("rules");
  for (const Rule& rule : policy.rules) {
    if (rule.operation != Operation::connect || !rule.os.has(os)) continue;
    write_rule(json, policy, rule, sources);
  }
  json.close();
  json.table("lists");
  for (size_t i = 0; i < policy.lists.size(); ++i) {
    if (!is_used(policy, os, i)) continue;
    const HostList& list = policy.lists[i];
    json.object();
    json.member("list", printable(list.name));
    json.member("file", printable(list.path));
    json.key("hosts").written(names_of(list));
    json.close();
  }
  return std::move(json).finish();
}

}  // namespace sbxc
