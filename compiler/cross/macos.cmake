# For macOS, on a Linux machine: see docs/macos.md. `SBXC_CROSS_MACHINE` is aarch64 or x86_64,
# `SBXC_CROSS` the directory that compiler/cross/fetch.sh filled.
set(CMAKE_SYSTEM_NAME Darwin)
set(CMAKE_SYSTEM_VERSION 20)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SBXC_CROSS SBXC_CROSS_MACHINE)
set(CMAKE_SYSTEM_PROCESSOR ${SBXC_CROSS_MACHINE})
set(CMAKE_C_COMPILER ${SBXC_CROSS}/bin/zig-cc)
set(CMAKE_CXX_COMPILER ${SBXC_CROSS}/bin/zig-c++)
set(CMAKE_C_COMPILER_TARGET ${SBXC_CROSS_MACHINE}-macos.12.0)
set(CMAKE_CXX_COMPILER_TARGET ${SBXC_CROSS_MACHINE}-macos.12.0)
set(CMAKE_AR ${SBXC_CROSS}/bin/zig-ar)
set(CMAKE_RANLIB ${SBXC_CROSS}/bin/zig-ranlib)
# What is linked here is not moved, and needs no change of its paths.
set(CMAKE_INSTALL_NAME_TOOL /bin/true)
set(CMAKE_OSX_SYSROOT "")
set(CMAKE_SIZEOF_VOID_P 8)
set(CMAKE_FIND_ROOT_PATH ${SBXC_CROSS})
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
# The C++ library of this compiler is that of LLVM 16; Apple's compilers for macOS 15 have a later.
set(CMAKE_C_FLAGS_INIT "-fno-sanitize=undefined")
set(CMAKE_CXX_FLAGS_INIT
  "-fno-sanitize=undefined -include ${CMAKE_CURRENT_LIST_DIR}/libcxx_16.h")
# Tests cannot be asked for their names here.
set(CMAKE_GTEST_DISCOVER_TESTS_DISCOVERY_MODE PRE_TEST)
