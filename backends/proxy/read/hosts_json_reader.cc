// Strict about the keys that decide (`rules`, `lists`, what is in them), silent about those that
// are only shown. A key that is not known is passed over, as the page says that keys will be added.
#include "backends/proxy/read/hosts_json_reader.h"

#include <fmt/core.h>

#include <map>

namespace sbxc::hosts {

namespace {

using Json = nlohmann::json;

const Json& member(const Json& object, const char* name) {
  static const Json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

bool is_number(const Json& json, uint64_t most) {
  return json.is_number_unsigned() && json.get<uint64_t>() <= most;
}

std::optional<Effect> effect_of(const Json& json) {
  for (const Effect effect : {Effect::allow, Effect::ask, Effect::deny}) {
    if (json == name_of(effect)) return effect;
  }
  return std::nullopt;
}

// `10.0.0.0/8`, `::1`
std::optional<IpNetwork> network_of(std::string_view text) {
  const size_t slash = text.find('/');
  const IpParse parsed = parse_ip(text.substr(0, slash));
  if (!parsed.address) return std::nullopt;
  unsigned prefix = parsed.address->bits();
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    if (digits.empty() || digits.size() > 3) return std::nullopt;
    prefix = 0;
    for (const char c : digits) {
      if (c < '0' || c > '9') return std::nullopt;
      prefix = prefix * 10 + static_cast<unsigned>(c - '0');
    }
    if (prefix > parsed.address->bits()) return std::nullopt;
  }
  const IpNetwork network = IpNetwork::of(*parsed.address, static_cast<uint8_t>(prefix));
  if (network.address != *parsed.address) return std::nullopt;
  return network;
}

struct Use {
  Entry itself;
  Entry below;
};

class Reader {
 public:
  explicit Reader(const Json& json) : json_(json) {}

  // The problem, or nothing.
  std::string run() {
    if (member(json_, "format") != "sbx-hosts") return "it does not say so";
    if (member(json_, "version") != 1) return "it has a version that is not known";
    if (member(json_, "default") != "deny") return "its default is not `deny`";
    if (!member(json_, "rules").is_array()) return "it has no rules";
    uint32_t index = 0;
    for (const Json& rule : json_["rules"]) {
      if (!read_rule(rule, index)) return fmt::format("rule {} of it cannot be read", index);
      ++index;
    }
    for (const Json& list : member(json_, "lists")) {
      if (!read_list(list)) return "one of its lists cannot be read";
    }
    for (const auto& [name, uses] : uses_) {
      if (!uses.empty()) return fmt::format("it has no list `{}`", name);
    }
    return {};
  }

  Claims& claims() { return claims_; }

 private:
  bool read_rule(const Json& rule, uint32_t index) {
    const auto effect = effect_of(member(rule, "verdict"));
    if (!effect || !is_number(member(rule, "rule"), 0xffffffff)) return false;
    Entry entry{.group = index,
                .rule = RuleId{rule["rule"].get<uint32_t>()},
                .effect = *effect,
                .where = index};
    if (!read_patterns(member(rule, "patterns"), entry)) return false;
    entry.except = true;
    return !rule.contains("except") || read_patterns(rule["except"], entry);
  }

  bool read_patterns(const Json& patterns, Entry entry) {
    if (!patterns.is_array()) return false;
    for (const Json& pattern : patterns) {
      std::vector<PortRange> ports;
      for (const Json& range : member(pattern, "ports")) {
        if (!range.is_array() || range.size() != 2) return false;
        if (!is_number(range[0], 65535) || !is_number(range[1], 65535)) return false;
        ports.push_back({range[0].get<uint16_t>(), range[1].get<uint16_t>()});
        if (ports.back().low == 0 || ports.back().low > ports.back().high) return false;
      }
      entry.port_set = static_cast<uint32_t>(claims_.port_sets.size());
      claims_.port_sets.push_back(std::move(ports));
      if (!member(pattern, "hosts").is_array()) return false;
      for (const Json& host : pattern["hosts"]) {
        if (!read_host(host, entry)) return false;
      }
    }
    return true;
  }

  bool read_host(const Json& host, Entry entry) {
    if (!host.is_object() || host.size() != 1) return false;
    const std::string& key = host.begin().key();
    const Json& value = host.begin().value();
    Entry below = entry;
    below.below = true;
    entry.itself = true;
    if (key == "any_name") {
      claims_.every_name.push_back(list_of({entry}));
      return value == true;
    }
    if (!value.is_string()) return false;
    const auto& text = value.get_ref<const std::string&>();
    if (key == "name") {
      claims_.names.push_back({text, list_of({entry})});
    } else if (key == "subdomains") {
      claims_.names.push_back({text, list_of({below})});
    } else if (key == "network") {
      return add_network(text, list_of({entry}));
    } else if (key == "list") {
      uses_[text].push_back({entry, below});
    } else {
      return false;
    }
    return true;
  }

  bool read_list(const Json& list) {
    if (!member(list, "list").is_string() || !member(list, "hosts").is_array()) return false;
    std::vector<Entry> itself;
    std::vector<Entry> below;
    std::vector<Use>& uses = uses_[list["list"].get_ref<const std::string&>()];
    for (const Use& use : uses) {
      itself.push_back(use.itself);
      below.push_back(use.below);
    }
    uses.clear();
    const List of_itself = list_of(itself);
    const List of_below = list_of(below);
    for (const Json& host : list["hosts"]) {
      if (!host.is_string()) return false;
      const std::string_view text = host.get_ref<const std::string&>();
      if (text.starts_with("*.")) {
        claims_.names.push_back({text.substr(2), of_below});
      } else if (text.find_first_of("/:") == std::string_view::npos && !looks_like_ip(text)) {
        claims_.names.push_back({text, of_itself});
      } else if (!add_network(text, of_itself)) {
        return false;
      }
    }
    return true;
  }

  bool add_network(std::string_view text, List list) {
    const auto network = network_of(text);
    if (!network) return false;
    IpAddress last = network->address;
    for (size_t bit = network->prefix; bit < last.bits(); ++bit) {
      last.bytes[bit / 8] = static_cast<uint8_t>(last.bytes[bit / 8] | 0x80U >> bit % 8);
    }
    claims_.addresses.push_back({network->address, last, list});
    return true;
  }

  List list_of(const std::vector<Entry>& entries) {
    const auto first = static_cast<uint32_t>(claims_.entries.size());
    claims_.entries.insert(claims_.entries.end(), entries.begin(), entries.end());
    return {first, static_cast<uint32_t>(claims_.entries.size())};
  }

  const Json& json_;
  Claims claims_;
  std::map<std::string, std::vector<Use>> uses_;  // of lists that did not come yet
};

}  // namespace

Result<Claims> HostsJson::read(std::string_view bytes, std::string_view file) {
  const auto refuse = [&](std::string_view why) {
    return tl::unexpected(
        Diagnostic{.kind = Kind::cannot_read,
                   .span = std::nullopt,
                   .message = fmt::format("`{}` is no list of hosts: {}", file, why)});
  };
  json_ = Json::parse(bytes, nullptr, false);
  if (json_.is_discarded()) return refuse("it is no JSON");
  Reader reader(json_);
  if (const std::string problem = reader.run(); !problem.empty()) return refuse(problem);
  return std::move(reader.claims());
}

}  // namespace sbxc::hosts
