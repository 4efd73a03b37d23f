# The Debian package. `cpack -G DEB` in the build folder; dependencies are read from the program.
set(CPACK_PACKAGE_NAME sbxc)
set(CPACK_PACKAGE_VENDOR "sbxc")
set(CPACK_PACKAGE_CONTACT "sbxc maintainers <sbxc@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "policy compiler for sandboxes")
set(CPACK_PACKAGE_DESCRIPTION
  "sbxc compiles one readable policy into a macOS Seatbelt profile, a Linux bubblewrap plan with
seccomp filters, and matcher tables for an egress proxy, and says for each rule how well each of
them holds it.")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_GENERATOR DEB)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS bubblewrap)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
