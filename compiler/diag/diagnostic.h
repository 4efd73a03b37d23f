// What sbxc has to say about a policy. A diagnostic states the situation, points at the narrowest
// span, and carries the other span involved, a witness a person would recognise and a help line to
// paste. Wording: lower case, no full stop, user text in backticks, the situation before the rule
// it breaks. Printing is render.h's business; nothing here writes to a stream.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "compiler/source/source.h"

namespace sbxc {

enum class Severity { note, warning, error };

enum class Kind : uint16_t {
#define SBXC_KIND(number, slug, severity, title) slug = number,
#include "compiler/diag/kinds.def"
#undef SBXC_KIND
};

struct KindFacts {
  Kind kind;
  std::string_view slug;  // with dashes: `unknown-operation`
  Severity severity;
  std::string_view title;
};

const std::vector<KindFacts>& all_kinds();
const KindFacts& facts_of(Kind kind);
std::string id_of(Kind kind);  // `SBX1001`

struct Label {
  Span span;
  std::string text;
};

struct Diagnostic {
  Kind kind;
  std::optional<Span> span;  // absent when no source is involved (an output directory, say)
  std::string message;
  std::string underline{};      // a few words beside the caret, may be empty
  std::vector<Label> labels{};  // other places involved, in the order to read them
  std::string witness{};        // one request that shows it, may be empty
  std::string help{};           // what to do, with the text to paste
  std::vector<std::string> notes{};
};

// The one result type of calls that can fail for a single reason. Phases that can find several
// problems take a Diagnostics& instead and return nothing when they reported an error.
template <typename T>
using Result = tl::expected<T, Diagnostic>;

// Of one severity: a hostile file has a mistake every few bytes. What comes later is counted, not
// kept.
inline constexpr size_t kMaxFindings = 200;

class Diagnostics {
 public:
  void report(Diagnostic diagnostic);
  bool has_errors() const { return errors_ > 0; }
  size_t error_count() const { return errors_; }
  const std::vector<Diagnostic>& all() const { return all_; }
  size_t dropped() const { return dropped_; }
  // Sorted by place, stably, and without exact repeats: causes come before consequences.
  void sort();

 private:
  std::vector<Diagnostic> all_;
  size_t errors_ = 0;
  std::array<size_t, 3> kept_{};  // by severity
  size_t dropped_ = 0;
};

}  // namespace sbxc
