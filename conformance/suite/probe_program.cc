#include "conformance/suite/probe_program.h"

#ifdef __APPLE__
#define SBXC_SECTION ".section __TEXT,__const\n"
#define SBXC_AFTER ".text\n"
#define SBXC_SYMBOL(name) "_" name
#else
#define SBXC_SECTION ".pushsection .rodata\n"
#define SBXC_AFTER ".popsection\n"
#define SBXC_SYMBOL(name) name
#endif

// The assembler puts the file in as it is; CMake names it and rebuilds this when it changes.
__asm__(SBXC_SECTION
        ".balign 16\n"
        ".globl " SBXC_SYMBOL("sbxc_probe_begin") "\n"
        SBXC_SYMBOL("sbxc_probe_begin") ":\n"
        ".incbin \"" SBXC_PROBE_FILE "\"\n"
        ".globl " SBXC_SYMBOL("sbxc_probe_end") "\n"
        SBXC_SYMBOL("sbxc_probe_end") ":\n"
        ".byte 0\n"
        SBXC_AFTER);

extern "C" const char sbxc_probe_begin[];
extern "C" const char sbxc_probe_end[];

namespace sbxc::conform {

std::string_view probe_program() {
  return {sbxc_probe_begin, static_cast<size_t>(sbxc_probe_end - sbxc_probe_begin)};
}

}  // namespace sbxc::conform
