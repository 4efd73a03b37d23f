// Written in rule order with fixed keys, so that two versions of a policy compare line by line. The
// rules go through the JSON library; the names of a list are written directly, as there may be a
// million of them and a canonical name has nothing to escape.
#include "backends/proxy/hosts_json.h"

#include <nlohmann/json.hpp>

#include "compiler/diag/printable.h"

namespace sbxc {

namespace {

using Json = nlohmann::ordered_json;

Json ports_json(const PortSet& ports) {
  Json out = Json::array();
  for (const PortRange& range : ports.ranges) out.push_back({range.low, range.high});
  return out;
}

struct HostJson {
  const Policy& policy;

  Json operator()(const ExactName& host) const { return {{"name", host.name}}; }
  Json operator()(const Subdomains& host) const { return {{"subdomains", host.suffix}}; }
  Json operator()(const AnyName&) const { return {{"any_name", true}}; }
  Json operator()(const IpNetwork& network) const { return {{"network", network.text()}}; }
  Json operator()(const InList& in) const {
    return {{"list", printable(policy.lists[static_cast<size_t>(in.list)].name)}};
  }
};

Json patterns_json(const Policy& policy, const std::vector<Pattern>& patterns) {
  Json out = Json::array();
  for (const Pattern& pattern : patterns) {
    const auto* connect = std::get_if<ConnectPattern>(&pattern);
    if (connect == nullptr) continue;
    Json hosts = Json::array();
    for (const HostTest& test : connect->hosts) hosts.push_back(std::visit(HostJson{policy}, test));
    out.push_back({{"written", printable(connect->written)},
                   {"hosts", std::move(hosts)},
                   {"ports", ports_json(connect->ports)}});
  }
  return out;
}

Json rule_json(const Policy& policy, const Rule& rule, const Sources& sources) {
  Json out{{"rule", static_cast<uint32_t>(rule.id)}, {"verdict", name_of(rule.effect)}};
  if (static_cast<size_t>(rule.span.file) < sources.size()) {
    out["place"] = printable(sources.describe(rule.span));
  }
  if (!rule.because.empty()) out["because"] = printable(rule.because);
  out["patterns"] = patterns_json(policy, rule.patterns);
  if (!rule.except.empty()) out["except"] = patterns_json(policy, rule.except);
  return out;
}

// `"a.example", "*.b.example", "10.0.0.0/8"`, one a line.
void append_hosts(std::string& out, const HostList& list) {
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
  std::string out = "{\n  \"format\": \"sbx-hosts\",\n  \"version\": 1,\n  \"policy\": ";
  out += Json(printable(policy.name)).dump();
  out += ",\n  \"default\": \"deny\",\n  \"rules\": [";
  const char* separator = "\n    ";
  for (const Rule& rule : policy.rules) {
    if (rule.operation != Operation::connect || !rule.os.has(os)) continue;
    out += separator + rule_json(policy, rule, sources).dump();
    separator = ",\n    ";
  }
  out += "\n  ],\n  \"lists\": [";
  separator = "\n    ";
  for (size_t i = 0; i < policy.lists.size(); ++i) {
    if (!is_used(policy, os, i)) continue;
    const HostList& list = policy.lists[i];
    out += separator;
    out += "{\"list\": " + Json(printable(list.name)).dump() +
           ", \"file\": " + Json(printable(list.path)).dump() + ", \"hosts\": [";
    append_hosts(out, list);
    out += "]}";
    separator = ",\n    ";
  }
  out += "\n  ]\n}\n";
  return out;
}

}  // namespace sbxc
