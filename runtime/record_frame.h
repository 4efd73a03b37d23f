// How records stand on a pipe, one behind the other: `u32 length of what follows · Fixed · text`.
// Native layout, for both ends are the same program; a reader trusts no number in it all the same.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace sbxc {

// `text` is to be appended.
template <typename Fixed>
std::string begin_record(const Fixed& fixed, size_t text_size) {
  const auto length = static_cast<uint32_t>(sizeof fixed + text_size);
  std::string out;
  out.reserve(4 + length);
  out.resize(4 + sizeof fixed);
  std::memcpy(out.data(), &length, 4);
  std::memcpy(out.data() + 4, &fixed, sizeof fixed);
  return out;
}

template <typename Fixed>
struct TakenRecord {
  Fixed fixed;
  std::string_view text;  // of the bytes it was taken from
};

// Takes one record of at most `most` bytes off the front of `bytes`. `text_size` tells how much
// text a Fixed announces; nothing for one that is none. Nothing comes back when the record is not
// whole yet, or when there is no record, which `damaged` tells.
template <typename Fixed, typename TextSize>
std::optional<TakenRecord<Fixed>> take_record(std::string_view& bytes, size_t most,
                                              const TextSize& text_size, bool& damaged) {
  damaged = false;
  uint32_t length = 0;
  if (bytes.size() < 4) return std::nullopt;
  std::memcpy(&length, bytes.data(), 4);
  damaged = length < sizeof(Fixed) || length > most - 4;
  if (damaged || bytes.size() < 4 + size_t{length}) return std::nullopt;
  TakenRecord<Fixed> taken;
  std::memcpy(&taken.fixed, bytes.data() + 4, sizeof(Fixed));
  const std::optional<size_t> announced = text_size(taken.fixed);
  damaged = !announced || sizeof(Fixed) + *announced != length;
  if (damaged) return std::nullopt;
  taken.text = bytes.substr(4 + sizeof(Fixed), *announced);
  bytes.remove_prefix(4 + size_t{length});
  return taken;
}

}  // namespace sbxc
