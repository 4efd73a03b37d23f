#include "compiler/diag/diagnostic.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

namespace sbxc {

namespace {

std::vector<KindFacts> make_kinds() {
  struct Raw {
    Kind kind;
    const char* slug;
    Severity severity;
    const char* title;
  };
  static const Raw raw[] = {
#define SBXC_KIND(number, slug, severity, title) {Kind::slug, #slug, Severity::severity, title},
#include "compiler/diag/kinds.def"
#undef SBXC_KIND
  };
  // Dashed slugs live as long as the program, as the views into them do.
  static std::vector<std::string> slugs;
  slugs.reserve(std::size(raw));
  std::vector<KindFacts> kinds;
  for (const Raw& row : raw) {
    std::string slug = row.slug;
    std::replace(slug.begin(), slug.end(), '_', '-');
    slugs.push_back(std::move(slug));
    kinds.push_back({row.kind, slugs.back(), row.severity, row.title});
  }
  return kinds;
}

}  // namespace

const std::vector<KindFacts>& all_kinds() {
  static const std::vector<KindFacts> kinds = make_kinds();
  return kinds;
}

const KindFacts& facts_of(Kind kind) {
  const auto& kinds = all_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [kind](const KindFacts& facts) { return facts.kind == kind; });
  return *found;  // INVARIANT: every enumerator comes from the same table
}

std::string id_of(Kind kind) { return fmt::format("SBX{:04}", static_cast<uint16_t>(kind)); }

void Diagnostics::report(Diagnostic diagnostic) {
  const Severity severity = facts_of(diagnostic.kind).severity;
  if (severity == Severity::error) ++errors_;
  size_t& kept = kept_[static_cast<size_t>(severity)];
  if (kept == kMaxFindings) {
    ++dropped_;
    return;
  }
  ++kept;
  all_.push_back(std::move(diagnostic));
}

void Diagnostics::sort() {
  const auto key = [](const Diagnostic& d) {
    return d.span ? std::tuple(0, d.span->file, d.span->begin) : std::tuple(1, FileId{}, 0U);
  };
  std::stable_sort(all_.begin(), all_.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
  const auto same = [](const Diagnostic& a, const Diagnostic& b) {
    return a.kind == b.kind && a.span == b.span && a.message == b.message;
  };
  all_.erase(std::unique(all_.begin(), all_.end(), same), all_.end());
}

}  // namespace sbxc
