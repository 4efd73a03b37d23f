// Memory for what the program builds before it does anything: syntax, rules and plans are some
// hundred thousand small pieces, and the C library's allocator took a quarter of a start's time.
// Pieces of up to 512 bytes come from lists of their size, on pages of their own.
//
// Whatever talks to the outside has the C library's allocator with all its checks.
#pragma once

namespace sbxc::driver {

// From now on small pieces come from here. Without it all are the C library's.
void use_planning_memory();

// From now on new pieces are the C library's again. What was made before stays where it is; it is
// not used again when it is given back.
void leave_planning_memory();

}  // namespace sbxc::driver
