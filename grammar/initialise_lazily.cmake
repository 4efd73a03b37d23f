# Older ANTLR tools unpack the parser's tables in a static initialiser, so every start of a program
# that links the parser pays for it, `sbxc --version` too. This moves that work into the
# constructors; function-local statics do it once and are safe between threads. Tools from 4.10 on
# write lazy code themselves, and nothing is changed then.
#
# The tables are not verified again each time they are unpacked: the tool that wrote them did that.
#   cmake -DDIRECTORY=… -P initialise_lazily.cmake
foreach(name SbxLexer SbxParser)
  set(file ${DIRECTORY}/${name}.cpp)
  file(READ ${file} text)
  string(FIND "${text}" "${name}::Initializer ${name}::_init;" eager)
  if(NOT eager EQUAL -1)
    string(REPLACE "${name}::Initializer ${name}::_init;" "" text "${text}")
    string(REGEX REPLACE "(${name}::${name}\\([A-Za-z]+ \\*input\\) : [A-Za-z]+\\(input\\) {)"
      "\\1\n  static const Initializer once;" text "${text}")
    string(FIND "${text}" "static const Initializer once;" lazy)
    if(lazy EQUAL -1)
      message(FATAL_ERROR "${name}.cpp does not look as expected: no constructor to initialise in")
    endif()
    string(REPLACE "atn::ATNDeserializer deserializer;"
      "atn::ATNDeserializationOptions options;\n  options.setVerifyATN(false);\n  atn::ATNDeserializer deserializer(options);"
      text "${text}")
    file(WRITE ${file} "${text}")
  endif()
endforeach()
