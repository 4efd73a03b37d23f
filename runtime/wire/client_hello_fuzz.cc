// ClientHellos from hostile clients: as records, and as a message that is cut into records here, so
// that the fuzzer need not find out about lengths first.
#include <string>

#include "compiler/pattern/host_name.h"
#include "runtime/wire/byte_reader.h"
#include "runtime/wire/client_hello.h"
#include "runtime/wire/fuzz_pieces.h"

namespace {

using namespace sbxc;
using namespace sbxc::wire;

ClientHello scratch;

Outcome check(std::string_view bytes, size_t first, ClientHello& hello) {
  const Outcome outcome = insist_on_pieces(bytes, first, [] {
    return [reader = ClientHelloReader()](std::string_view part) mutable {
      return reader.read(part, scratch);
    };
  });
  ClientHelloReader reader;
  insist(reader.read(bytes, hello) == outcome);
  if (!outcome.is_done()) return outcome;
  insist(hello.server_name == scratch.server_name && hello.protocols == scratch.protocols);
  insist(hello.protocols.size() <= kMaxProtocols && outcome.length <= kMaxClientHello);
  if (!hello.server_name.empty()) {
    const auto name = canonical_host_name(hello.server_name);
    insist(name && *name == hello.server_name);
  }
  return outcome;
}

// The body of a message as records of `piece` bytes.
std::string records_of(std::string_view body, size_t piece) {
  std::string message(1, '\1');
  message += static_cast<char>(body.size() >> 16);
  append_u16(message, body.size());
  message += body;
  std::string out;
  for (size_t at = 0; at < message.size(); at += piece) {
    const std::string fragment = message.substr(at, piece);
    out += "\x16\x03\x01";
    append_u16(out, fragment.size());
    out += fragment;
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2 || size > 1U << 17) return 0;
  const std::string_view bytes = text_of(data + 1, size - 1);
  ClientHello hello;
  if (data[0] % 2 == 0) {
    (void)check(bytes, data[0], hello);
  } else if (bytes.size() < 8192) {
    const Outcome whole = check(records_of(bytes, 16384), data[0], hello);
    ClientHello cut;
    const Outcome pieces = check(records_of(bytes, data[0]), data[0], cut);
    insist(whole.progress == pieces.progress && whole.refusal == pieces.refusal);
    insist(hello.server_name == cut.server_name);
  }
  (void)read_hello_retry_request(bytes);
  return 0;
}
