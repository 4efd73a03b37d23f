# What the suite carries: the probe program, the manifest, and adapters of other sandboxes.
#
# The probe program: C alone, and static where the system allows, so that it runs in any sandbox.
file(GLOB attempts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/conformance/attempts/*.c)
if(CMAKE_SYSTEM_NAME STREQUAL "Darwin")
  list(FILTER attempts EXCLUDE REGEX "_linux\\.c$")
else()
  list(FILTER attempts EXCLUDE REGEX "_macos\\.c$")
endif()
add_executable(sbxc_attempts ${attempts})
set_target_properties(sbxc_attempts PROPERTIES OUTPUT_NAME sbxc-attempts C_STANDARD 11)
target_include_directories(sbxc_attempts PRIVATE ${CMAKE_SOURCE_DIR}/conformance/attempts)
target_compile_definitions(sbxc_attempts PRIVATE _GNU_SOURCE)
target_compile_options(sbxc_attempts PRIVATE -Wall -Wextra -Wconversion -Wshadow -Werror -Os -g0
  -fno-sanitize=all -ffunction-sections -fdata-sections)
target_link_options(sbxc_attempts PRIVATE -fno-sanitize=all)
if(NOT CMAKE_SYSTEM_NAME STREQUAL "Darwin")
  target_link_options(sbxc_attempts PRIVATE -static -Wl,--gc-sections -Wl,-s)
endif()

set(probe_program ${CMAKE_CURRENT_BINARY_DIR}/sbxc-attempts)
set_source_files_properties(${CMAKE_SOURCE_DIR}/conformance/suite/probe_program.cc PROPERTIES
  OBJECT_DEPENDS ${probe_program}
  COMPILE_DEFINITIONS SBXC_PROBE_FILE="${probe_program}")
file(GLOB manifests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/conformance/probes/*.toml)
list(SORT manifests)
set(embedded ${CMAKE_BINARY_DIR}/generated/conformance/manifests.cc)
sbxc_embed(OUTPUT ${embedded} FUNCTION sbxc::conform::manifest_files FILES ${manifests})
file(GLOB adapters CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/conformance/adapters/*.toml)
list(SORT adapters)
set(embedded_adapters ${CMAKE_BINARY_DIR}/generated/conformance/adapters.cc)
sbxc_embed(OUTPUT ${embedded_adapters} FUNCTION sbxc::conform::adapter_files FILES ${adapters})
target_sources(sbxc_conform PRIVATE ${embedded} ${embedded_adapters})
if(TARGET conform_test)
  target_compile_definitions(conform_test PRIVATE SBXC_PROGRAM="$<TARGET_FILE:sbxc>")
  add_dependencies(conform_test sbxc)
endif()
