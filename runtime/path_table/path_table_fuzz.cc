// The reader against hostile tables: half of the inputs are raw bytes, half a table put together
// from the fuzzer's bytes with a checksum that fits. Whatever is accepted must answer within it.
#include <cstring>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "runtime/path_table/path_table.h"
#include "runtime/path_table/path_table_format.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sbxc::path_table;
  if (size < 2 || size > 1U << 16) return 0;
  const uint8_t kind = *data++;
  --size;
  std::vector<uint64_t> words(size / 8 + 200);
  auto* bytes = reinterpret_cast<uint8_t*>(words.data());
  size_t length = size;
  if (kind % 2 == 0 && size > 4) {
    Header header{};
    std::memcpy(header.magic, kMagic, sizeof kMagic);
    header.version = kVersion;
    header.header_size = sizeof(Header);
    header.classes = 1U + data[0] % 4;
    header.states = 1U + data[1] % 8;
    header.start = data[2] % 9;
    header.width = data[3] % 3 == 0 ? 4 : 2;
    length = next_at(header.states) + header.states * header.classes * header.width;
    for (size_t i = sizeof header; i < length; ++i) bytes[i] = data[4 + i % (size - 4)] % 4;
    header.file_size = length;
    std::memcpy(bytes, &header, sizeof header);
    header.checksum = XXH3_64bits(bytes + kChecksumFrom, length - kChecksumFrom);
    std::memcpy(bytes, &header, sizeof header);
  } else {
    std::memcpy(bytes, data, size);
  }
  PathTable table;
  if (PathTable::view({bytes, length}, table) != Error::none) return 0;
  (void)table.decide({reinterpret_cast<const char*>(data), size});
  (void)table.decide("/usr/bin/env");
  return 0;
}
