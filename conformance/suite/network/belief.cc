#include "conformance/suite/network/belief.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace sbxc::conform {

namespace {

int hex_digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

std::string without_escapes(const std::string& text) {
  std::string bytes;
  for (size_t at = 0; at < text.size(); ++at) {
    const bool escape = text[at] == '%' && at + 2 < text.size() && hex_digit(text[at + 1]) >= 0 &&
                        hex_digit(text[at + 2]) >= 0;
    if (escape) {
      bytes += static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2]));
      at += 2;
    } else {
      bytes += text[at];
    }
  }
  return bytes;
}

void replace_all(std::string* text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text->find(from, at)) != std::string::npos; at += to.size()) {
    text->replace(at, from.size(), to);
  }
}

// Digits and stops of other scripts, as IDNA maps them (UTS 46).
void fold_width(std::string* text) {
  for (char digit = 0; digit < 10; ++digit) {
    replace_all(text, std::string("\xef\xbc") + static_cast<char>('\x90' + digit),
                std::string(1, static_cast<char>('0' + digit)));
    replace_all(text, std::string("\xf0\x9d\x9f") + static_cast<char>('\x8e' + digit),
                std::string(1, static_cast<char>('0' + digit)));
  }
  for (const char* stop : {"\xe3\x80\x82", "\xef\xbc\x8e", "\xef\xbd\xa1"}) {
    replace_all(text, stop, ".");
  }
}

void cut(std::string* text, std::string_view at) {
  text->resize(std::min(text->find_first_of(at), text->size()));
}

}  // namespace

Authority believed_authority(std::string text, uint16_t port) {
  cut(&text, std::string_view("\0\r\n/\\?#", 7));
  text = without_escapes(text);
  cut(&text, std::string_view("\0\r\n/\\?#", 7));
  if (const size_t at = text.rfind('@'); at != std::string::npos) text.erase(0, at + 1);
  text.erase(0, std::min(text.find_first_not_of(" \t"), text.size()));
  fold_width(&text);
  std::string digits;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    digits = end == std::string::npos ? "" : text.substr(end + 1);
    text = text.substr(1, end == std::string::npos ? end : end - 1);
    if (digits.starts_with(':')) digits.erase(0, 1);
  } else if (const size_t colon = text.rfind(':'); colon != std::string::npos) {
    digits = text.substr(colon + 1);
    text.resize(colon);
    // Of `host:80:8080` the host is what stands first; of an address of IPv6 it is all.
    if (!parse_address(text)) cut(&text, ":");
  }
  if (!digits.empty()) {
    port = static_cast<uint16_t>(
        std::strtoul(digits.c_str(), nullptr, digits.starts_with("0x") ? 16 : 10));
  }
  cut(&text, "% \t");
  while (text.ends_with('.')) text.pop_back();
  return {text, port};
}

std::vector<Address> believed_addresses(const std::string& host, Names* names) {
  if (host.empty()) return {};
  in_addr v4{};
  if (inet_aton(host.c_str(), &v4) != 0) {
    return {{AF_INET, std::string(reinterpret_cast<char*>(&v4), 4)}};
  }
  if (const auto address = parse_address(host)) return {*address};
  return names->believe(host);
}

}  // namespace sbxc::conform
