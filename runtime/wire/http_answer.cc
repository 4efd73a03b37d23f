// The proxy's own answers. Text from a client is in them only where it was made printable.
#include "runtime/wire/http_answer.h"

#include <algorithm>
#include <array>

#include "compiler/diag/printable.h"

namespace sbxc::wire {

namespace {

struct Status {
  uint16_t number;
  std::string_view reason;
};
constexpr std::array kStatuses = {
    Status{400, "Bad Request"},
    Status{403, "Forbidden"},
    Status{407, "Proxy Authentication Required"},
    Status{408, "Request Timeout"},
    Status{431, "Request Header Fields Too Large"},
    Status{500, "Internal Server Error"},
    Status{501, "Not Implemented"},
    Status{502, "Bad Gateway"},
    Status{503, "Service Unavailable"},
    Status{504, "Gateway Timeout"},
    Status{505, "HTTP Version Not Supported"},
};

std::string_view reason_of(uint16_t status) {
  const auto found = std::find_if(kStatuses.begin(), kStatuses.end(),
                                  [status](const Status& row) { return row.number == status; });
  return found != kStatuses.end() ? found->reason : "Refused";
}

}  // namespace

std::string answer(uint16_t status, std::string_view text, Body body) {
  const std::string line = "sbxc: " + printable(text) + "\n";
  std::string out = "HTTP/1.1 " + std::to_string(status) + " ";
  out += reason_of(status);
  out += "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ";
  out += std::to_string(line.size());
  out += "\r\nCache-Control: no-store\r\nConnection: close\r\n";
  if (status == 407) out += "Proxy-Authenticate: Basic realm=\"sbxc\"\r\n";
  out += "\r\n";
  if (body == Body::present) out += line;
  return out;
}

std::string refusal_answer(Refusal refusal) {
  const RefusalFacts& facts = facts_of(refusal);
  std::string text = "refused: ";
  text += facts.what;
  return answer(facts.status != 0 ? facts.status : uint16_t{400}, text);
}

std::string denied_text(const Denied& denied) {
  std::string out = "connect to `";
  out += denied.endpoint;
  if (denied.statement.empty()) return out + "` is denied: no rule allows it";
  out += "` is denied by `";
  out += denied.statement;
  out += '`';
  if (!denied.place.empty()) {
    out += " (";
    out += denied.place;
    out += ')';
  }
  if (!denied.because.empty()) {
    out += ": ";
    out += denied.because;
  }
  return out;
}

std::string denied_answer(const Denied& denied, Body body) {
  return answer(403, denied_text(denied), body);
}

}  // namespace sbxc::wire
