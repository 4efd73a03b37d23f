// The few instructions that filters for seccomp are made of.
#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sbxc::broker {

using FilterCode = std::vector<sock_filter>;

inline sock_filter plain(uint16_t code, uint32_t k) { return {code, 0, 0, k}; }
inline sock_filter load(uint32_t offset) { return plain(BPF_LD | BPF_W | BPF_ABS, offset); }
inline sock_filter answer(uint32_t action) { return plain(BPF_RET | BPF_K, action); }
inline sock_filter jump(uint16_t condition, uint32_t k, uint8_t yes, uint8_t no) {
  return {static_cast<uint16_t>(BPF_JMP | condition | BPF_K), yes, no, k};
}
// Both machines are little endian: the low half comes first. Flags, types and requests are ints.
inline sock_filter load_argument(uint32_t index) {
  return load(static_cast<uint32_t>(offsetof(seccomp_data, args)) + 8 * index);
}

}  // namespace sbxc::broker
