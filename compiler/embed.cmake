# Writes text files into a C++ source, so that the program carries them.
#
#   sbxc_embed(OUTPUT x.cc FUNCTION ns::name FILES a.md b.md)
#
# defines `std::string_view ns::name(std::string_view stem)`: the text of the file with that name
# (no folder, no extension), empty when there is none. Run as a script it does the writing at build
# time; every byte goes in as a hex escape, for CMake's own text handling would trip over `;` and `[`.
if(CMAKE_SCRIPT_MODE_FILE)
  string(REGEX MATCH "^(.*)::([^:]+)$" matched "${FUNCTION}")
  set(namespace ${CMAKE_MATCH_1})
  set(function ${CMAKE_MATCH_2})
  set(out "#include <string_view>\n\nnamespace ${namespace} {\n\n")
  string(APPEND out "std::string_view ${function}(std::string_view stem);\n")
  string(APPEND out "std::string_view ${function}(std::string_view stem) {\n")
  string(REPLACE "|" ";" FILES "${FILES}")
  foreach(file IN LISTS FILES)
    get_filename_component(stem "${file}" NAME_WE)
    file(READ "${file}" hex HEX)
    string(REGEX REPLACE "(..)" "\\\\x\\1" text "${hex}")
    # Lines of eight bytes, so that a compiler error can be read.
    string(REGEX REPLACE "((\\\\x..)(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?)" "\"\\1\"\n" text "${text}")
    string(LENGTH "${hex}" digits)
    math(EXPR size "${digits} / 2")
    string(APPEND out "  if (stem == \"${stem}\") return std::string_view(\n\"\"${text}, ${size});\n")
  endforeach()
  string(APPEND out "  return {};\n}\n\n}  // namespace ${namespace}\n")
  file(WRITE "${OUTPUT}" "${out}")
  return()
endif()

set(SBXC_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(sbxc_embed)
  cmake_parse_arguments(E "" "OUTPUT;FUNCTION" "FILES" ${ARGN})
  string(REPLACE ";" "|" files "${E_FILES}")
  add_custom_command(OUTPUT ${E_OUTPUT}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${E_OUTPUT} -DFUNCTION=${E_FUNCTION} "-DFILES=${files}"
      -P ${SBXC_EMBED_SCRIPT}
    DEPENDS ${E_FILES} ${SBXC_EMBED_SCRIPT} VERBATIM)
endfunction()
