// References: RFC 791, RFC 8200 4 (extension headers), RFC 9293, RFC 768, RFC 792, RFC 4443.
#include "conformance/suite/network/packet.h"

#include <sys/socket.h>

#include <charconv>
#include <optional>

#include "conformance/suite/network/address.h"
#include "conformance/suite/network/dns_message.h"

namespace sbxc::conform {

namespace {

enum Protocol : unsigned {
  kHopByHop = 0,
  kIcmp = 1,
  kIgmp = 2,
  kTcp = 6,
  kUdp = 17,
  kDccp = 33,
  kRouting = 43,
  kFragment = 44,
  kIcmp6 = 58,
  kDestination = 60,
  kSctp = 132,
  kUdpLite = 136
};

unsigned byte_at(std::string_view bytes, size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

uint16_t number_at(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

struct Content {
  unsigned protocol = 0;
  Address to;
  std::string_view bytes;  // behind the headers of IP
};

std::string_view behind(std::string_view bytes, size_t size) {
  return bytes.substr(std::min(size, bytes.size()));
}

Content content_v4(std::string_view packet) {
  return {byte_at(packet, 9),
          {AF_INET, std::string(packet.substr(16, 4))},
          behind(packet, (byte_at(packet, 0) & 15) * size_t{4})};
}

Content content_v6(std::string_view packet) {
  Content content{
      byte_at(packet, 6), {AF_INET6, std::string(packet.substr(24, 16))}, behind(packet, 40)};
  for (int headers = 0; headers < 8; ++headers) {
    const unsigned now = content.protocol;
    if (now != kHopByHop && now != kRouting && now != kFragment && now != kDestination) break;
    const size_t size = now == kFragment ? 8 : (byte_at(content.bytes, 1) + 1) * size_t{8};
    content.protocol = byte_at(content.bytes, 0);
    content.bytes = behind(content.bytes, size);
  }
  return content;
}

std::optional<Content> content_of(std::string_view packet) {
  const unsigned version = byte_at(packet, 0) >> 4;
  if (version == 4 && packet.size() >= 20) return content_v4(packet);
  if (version == 6 && packet.size() >= 40) return content_v6(packet);
  return std::nullopt;
}

void tell_datagram(const Content& content, const std::string& resolver, EventLog* log) {
  const uint16_t port = number_at(content.bytes, 2);
  const std::string place = place_of(content.to, port);
  const std::string_view payload = behind(content.bytes, 8);
  // What the resolver answers goes to whoever asked, from port 53.
  const bool answer = number_at(content.bytes, 0) == 53 && place != resolver;
  if (answer) return;
  if (log->marked(payload)) log->add("wire " + place);
  if (place == resolver) return;
  log->add("udp " + place);
  if (port != 53) return;
  for (const DnsQuestion& question : dns_questions(payload)) {
    log->add("asked " + question.name + " " + type_name(question.type) + " " + place);
  }
}

void tell_stream(const Content& content, EventLog* log) {
  const std::string place = place_of(content.to, number_at(content.bytes, 2));
  constexpr unsigned kSyn = 2;
  constexpr unsigned kAck = 16;
  const unsigned flags = byte_at(content.bytes, 13);
  if ((flags & (kSyn | kAck)) == kSyn) log->add("tcp " + place);
  const std::string_view payload =
      behind(content.bytes, (byte_at(content.bytes, 12) >> 4) * size_t{4});
  if (log->marked(payload)) log->add("wire " + place);
}

void tell_echo(const Content& content, EventLog* log) {
  const unsigned request = content.protocol == kIcmp ? 8 : 128;
  if (byte_at(content.bytes, 0) == request) log->add("ping " + text_of(content.to));
}

}  // namespace

void tell_packet(std::string_view packet, const std::string& resolver, EventLog* log) {
  const auto content = content_of(packet);
  if (!content) return;
  const auto place = [&] { return place_of(content->to, number_at(content->bytes, 2)); };
  switch (content->protocol) {
    case kTcp:
      return tell_stream(*content, log);
    case kUdp:
      return tell_datagram(*content, resolver, log);
    case kIcmp:
    case kIcmp6:
      return tell_echo(*content, log);
    case kIgmp:
      return;  // the kernel's own
    case kSctp:
      return log->add("sctp " + place());
    case kDccp:
      return log->add("dccp " + place());
    case kUdpLite:
      return log->add("udplite " + place());
    default:
      log->add("ip " + std::to_string(content->protocol) + " " + text_of(content->to));
  }
}

unsigned mark_number(std::string_view packet) {
  const auto content = content_of(packet);
  if (!content || content->protocol != kUdp) return 0;
  if (number_at(content->bytes, 2) != kMarkPort || text_of(content->to) != "127.0.0.1") return 0;
  const std::string_view payload = behind(content->bytes, 8);
  if (!payload.starts_with(kMark)) return 0;
  unsigned number = 0;
  const std::string_view digits = payload.substr(kMark.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace sbxc::conform
