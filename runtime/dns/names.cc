#include "runtime/dns/names.h"

#include <sys/random.h>
#ifndef __linux__
#include <unistd.h>
#endif

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>

namespace sbxc::dns {

namespace {

constexpr std::array<uint8_t, 12> kV6Prefix = {0xFD, 0x73, 0x62, 0x78, 0x63};
constexpr uint32_t kV6First = 0x10000;
constexpr uint32_t kV4First = 1;

uint64_t random_seed() {
  uint64_t seed = 0;
  (void)getentropy(&seed, sizeof seed);
  return seed;
}

}  // namespace

IpAddress v4_of(NameId name) {
  const uint32_t low = static_cast<uint32_t>(name) + kV4First;
  return IpAddress::v4(198, 18, static_cast<uint8_t>(low >> 8), static_cast<uint8_t>(low & 0xFF));
}

IpAddress v6_of(NameId name) {
  IpAddress address{.v6 = true};
  std::copy(kV6Prefix.begin(), kV6Prefix.end(), address.bytes.begin());
  const uint32_t low = static_cast<uint32_t>(name) + kV6First;
  for (size_t i = 0; i < 4; ++i) {
    address.bytes[15 - i] = static_cast<uint8_t>(low >> 8 * i & 0xFF);
  }
  return address;
}

Names::Names(size_t most_names, size_t most_bytes)
    : most_names_(std::min(most_names, kMostNames)),
      most_bytes_(most_bytes),
      seed_(random_seed()),
      slots_(64) {}

std::string_view Names::text(uint32_t index) const {
  const size_t start = starts_[index];
  const size_t end = index + 1 < starts_.size() ? starts_[index + 1] : bytes_.size();
  return std::string_view(bytes_).substr(start, end - start);
}

// Where the name is, or where it would be put.
size_t Names::slot_of(std::string_view name) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = XXH3_64bits_withSeed(name.data(), name.size(), seed_) & mask;
  while (slots_[slot] != 0 && text(slots_[slot] - 1) != name) slot = (slot + 1) & mask;
  return slot;
}

void Names::grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (uint32_t i = 0; i < starts_.size(); ++i) slots_[slot_of(text(i))] = i + 1;
}

std::optional<NameId> Names::add(std::string_view name) {
  size_t slot = slot_of(name);
  if (slots_[slot] != 0) return NameId{slots_[slot] - 1};
  if (starts_.size() >= most_names_ || bytes_.size() + name.size() > most_bytes_) {
    return std::nullopt;
  }
  if (starts_.size() >= slots_.size() / 2) {
    grow();
    slot = slot_of(name);
  }
  starts_.push_back(static_cast<uint32_t>(bytes_.size()));
  bytes_ += name;
  slots_[slot] = static_cast<uint32_t>(starts_.size());
  return NameId{slots_[slot] - 1};
}

std::string_view Names::name_of(const IpAddress& address) const {
  const auto& bytes = address.bytes;
  uint32_t index = 0;  // wraps below the first address
  if (!address.v6) {
    if (bytes[0] != 198 || bytes[1] != 18) return {};
    index = (uint32_t{bytes[2]} << 8 | uint32_t{bytes[3]}) - kV4First;
  } else {
    if (!std::equal(kV6Prefix.begin(), kV6Prefix.end(), bytes.begin())) return {};
    index = (uint32_t{bytes[12]} << 24 | uint32_t{bytes[13]} << 16 | uint32_t{bytes[14]} << 8 |
             uint32_t{bytes[15]}) -
            kV6First;
  }
  return index < starts_.size() ? text(index) : std::string_view{};
}

}  // namespace sbxc::dns
