// Whether the bytes are a table that can be asked without further checks. Inside this room only.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/host_table/host_table.h"
#include "runtime/table_file_check.h"

namespace sbxc::host_table {

using table_file::load;

// Time linear in the file. `Error::none` promises what host_table.cc relies on:
//   every list index is that of an entry, and some later entry has kLast;
//   every rule, port set, name and string that an element refers to lies inside its section;
//   a home bucket plus max_probe is a bucket; intervals start at zero and ascend.
Error check_table(std::span<const uint8_t> bytes);

}  // namespace sbxc::host_table
