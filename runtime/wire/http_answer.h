// What the proxy itself answers over HTTP: always whole, and always the last on its connection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/wire/refusal.h"

namespace sbxc::wire {

// Whether the answer has its body: an answer to HEAD has none.
enum class Body : uint8_t { present, absent };

// One line of text/plain: `sbxc: ` and the text, made printable. `status` is one of 400, 403, 407,
// 408, 431, 500, 501, 502, 503, 504, 505; 407 asks for Basic credentials.
std::string answer(uint16_t status, std::string_view text, Body body = Body::present);

// For a request that was refused: its status and what it is.
std::string refusal_answer(Refusal refusal);

struct Denied {
  std::string_view endpoint;     // `example.com:443`
  std::string_view statement{};  // of the deciding rule; empty: no rule allows it
  std::string_view place{};      // `agent.sbx:12:1`
  std::string_view because{};
};
// 403. The text is denied_text().
std::string denied_answer(const Denied& denied, Body body = Body::present);
// ``connect to `x:443` is denied by `deny connect x` (agent.sbx:12:1): credentials``
std::string denied_text(const Denied& denied);

inline constexpr std::string_view kTunnelEstablished =
    "HTTP/1.1 200 Connection established\r\n\r\n";
inline constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace sbxc::wire
