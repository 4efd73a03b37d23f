# Adds the embedded policies to the library room.
file(GLOB policies CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/std/*.sbx)
list(SORT policies)
list(JOIN policies "," joined)
set(embedded ${CMAKE_BINARY_DIR}/generated/compiler/library/embedded.cc)
add_custom_command(
  OUTPUT ${embedded}
  COMMAND ${CMAKE_COMMAND} -D OUTPUT=${embedded} -D FILES=${joined}
    -P ${CMAKE_CURRENT_LIST_DIR}/embed.cmake
  DEPENDS ${policies} ${CMAKE_CURRENT_LIST_DIR}/embed.cmake
  COMMENT "Embedding the built-in policies"
  VERBATIM)
target_sources(sbxc_library PRIVATE ${embedded})
