# Adds the parsed policies to their room. What is built for another machine cannot run here, so
# there the list is empty.
set(stored ${CMAKE_BINARY_DIR}/generated/compiler/parsed_library/stored_files.cc)
if(CMAKE_CROSSCOMPILING)
  file(WRITE ${stored} "// Empty: built for another machine.
#include \"compiler/parsed_library/stored_files.h\"

namespace sbxc {

std::span<const StoredFile> stored_files() { return {}; }

}  // namespace sbxc
")
else()
  add_executable(sbxc_library_maker ${CMAKE_CURRENT_LIST_DIR}/maker/main.cc)
  target_link_libraries(sbxc_library_maker PRIVATE sbxc_options sbxc_parse sbxc_library)
  add_custom_command(OUTPUT ${stored}
    COMMAND sbxc_library_maker > ${stored}
    DEPENDS sbxc_library_maker
    COMMENT "Parsing the built-in policies" VERBATIM)
endif()
target_sources(sbxc_parsed_library PRIVATE ${stored})
