// Host patterns, requests and list files from hostile bytes. What is accepted must be canonical and
// read back as itself; what is refused must point inside the text and print safely.
#include <cstdlib>
#include <string>

#include "compiler/diag/printable.h"
#include "compiler/pattern/host_list.h"
#include "compiler/pattern/host_name.h"

namespace {

using namespace sbxc;

void insist(bool truth) {
  if (!truth) std::abort();
}

void check_refusal(const Diagnostic& d, size_t size) {
  insist(d.span && d.span->begin <= d.span->end && d.span->end <= size + 1);
  for (const std::string* text : {&d.message, &d.underline, &d.help}) {
    for (const char c : *text) insist(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    insist(find_invalid_utf8(*text) == std::string_view::npos);
  }
}

void check_name(std::string_view name) {
  const auto again = canonical_host_name(name);
  insist(again && *again == name);
  insist(!looks_like_ip(name));
}

void check_test(const HostTest& test) {
  if (const auto* exact = std::get_if<ExactName>(&test)) check_name(exact->name);
  if (const auto* below = std::get_if<Subdomains>(&test)) check_name(below->suffix);
  if (const auto* network = std::get_if<IpNetwork>(&test)) {
    insist(network->prefix <= network->address.bits());
    insist(IpNetwork::of(network->address, network->prefix) == *network);
    insist(special_use(network->address).value_or("x") != "");
  }
}

void check_connect(const std::string& written) {
  const auto pattern = parse_connect_pattern(PatternText::plain(written));
  if (!pattern) return check_refusal(pattern.error(), written.size());
  insist(!pattern->hosts.empty() && !pattern->ports.ranges.empty());
  for (const HostTest& test : pattern->hosts) check_test(test);
  const std::string text = sbxc::text(pattern->hosts[0]) + ":" + pattern->ports.text();
  const auto again = parse_connect_pattern(PatternText::plain(text));
  insist(again && again->hosts == pattern->hosts && again->ports == pattern->ports &&
         again->too_broad == pattern->too_broad);
}

void check_request(const std::string& written) {
  const auto request = parse_host_request(PatternText::plain(written));
  if (!request) return check_refusal(request.error(), written.size());
  insist(request->port != 0);
  const auto again = parse_host_request(PatternText::plain(request->text()));
  insist(again && again->host == request->host && again->port == request->port);
}

void check_list(const std::string& text) {
  Sources sources;
  Diagnostics diagnostics;
  const FileId file = sources.add("list", text);
  const auto list = read_host_list(sources, file, diagnostics);
  insist(list.has_value() != diagnostics.has_errors());
  insist(diagnostics.all().size() <= kMaxListErrors + 1);
  for (const Diagnostic& d : diagnostics.all()) check_refusal(d, text.size());
  if (!list) return;
  for (size_t i = 0; i < list->entries.size(); ++i) {
    const std::string_view name = list->name_of(list->entries[i]);
    check_name(name);
    insist(list->matches((list->entries[i].subdomains ? "a." : "") + std::string(name)) ||
           name.size() > 251);
    if (i > 0) insist(list->name_of(list->entries[i - 1]) <= name);
  }
  for (const IpNetwork& network : list->networks) insist(list->matches(network.address));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_connect(text);
  check_request(text);
  const auto listen = parse_listen_pattern(PatternText::plain(text));
  if (!listen) check_refusal(listen.error(), text.size());
  check_list(text);
  return 0;
}
