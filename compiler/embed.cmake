# Writes text files into a C++ source, so that the program carries them.
#
#   sbxc_embed(OUTPUT x.cc FUNCTION ns::name [PREFIX std/] FILES a.md b.md)
#
# defines `std::span<const sbxc::EmbeddedFile> ns::name()`: the files in the order given, each with
# its name (the prefix, then the file's name without folder and extension), its text and its hash.
# Run as a script it does the writing at build time, so that an edited file is enough to rebuild.
# Every byte goes in as a hex escape: nothing in a text can mean something to CMake or to C++.
if(CMAKE_SCRIPT_MODE_FILE)
  string(REGEX MATCH "^(.*)::([^:]+)$" matched "${FUNCTION}")
  set(namespace ${CMAKE_MATCH_1})
  set(function ${CMAKE_MATCH_2})
  set(entries "")
  string(REPLACE "|" ";" FILES "${FILES}")
  foreach(file IN LISTS FILES)
    get_filename_component(stem "${file}" NAME_WE)
    file(READ "${file}" hex HEX)
    file(SHA256 "${file}" hash)
    string(REGEX REPLACE "(..)" "\\\\x\\1" text "${hex}")
    # Lines of eight bytes, so that a compiler error can be read.
    string(REGEX REPLACE "((\\\\x..)(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?)" "\"\\1\"\n" text "${text}")
    string(LENGTH "${hex}" digits)
    math(EXPR size "${digits} / 2")
    string(APPEND entries "    {\"${PREFIX}${stem}\", std::string_view(\n\"\"${text}, ${size}), \"${hash}\"},\n")
  endforeach()
  file(WRITE "${OUTPUT}" "// Made by compiler/embed.cmake: do not edit.
#include <span>

#include \"compiler/source/embedded_file.h\"

namespace ${namespace} {

namespace {

constexpr sbxc::EmbeddedFile kFiles[] = {
${entries}};

}  // namespace

std::span<const sbxc::EmbeddedFile> ${function}();
std::span<const sbxc::EmbeddedFile> ${function}() { return kFiles; }

}  // namespace ${namespace}
")
  return()
endif()

set(SBXC_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(sbxc_embed)
  cmake_parse_arguments(E "" "OUTPUT;FUNCTION;PREFIX" "FILES" ${ARGN})
  get_filename_component(name ${E_OUTPUT} NAME)
  string(REPLACE ";" "|" files "${E_FILES}")
  add_custom_command(OUTPUT ${E_OUTPUT}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${E_OUTPUT} -DFUNCTION=${E_FUNCTION} -DPREFIX=${E_PREFIX}
      "-DFILES=${files}" -P ${SBXC_EMBED_SCRIPT}
    DEPENDS ${E_FILES} ${SBXC_EMBED_SCRIPT}
    COMMENT "Embedding texts as ${name}" VERBATIM)
endfunction()
