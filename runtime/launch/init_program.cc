#include "runtime/launch/init_program.h"

// The assembler puts the file in as it is; CMake names it and rebuilds this when it changes.
__asm__(
    ".pushsection .rodata\n"
    ".balign 16\n"
    ".globl sbxc_init_begin\n"
    "sbxc_init_begin:\n"
    ".incbin \"" SBXC_INIT_FILE
    "\"\n"
    ".globl sbxc_init_end\n"
    "sbxc_init_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" const char sbxc_init_begin[];
extern "C" const char sbxc_init_end[];

namespace sbxc::launch {

std::string_view init_program() {
  return {sbxc_init_begin, static_cast<size_t>(sbxc_init_end - sbxc_init_begin)};
}

}  // namespace sbxc::launch
