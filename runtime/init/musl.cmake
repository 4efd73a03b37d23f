# Links the first process with musl where that is installed. A program of glibc, static or not, asks
# the processor some 85 questions before main (CPUID, in init_cpu_features of its
# sysdeps/x86/cpu-features.c), each of which leaves a virtual machine: there they take longer than
# all that the first process does. It is also twenty times larger. What it uses of C++ is in headers
# alone; glibc does where there is no musl, or the compiler has no `-specs`.
include(CheckCXXSourceCompiles)
set(triplet ${CMAKE_LIBRARY_ARCHITECTURE})
string(REPLACE "-gnu" "-musl" triplet "${triplet}")
find_file(SBXC_MUSL_SPECS musl-gcc.specs PATHS /usr/lib/${triplet} NO_DEFAULT_PATH)
set(sbxc_musl_options "")
if(SBXC_MUSL_SPECS)
  set(sbxc_musl_options -specs=${SBXC_MUSL_SPECS}
    "SHELL:-include ${CMAKE_CURRENT_LIST_DIR}/not_glibc.h")
  foreach(directory IN LISTS CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
    if(directory MATCHES "/c[+][+]/")
      list(APPEND sbxc_musl_options "SHELL:-isystem ${directory}")
    else()  # the kernel's headers, behind musl's own
      list(APPEND sbxc_musl_options "SHELL:-idirafter ${directory}")
    endif()
  endforeach()
  string(REPLACE ";" " " flags "${sbxc_musl_options}")
  string(REPLACE "SHELL:" "" flags "${flags}")
  set(CMAKE_REQUIRED_FLAGS "-std=c++20 -fno-exceptions -fno-rtti -fno-sanitize=all ${flags}")
  set(CMAKE_REQUIRED_LINK_OPTIONS -static -fno-sanitize=all -nodefaultlibs)
  set(CMAKE_REQUIRED_LIBRARIES c gcc)
  check_cxx_source_compiles("
    #include <algorithm>
    #include <cstring>
    #include <span>
    #include <linux/seccomp.h>
    #include <sys/prctl.h>
    int main(int argc, char** argv) { return std::find(argv, argv + argc, nullptr) == argv; }"
    SBXC_LINKS_MUSL)
  unset(CMAKE_REQUIRED_FLAGS)
  unset(CMAKE_REQUIRED_LINK_OPTIONS)
  unset(CMAKE_REQUIRED_LIBRARIES)
endif()

function(sbxc_use_musl target)
  if(NOT SBXC_LINKS_MUSL)
    return()
  endif()
  target_compile_options(${target} PRIVATE ${sbxc_musl_options})
  target_link_options(${target} PRIVATE -specs=${SBXC_MUSL_SPECS} -nodefaultlibs)
  target_link_libraries(${target} PRIVATE c gcc)
endfunction()
