#include "conformance/suite/network/names.h"

#include <algorithm>
#include <cctype>

#include "conformance/suite/network/dns_message.h"

namespace sbxc::conform {

namespace {

constexpr std::string_view kAlias = "alias:";

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool below(const std::string& name, const std::string& zone) {
  return name == zone || name.ends_with("." + zone);
}

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  for (size_t at = 0;;) {
    const size_t end = text.find(by, at);
    parts.push_back(text.substr(at, end - at));
    if (end == std::string::npos) return parts;
    at = end + 1;
  }
}

// `x.127.0.0.1.nip.test`: the address, or nothing.
std::string embedded(const std::string& name) {
  const std::vector<std::string> labels = split(name, '.');
  if (labels.size() < 6) return "";
  const size_t from = labels.size() - 6;
  return labels[from] + "." + labels[from + 1] + "." + labels[from + 2] + "." + labels[from + 3];
}

}  // namespace

std::vector<Address> Names::of_list(const std::string& list, int family) const {
  std::vector<Address> found;
  for (const std::string& text : split(list, ',')) {
    // A mapped address is one of IPv6 here: it is the AAAA record that holds it.
    const int written = text.find(':') == std::string::npos ? AF_INET : AF_INET6;
    if (const auto address = parse_address(text); address && written == family) {
      found.push_back(*address);
    }
  }
  return found;
}

NameAnswer Names::look_up(const std::string& asked, int family) {
  const std::string name = lower(asked);
  if (name == lower(zone_.allowed)) {
    if (zone_.resolves == "none") return {};
    if (zone_.resolves.starts_with(kAlias)) {
      const std::string alias = zone_.resolves.substr(kAlias.size());
      NameAnswer answer = look_up(alias, family);
      answer.alias = alias;
      return answer;
    }
    const std::vector<std::string> turns = split(zone_.resolves, '|');
    const size_t turn = asked_[{name, family}]++;
    return {true, {}, of_list(turns[std::min(turn, turns.size() - 1)], family)};
  }
  if (below(name, "denied.test") || below(name, "search.test")) {
    return {true, {}, of_list(zone_.denied4 + "," + zone_.denied6, family)};
  }
  if (name.ends_with(".nip.test")) return {true, {}, of_list(embedded(name), family)};
  if (below(name, "localhost") || name == "host.docker.internal") {
    return {true, {}, of_list("127.0.0.1,::1", family)};
  }
  if (name == "metadata.google.internal") return {true, {}, of_list("169.254.169.254", family)};
  return {};
}

std::vector<Address> Names::believe(const std::string& name) {
  for (const std::string& candidate : {name, name + ".search.test"}) {
    log_->add("asked " + candidate + " A resolver");
    std::vector<Address> all = look_up(candidate, AF_INET).addresses;
    const std::vector<Address> others = look_up(candidate, AF_INET6).addresses;
    all.insert(all.end(), others.begin(), others.end());
    if (!all.empty()) return all;
  }
  return {};
}

std::string Names::answer(std::string_view message, const std::string& whom) {
  const auto questions = dns_questions(message);
  for (const DnsQuestion& question : questions) {
    log_->add("asked " + question.name + " " + type_name(question.type) + " " + whom);
  }
  if (questions.empty()) return "";
  const DnsQuestion& first = questions.front();
  const int family = first.type == kDnsAaaa ? AF_INET6 : AF_INET;
  NameAnswer found = look_up(first.name, family);
  if (first.type != kDnsA && first.type != kDnsAaaa) found.addresses.clear();
  return dns_answer(message, first, found.exists, {found.alias, found.addresses});
}

}  // namespace sbxc::conform
