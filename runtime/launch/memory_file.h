// Bytes for another process, in memory, behind a descriptor: nothing on a disk, nothing in argv.
#pragma once

#include <string_view>

#include "runtime/descriptor/descriptor.h"
#include "runtime/launch/failure.h"

namespace sbxc::launch {

enum class MemoryUse { data, program };

// Not filled yet.
Result<Descriptor> empty_memory_file(const char* name, MemoryUse use);

// Positions it at its start, and seals it: nobody changes it, whoever gets hold of it.
Result<bool> fill(const Descriptor& file, std::string_view bytes);

// Both at once.
Result<Descriptor> memory_file(const char* name, std::string_view bytes, MemoryUse use);

}  // namespace sbxc::launch
