// Run while the program is built: parses the built-in policies and writes them, stored, as a C++
// source to standard output. An error in one of them ends the build.
#include <cstdio>
#include <string>

#include "compiler/ast/stored.h"
#include "compiler/diag/render.h"
#include "compiler/library/library.h"
#include "compiler/parse/parse.h"

namespace {

void print_bytes(std::string_view bytes) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i % 16 == 0) std::fputs(i == 0 ? "\"" : "\"\n\"", stdout);
    std::printf("\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(bytes[i])));
  }
  if (!bytes.empty()) std::fputs("\"", stdout);
}

}  // namespace

int main() {
  std::puts(
      "// Made by compiler/parsed_library/maker: do not edit.\n"
      "#include \"compiler/parsed_library/stored_files.h\"\n\n"
      "namespace sbxc {\n\nnamespace {\n\nconstexpr StoredFile kFiles[] = {");
  for (const sbxc::LibraryFile& policy : sbxc::library()) {
    sbxc::Sources sources;
    sbxc::Diagnostics diagnostics;
    const sbxc::FileId file = sources.add(std::string(policy.name), std::string(policy.text));
    const auto parsed = sbxc::parse(sources, file, diagnostics, sbxc::Author::program);
    if (!parsed) {
      std::fputs(sbxc::render(diagnostics, sources, {}).c_str(), stderr);
      return 1;
    }
    const std::string bytes = sbxc::ast::store(*parsed, policy.text);
    std::printf("{\"%s\", std::string_view(\n\"\"", std::string(policy.name).c_str());
    print_bytes(bytes);
    std::printf(", %zu)},\n", bytes.size());
  }
  std::puts(
      "};\n\n}  // namespace\n\n"
      "std::span<const StoredFile> stored_files() { return kFiles; }\n\n}  // namespace sbxc");
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? 0 : 1;
}
