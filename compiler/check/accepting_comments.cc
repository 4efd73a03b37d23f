// A comment accepts a finding whose caret stands in its statement, or whose first label does: a
// pattern of a set is reported where it stands, and the rule that uses it is the first label.
#include "compiler/check/accepting_comments.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "compiler/check/comment_lines.h"
#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"

namespace sbxc {

namespace {

constexpr const char* kForm = "as in `# sbxc: accept home-writable \"a throw-away account\"`";

struct Acceptance {
  Span comment;
  Span statement;
  Kind kind{};
  std::string because;
  bool used = false;
};

// What is not known is no finding that a person could take responsibility for.
bool can_be_accepted(const KindFacts& facts) {
  const auto number = static_cast<uint16_t>(facts.kind);
  if (facts.severity == Severity::error || number < 2000 || number >= 5000) return false;
  return facts.kind != Kind::bad_accepting_comment && facts.kind != Kind::accepted_finding_absent &&
         facts.kind != Kind::assertion_not_proved && facts.kind != Kind::within_not_proved &&
         facts.kind != Kind::not_compared && facts.kind != Kind::compared_in_pairs;
}

const KindFacts* kind_named(std::string_view name) {
  for (const KindFacts& facts : all_kinds()) {
    if (facts.slug == name || id_of(facts.kind) == name) return &facts;
  }
  return nullptr;
}

std::string_view next_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(" \t"));
  text.remove_prefix(word.size());
  return word;
}

// What stands between the quotes; empty if there is no reason.
std::string reason_in(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  const size_t end = text.find_last_not_of(" \t");
  if (begin == std::string_view::npos || end < begin + 2) return {};
  if (text[begin] != '"' || text[end] != '"') return {};
  const std::string_view inside = text.substr(begin + 1, end - begin - 1);
  return inside.find_first_not_of(" \t") == std::string_view::npos ? std::string()
                                                                   : std::string(inside);
}

struct Misuse {
  std::string message;
  std::string help;
};

Misuse unknown_finding(std::string_view name) {
  std::vector<std::string_view> slugs;
  for (const KindFacts& each : all_kinds()) slugs.push_back(each.slug);
  const std::string near = nearest(std::string(name), slugs);
  return {
      fmt::format("no finding is called `{}`", printable(std::string(name))),
      near.empty() ? "`sbxc help findings` lists them" : fmt::format("did you mean `{}`?", near)};
}

std::optional<Misuse> read(std::string_view text, Acceptance& into) {
  const std::string_view verb = next_word(text);
  const std::string_view name = next_word(text);
  if (verb != "accept" || name.empty()) {
    return Misuse{"the comment begins with `# sbxc:` and accepts nothing", kForm};
  }
  const KindFacts* facts = kind_named(name);
  if (facts == nullptr) return unknown_finding(name);
  if (!can_be_accepted(*facts)) {
    return Misuse{fmt::format("`{}` cannot be accepted", facts->slug),
                  "only a warning or a note of `sbxc check` can, about something that is known"};
  }
  into.kind = facts->kind;
  into.because = reason_in(text);
  if (into.because.empty()) {
    return Misuse{fmt::format("`{}` is accepted without a reason", facts->slug),
                  fmt::format("write `# sbxc: accept {} \"…\"`, with the reason", facts->slug)};
  }
  return std::nullopt;
}

std::vector<Acceptance> acceptances_in(const Sources& sources, FileId file,
                                       Diagnostics& diagnostics) {
  std::vector<Acceptance> all;
  for (const StatementComment& each : comments_with(kAcceptingMark, sources.text(file))) {
    Acceptance one{.comment = {file, each.begin, each.end},
                   .statement = {file, each.statement_begin, each.statement_end},
                   .kind = {},
                   .because = {}};
    const auto misuse = read(sources.text(one.comment).substr(kAcceptingMark.size()), one);
    if (!misuse) {
      all.push_back(std::move(one));
    } else {
      diagnostics.report({.kind = Kind::bad_accepting_comment,
                          .span = one.comment,
                          .message = misuse->message,
                          .help = misuse->help});
    }
  }
  return all;
}

bool is_in(Span inner, Span outer) {
  return inner.file == outer.file && inner.begin >= outer.begin && inner.end <= outer.end;
}

bool is_about(const Diagnostic& d, Span statement) {
  return (d.span && is_in(*d.span, statement)) ||
         (!d.labels.empty() && is_in(d.labels.front().span, statement));
}

void report_absent(const Acceptance& each, Diagnostics& diagnostics) {
  diagnostics.report({.kind = Kind::accepted_finding_absent,
                      .span = each.comment,
                      .message = fmt::format("the comment accepts `{}`, which is not found in its "
                                             "statement",
                                             facts_of(each.kind).slug),
                      .help = "remove the comment"});
}

}  // namespace

std::vector<AcceptedFinding> accept_findings(const Sources& sources, Diagnostics& diagnostics) {
  Diagnostics kept;
  std::vector<Acceptance> acceptances;
  for (uint32_t i = 0; i < sources.size(); ++i) {
    std::vector<Acceptance> some = acceptances_in(sources, static_cast<FileId>(i), kept);
    std::move(some.begin(), some.end(), std::back_inserter(acceptances));
  }
  std::vector<AcceptedFinding> accepted;
  if (acceptances.empty() && kept.all().empty()) return accepted;
  // Of very many findings some were dropped, and what was dropped cannot be told from what is
  // absent.
  if (diagnostics.dropped() > 0) return accepted;
  for (const Diagnostic& d : diagnostics.all()) {
    const auto found = std::find_if(
        acceptances.begin(), acceptances.end(),
        [&](const Acceptance& each) { return each.kind == d.kind && is_about(d, each.statement); });
    if (found == acceptances.end()) {
      kept.report(d);
    } else {
      found->used = true;
      accepted.push_back({d, found->because, found->comment});
    }
  }
  for (const Acceptance& each : acceptances) {
    if (!each.used && each.comment.file == FileId{}) report_absent(each, kept);
  }
  diagnostics = std::move(kept);
  diagnostics.sort();
  return accepted;
}

}  // namespace sbxc
