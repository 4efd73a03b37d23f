# Writes the source that holds the built-in library: one LibraryFile for each policy in FILES, a list
# with `,` between the paths. Run by the build as `cmake -D OUTPUT=… -D FILES=… -P embed.cmake`, so
# that an edited policy is enough to rebuild. Bytes are written as escapes: nothing in a policy can
# mean something to CMake or to C++.
string(REPLACE "," ";" FILES "${FILES}")
set(entries "")
foreach(path IN LISTS FILES)
  get_filename_component(name ${path} NAME_WE)
  file(READ ${path} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" text "${bytes}")
  string(APPEND entries "    {\"std/${name}\", \"${text}\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made by compiler/library/embed.cmake from compiler/library/std/*.sbx: do not edit.
#include \"compiler/library/library.h\"

namespace sbxc {

namespace {

constexpr LibraryFile kFiles[] = {
${entries}};

}  // namespace

std::span<const LibraryFile> library() { return kFiles; }

}  // namespace sbxc
")
