// Read in front of everything that is compiled for musl: Debian's C++ headers ask which glibc they
// stand on (bits/os_defines.h), and it is none.
#pragma once

#define __GLIBC_PREREQ(major, minor) 0
