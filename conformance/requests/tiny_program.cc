// An ELF file of one segment, without a table of sections: the header, the instructions, the text.
// Reference: elf(5); the numbers of write and exit in asm/unistd.h.
#include "conformance/requests/tiny_program.h"

#include <cstdint>

namespace sbxc::conform {

namespace {

constexpr uint64_t kAddress = 0x400000;
constexpr uint64_t kHeaders = 64 + 56;

class Bytes {
 public:
  template <typename T>
  Bytes& add(T value) {
    for (size_t i = 0; i < sizeof value; ++i) {
      out_ += static_cast<char>(static_cast<uint64_t>(value) >> (8 * i));
    }
    return *this;
  }
  Bytes& add_text(std::string_view text) {
    out_ += text;
    return *this;
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

#if defined(__linux__) && defined(__x86_64__)
constexpr uint16_t kMachine = 62;
std::string instructions(uint32_t length) {
  Bytes code;
  code.add_text({"\xb8\x01\x00\x00\x00", 5});                  // mov eax, write
  code.add_text({"\xbf\x01\x00\x00\x00", 5});                  // mov edi, 1
  code.add_text("\x48\x8d\x35").add(uint32_t{16});             // lea rsi, [behind the code]
  code.add_text("\xba").add(length).add_text("\x0f\x05");      // mov edx, length; syscall
  code.add_text({"\xb8\x3c\x00\x00\x00\x31\xff\x0f\x05", 9});  // exit(0)
  return code.take();
}
#elif defined(__linux__) && defined(__aarch64__)
constexpr uint16_t kMachine = 183;
std::string instructions(uint32_t length) {
  Bytes code;
  code.add(uint32_t{0xd2800020}).add(uint32_t{0x100000e1});  // mov x0, 1; adr x1, behind
  code.add(uint32_t{0xd2800002} | length << 5U);             // mov x2, length
  code.add(uint32_t{0xd2800808}).add(uint32_t{0xd4000001});  // write
  code.add(uint32_t{0xd2800000}).add(uint32_t{0xd2800ba8});  // exit(0)
  code.add(uint32_t{0xd4000001});
  return code.take();
}
#else
constexpr uint16_t kMachine = 0;
std::string instructions(uint32_t) { return {}; }
#endif

}  // namespace

std::string tiny_program(std::string_view text) {
  if (kMachine == 0 || text.size() > 4095) return {};
  const std::string code = instructions(static_cast<uint32_t>(text.size()));
  const uint64_t size = kHeaders + code.size() + text.size();
  Bytes out;
  out.add_text(
      {"\x7f"
       "ELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00",
       16});
  out.add(uint16_t{2}).add(kMachine).add(uint32_t{1});              // executable
  out.add(kAddress + kHeaders).add(uint64_t{64}).add(uint64_t{0});  // entry, program headers
  out.add(uint32_t{0}).add(uint16_t{64}).add(uint16_t{56}).add(uint16_t{1});
  out.add(uint16_t{64}).add(uint16_t{0}).add(uint16_t{0});
  out.add(uint32_t{1}).add(uint32_t{5}).add(uint64_t{0});  // to be loaded, to be run
  out.add(kAddress).add(kAddress).add(size).add(size).add(uint64_t{0x1000});
  return out.add_text(code).add_text(text).take();
}

}  // namespace sbxc::conform
