// How a call of the library says what went wrong.
#pragma once

#include "runtime/c/sbxc_runtime.h"
#include "runtime/table_file.h"

namespace sbxc::c {

// Fills in as much of `error` as its caller has room for, and gives `result`.
int fail(sbxc_error* error, int result, const char* text, int system_error = 0);
int fail(sbxc_error* error, table_file::Error why, int system_error);

// What a struct of the caller's, perhaps of an older or newer library's size, gets of `value`.
void fill(void* to, size_t its_size, const void* value, size_t size);

}  // namespace sbxc::c
