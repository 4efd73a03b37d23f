// The filter reader against any bytes: every other input has its opcodes folded into those that
// filters use, so that programs are accepted and explored. Whatever is accepted ends on every call,
// and calls that agree on all reached tests get one answer.
#include <cstdlib>
#include <string>

#include "backends/seccomp/read/reached_tests.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sbxc::bpf;
  if (size == 0) return 0;
  std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  if (data[0] % 2 == 1) {
    constexpr uint8_t kOpcodes[] = {0x20, 0x15, 0x25, 0x35, 0x45, 0x05, 0x54, 0x06,
                                    0x44, 0xa4, 0x00, 0x02, 0x60, 0x07, 0x87, 0x16};
    bytes.resize(bytes.size() / 8 * 8);
    for (size_t i = 0; i + 8 <= bytes.size(); i += 8) {
      bytes[i] = static_cast<char>(kOpcodes[static_cast<uint8_t>(bytes[i]) % 16]);
      bytes[i + 1] = 0;
      if (bytes[i] == 0x20) {  // a load: of a word there is
        bytes[i + 4] = static_cast<char>(static_cast<uint8_t>(bytes[i + 4]) % 16 * 4);
        bytes[i + 5] = bytes[i + 6] = bytes[i + 7] = 0;
      }
    }
    bytes += std::string("\x06\0\0\0\0\0\xff\x7f", 8);
  }
  const auto program = read_filter(bytes, "filter");
  if (!program) return 0;
  for (const Instruction& one : *program) {
    if (text_of(one).empty()) abort();
  }
  const ReachedTests tests = tests_reached(*program, {});
  Words words{};
  const Words zero{};
  for (size_t i = 0; i < kWords && i < size; ++i) {
    words[i] = data[i] * 0x01010101U;
    for (const WordTest& test : tests.of_word[i]) {
      if (test.holds(words[i]) != test.holds(0)) words[i] = 0;
    }
    const auto cells = cells_of(tests.of_word[i], 256);
    if (cells && cells->empty()) abort();
  }
  const bool same = run(*program, words).answer.value == run(*program, zero).answer.value;
  if (!tests.not_understood && !same) abort();
  is_in_bitmap(*program, words[kArchWord], words[kNumberWord]);
  return 0;
}
