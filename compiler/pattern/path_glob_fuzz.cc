// Any bytes as a pattern: the parser refuses it with a place inside of it, or makes globs whose
// text parses back to them and which match as the reference does. The first byte says which bytes
// count as literal, so that values of variables are tried too.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "compiler/pattern/reference_matcher.h"
#include "compiler/pattern/socket_pattern.h"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "path_glob_fuzz: %s\n", what);
  std::abort();
}

void check_refusal(const sbxc::Diagnostic& refusal, size_t size) {
  require(!refusal.message.empty(), "a refusal says why");
  require(refusal.span && refusal.span->begin <= refusal.span->end, "a refusal has a place");
  require(refusal.span->end <= size + 1, "the place is in the text");
}

// Short patterns only: the reference is exponential.
void check_matches(const sbxc::PathGlob& glob, std::string_view paths) {
  const std::string text = glob.text();
  size_t wild = 0;
  for (const char c : text) wild += c == '*' ? 1 : 0;
  if (text.size() > 48 || wild > 8) return;
  const auto expected = sbxc::reference::compile(text);
  const std::string candidates[] = {"/", "/a", "/a/b", "/" + std::string(paths.substr(0, 16)),
                                    glob.is_literal() ? glob.literal_prefix() : "/b/a/a"};
  for (const std::string& path : candidates) {
    if (!sbxc::is_canonical_path(path)) continue;
    require(glob.matches(path) == sbxc::reference::matches(expected, path),
            "matches as the reference does");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  sbxc::PatternText text = sbxc::PatternText::plain(input);
  for (size_t i = 0; i < text.bytes.size(); ++i) {
    text.bytes[i].literal = (data[0] & (1U << (i % 8))) != 0 && data[0] % 3 == 0;
  }
  static_cast<void>(sbxc::parse_env_pattern(text));
  static_cast<void>(sbxc::parse_socket_pattern(text));
  const auto path = sbxc::parse_canonical_path(text);
  require(!path || sbxc::is_canonical_path(*path), "a canonical path is canonical");
  const auto pattern = sbxc::parse_path_pattern(text);
  if (!pattern) {
    check_refusal(pattern.error(), input.size());
    return 0;
  }
  require(!pattern->globs.empty(), "a pattern has a glob");
  for (const sbxc::PathGlob& glob : pattern->globs) {
    const std::string spelled = glob.text();
    if (spelled.size() > sbxc::kMaxPatternBytes) continue;
    const auto back = sbxc::parse_path_pattern(sbxc::PatternText::plain(spelled));
    require(back.has_value() && back->globs.size() == 1 && back->globs[0] == glob,
            "text parses back to an equal glob");
    require(glob.matches(glob.literal_prefix()) || !glob.is_literal(), "a literal matches itself");
    check_matches(glob, input);
  }
  return 0;
}
