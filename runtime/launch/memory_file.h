// Bytes for another process, in memory, behind a descriptor: nothing on a disk, nothing in argv.
#pragma once

#include <string_view>

#include "runtime/descriptor/descriptor.h"
#include "runtime/launch/failure.h"

namespace sbxc::launch {

enum class MemoryUse { data, program };

// Positioned at its start, and sealed: nobody changes it, whoever gets hold of it.
Result<Descriptor> memory_file(const char* name, std::string_view bytes, MemoryUse use);

}  // namespace sbxc::launch
