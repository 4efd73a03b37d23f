// What reports of the egress proxy are called: in JSON, and in a sentence.
#include <fmt/format.h>

#include "compiler/diag/printable.h"
#include "compiler/driver/connection_denials.h"

namespace sbxc::driver {
namespace {

struct Words {
  std::string_view name;
  std::string_view sentence;  // empty: the rules tell
  bool with_detail;
};

Words words_of(egress::Reason reason) {
  switch (reason) {
    case egress::Reason::allowed:
      return {"allowed", "", false};
    case egress::Reason::rule:
      return {"rule", "", false};
    case egress::Reason::no_rule:
      return {"no_rule", "no rule allows it", false};
    case egress::Reason::bad_name:
      return {"bad_name", "it is neither a host name nor an address", true};
    case egress::Reason::asked_denied:
      return {"asked_denied", "it was asked, and the answer was no", true};
    case egress::Reason::ask_unavailable:
      return {"ask_unavailable", "it had to be asked, and nobody answered", true};
    case egress::Reason::address_denied:
      return {"address_denied", "the name stands for an address that is denied", true};
    case egress::Reason::address_special:
      return {"address_special", "the name stands for an address that no public name may have",
              true};
    case egress::Reason::sni_mismatch:
      return {"sni_mismatch", "the TLS connection is for another name", true};
    case egress::Reason::sni_missing:
      return {"sni_missing", "the TLS connection does not say for which name it is", true};
    case egress::Reason::host_mismatch:
      return {"host_mismatch", "the HTTP request is for another host", true};
    case egress::Reason::bad_request:
      return {"bad_request", "the request is malformed", true};
    case egress::Reason::bad_token:
      return {"bad_token", "the proxy's client gave no token, or a wrong one", true};
    case egress::Reason::loop:
      return {"loop", "it leads back to the proxy itself", true};
    case egress::Reason::too_slow:
      return {"too_slow", "the request was not complete in time", true};
    case egress::Reason::unresolved:
      return {"unresolved", "the name has no address", true};
    case egress::Reason::unreachable:
      return {"unreachable", "no address answered", true};
    case egress::Reason::limit:
      return {"limit", "a limit of the proxy was met", true};
  }
  return {"unknown", "", true};
}

}  // namespace

std::string_view name_of(egress::Reason reason) { return words_of(reason).name; }

std::string why_text(const egress::Report& report) {
  const Words words = words_of(report.reason);
  if (words.sentence.empty() || report.detail.empty() || !words.with_detail) {
    return std::string(words.sentence);
  }
  return fmt::format("{}: {}", words.sentence, printable(report.detail));
}

}  // namespace sbxc::driver
