# Adds the embedded policies to the library room.
file(GLOB policies CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/std/*.sbx)
list(SORT policies)
set(embedded ${CMAKE_BINARY_DIR}/generated/compiler/library/embedded.cc)
sbxc_embed(OUTPUT ${embedded} FUNCTION sbxc::library PREFIX std/ FILES ${policies})
target_sources(sbxc_library PRIVATE ${embedded})
