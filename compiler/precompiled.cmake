# What nearly every source includes, read once for each way to compile. It saves a fourth of the
# processor time of a first build with sanitizers; the release build is made without, so that each
# source goes on including what it uses.
#
# A precompiled header holds for one set of options: libraries are made position independent,
# programs in another way, and the tests' own code is not sanitized.
set(sbxc_usual_headers <algorithm> <array> <cerrno> <cstdint> <cstring> <functional> <map>
  <memory> <optional> <set> <span> <string> <string_view> <unordered_map> <utility> <variant>
  <vector> <fmt/core.h>)

# sbxc_precompile(OWNER library|program [OPTIONS …] [LIBS …] HEADERS …): OWNER is a target that does
# nothing else.
function(sbxc_precompile owner kind)
  cmake_parse_arguments(P "" "" "OPTIONS;LIBS;HEADERS" ${ARGN})
  if(NOT SBXC_PRECOMPILE)
    return()
  endif()
  set(source ${CMAKE_BINARY_DIR}/generated/${owner}.cc)
  file(GENERATE OUTPUT ${source} CONTENT "int main() { return 0; }\n")
  if(kind STREQUAL "library")
    add_library(${owner} STATIC ${source})
  else()
    add_executable(${owner} ${source})
  endif()
  target_link_libraries(${owner} PRIVATE sbxc_options sbxc_libfmt ${P_LIBS})
  target_compile_options(${owner} PRIVATE ${P_OPTIONS})
  target_precompile_headers(${owner} PRIVATE ${P_HEADERS})
endfunction()

# The sources of `target` begin with what sbxc_precompile() made for `owner`.
function(sbxc_use_precompiled target owner)
  if(SBXC_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
endfunction()

# A room that has no exceptions, and so no part in what is read with them.
function(sbxc_without_exceptions room)
  target_compile_options(sbxc_${room} PRIVATE -fno-exceptions ${ARGN})
  set_target_properties(sbxc_${room} PROPERTIES DISABLE_PRECOMPILE_HEADERS ON)
endfunction()

if(SBXC_PRECOMPILE)
  # GCC 12 forgets which of them are the system's, and warns of what it believes of theirs.
  target_compile_options(sbxc_options INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds$<SEMICOLON>-Wno-stringop-overflow>)
  # fmt's headers are to be read in one way everywhere.
  get_target_property(definitions fmt::fmt INTERFACE_COMPILE_DEFINITIONS)
  if(definitions)
    target_compile_definitions(sbxc_options INTERFACE ${definitions})
  endif()
endif()
sbxc_precompile(sbxc_library_headers library HEADERS ${sbxc_usual_headers})
sbxc_precompile(sbxc_program_headers program HEADERS ${sbxc_usual_headers})
if(SBXC_TESTS)
  sbxc_precompile(sbxc_test_headers program OPTIONS ${sbxc_test_code} LIBS GTest::gmock rapidcheck
    HEADERS ${sbxc_usual_headers} <filesystem> <fstream> <gmock/gmock.h> <gtest/gtest.h>
    <rapidcheck.h> <rapidcheck/gtest.h>)
endif()
