// SOCKS messages from hostile clients: a conversation of greeting, login and request.
#include <string>

#include "runtime/wire/fuzz_pieces.h"
#include "runtime/wire/http_rewrite.h"
#include "runtime/wire/socks.h"

namespace {

using namespace sbxc::wire;

Outcome check_request(std::string_view bytes, size_t first) {
  static Endpoint asked;
  const Outcome outcome = insist_on_pieces(bytes, first, [] {
    return [](std::string_view part) { return read_socks_request(part, asked); };
  });
  if (!outcome.is_done()) return outcome;
  Endpoint whole;
  insist(read_socks_request(bytes, whole) == outcome && whole == asked && whole.port != 0);
  const auto again = read_authority(whole.text());
  insist(again && again->host == whole.host && again->port == whole.port);
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2 || size > 2048) return 0;
  const std::string_view bytes = text_of(data + 1, size - 1);
  static SocksGreeting greeting;
  static SocksLogin login;
  (void)check_request(bytes, data[0]);
  const Outcome greeted = insist_on_pieces(bytes, data[0], [] {
    return [](std::string_view part) { return read_socks_greeting(part, greeting); };
  });
  const Outcome logged_in = insist_on_pieces(bytes, data[0], [] {
    return [](std::string_view part) { return read_socks_login(part, login); };
  });
  if (logged_in.is_done()) {
    SocksLogin whole;
    insist(read_socks_login(bytes, whole) == logged_in);
    insist(logged_in.length == 3 + whole.user.size() + whole.password.size());
    (void)equals_in_constant_time(whole.password, "token");
  }
  if (greeted.is_done()) {
    insist(greeted.length <= 257);
    (void)check_request(bytes.substr(greeted.length), data[0]);
  }
  return 0;
}
