// A classic BPF machine that reads a filter's bytes and answers as the kernel would, and the
// kernel's own checks of a filter. Made for tests and for reading filters back: it shares nothing
// with the generator but the layout of struct sock_filter, and covers all of what seccomp accepts,
// not only what we emit.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace sbxc::seccomp {

// struct seccomp_data (include/uapi/linux/seccomp.h).
struct Call {
  uint32_t number = 0;
  uint32_t arch = 0;
  uint64_t instruction_pointer = 0;
  std::array<uint64_t, 6> arguments{};
};

struct Outcome {
  uint32_t value = 0;     // SECCOMP_RET_* with its data
  uint32_t executed = 0;  // instructions
};

class Bpf {
 public:
  // Decodes and validates; the error says which instruction the kernel would refuse, and why.
  static tl::expected<Bpf, std::string> read(std::string_view bytes);

  Outcome run(const Call& call) const;
  // Whether the kernel puts the number into its bitmap of calls that are always allowed: its own
  // emulation at load time (seccomp_is_const_allow), which gives up at anything but number and
  // arch.
  bool always_allows(uint32_t arch, uint32_t number) const;
  size_t size() const { return code_.size(); }

 private:
  struct Line {
    uint16_t code;
    uint8_t jt;
    uint8_t jf;
    uint32_t k;
  };
  static std::string check(const std::vector<Line>& code);

  std::vector<Line> code_;
};

}  // namespace sbxc::seccomp
