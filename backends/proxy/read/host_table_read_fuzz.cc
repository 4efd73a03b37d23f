// The table reader against any bytes. The checksum of every other input is made to fit, so that
// what is behind it is reached. Whatever is read is asked about regions of its own.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "backends/proxy/read/host_regions.h"
#include "backends/proxy/read/hosts_json_reader.h"
#include "backends/proxy/read/table_reader.h"

namespace {

void ask(const sbxc::hosts::Claims& claims) {
  const sbxc::hosts::HostIndex index(claims);
  size_t regions = 0;
  sbxc::hosts::for_each_region(index, index, [&](const sbxc::hosts::Region& region) {
    if (++regions > 1000) return;
    // Both sides are one: what the region says of them is the same, and so is its example.
    if (region.hits[0] != region.hits[1]) abort();
    const sbxc::Host host = region.example();
    if (regions < 20 && index.hits(host) != region.hits[0]) abort();
    for (const uint16_t port : {uint16_t{1}, uint16_t{443}, uint16_t{65535}}) {
      sbxc::hosts::evaluate(claims, region.hits[0], port);
    }
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  if (data[0] % 4 == 3) {
    sbxc::hosts::HostsJson json;
    if (const auto claims = json.read(bytes, "hosts.json")) ask(*claims);
    return 0;
  }
  if (data[0] % 2 == 1 && bytes.size() >= 32) {
    const uint64_t length = bytes.size();
    std::memcpy(bytes.data(), "\x89SBXT\r\n\x1a\1\0\0\0\0\1\0\0", 16);
    std::memcpy(bytes.data() + 16, &length, 8);
    const uint64_t sum = XXH3_64bits(bytes.data() + 32, bytes.size() - 32);
    std::memcpy(bytes.data() + 24, &sum, 8);
  }
  if (const auto claims = sbxc::hosts::read_table(bytes, "hosts.sbxt")) ask(*claims);
  return 0;
}
