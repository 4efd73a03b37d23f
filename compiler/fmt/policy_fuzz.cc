// libFuzzer: any bytes through parse and format. What parses must come back from the formatter as
// the same tree, with the same comments, in a layout that the formatter leaves alone. The bytes are
// also used as the tape of a random policy, so that well-formed text is reached at once.
#include <cstdio>
#include <cstdlib>

#include "compiler/ast/equal.h"
#include "compiler/fmt/fmt.h"
#include "compiler/parse/parse.h"
#include "compiler/parse/random_policy.h"
#include "compiler/parse/tokens.h"

namespace {

using namespace sbxc;

void demand(bool holds, const char* what, const std::string& text) {
  if (holds) return;
  std::fprintf(stderr, "%s:\n%s\n", what, text.c_str());
  std::abort();
}

void check(const std::string& text) {
  Sources sources;
  Diagnostics diagnostics;
  const FileId id = sources.add("p.sbx", text);
  const std::optional<ast::File> file = parse(sources, id, diagnostics);
  demand(file.has_value() != diagnostics.has_errors(), "no tree and no error, or both", text);
  dump_tokens(sources, id);
  if (!file) return;
  const std::string once = format(*file, sources);
  const std::optional<ast::File> again = parse(sources, sources.add("once.sbx", once), diagnostics);
  demand(again.has_value(), "formatted text does not parse", once);
  demand(ast::equal(*file, *again), "formatted text means something else", once);
  demand(file->comments.size() == again->comments.size(), "a comment got lost", once);
  demand(format(*again, sources) == once, "formatting does not rest", once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(data, data + size);
  check(bytes);
  check("sbx 1\n" + bytes);
  check(RandomPolicy::from({data, size}));
  return 0;
}
