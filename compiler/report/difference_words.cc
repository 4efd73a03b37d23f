#include "compiler/report/difference_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/diag/printable.h"

namespace sbxc::report {

std::string on_system(OsSet on) {
  if (on.linux && on.macos) return {};
  return on.linux ? " on linux" : " on macos";
}

std::string_view name_of(const OperationChange& operation, Effect verdict) {
  return operation.depends && verdict == Effect::ask ? "depends" : name_of(verdict);
}

std::string_view what_happened(const OperationChange& operation, Side gained_or_lost) {
  const Comparison& comparison = operation.comparison;
  const Change& change = gained_or_lost == Side::after ? comparison.gained : comparison.lost;
  const auto all_are = [&](Effect before, Effect after) {
    return std::all_of(change.witnesses.begin(), change.witnesses.end(), [&](const Witness& one) {
      return one.before == before && one.after == after;
    });
  };
  const bool depends = operation.depends;
  if (gained_or_lost == Side::after) {
    if (all_are(Effect::deny, Effect::allow)) return "newly allowed";
    if (all_are(Effect::deny, Effect::ask)) {
      return depends ? "perhaps allowed, which depends on what the process holds; denied before"
                     : "newly asked about, denied before";
    }
    if (all_are(Effect::ask, Effect::allow)) {
      return depends ? "allowed whatever the process holds" : "allowed without asking";
    }
    return "held less tightly";
  }
  if (all_are(Effect::allow, Effect::deny)) return "no longer allowed";
  if (all_are(Effect::allow, Effect::ask)) {
    return depends ? "no longer allowed whatever the process holds"
                   : "asked about first, allowed before";
  }
  if (all_are(Effect::ask, Effect::deny)) {
    return depends ? "denied whatever the process holds" : "no longer asked about, but denied";
  }
  return "held more tightly";
}

std::string example_text(const OperationChange& operation, const Change& change,
                         const Witness& witness) {
  const bool all_alike =
      std::all_of(change.witnesses.begin(), change.witnesses.end(), [&](const Witness& one) {
        return one.before == witness.before && one.after == witness.after;
      });
  std::string request = printable(witness.request.text());
  if (all_alike) return request;
  return fmt::format("{} ({}, was {})", request, name_of(operation, witness.after),
                     name_of(operation, witness.before));
}

std::string width(const OperationChange& change) {
  if (!change.bits_before || !change.bits_after) return {};
  if (change.comparison.relation == Relation::incomparable) return {};
  if (std::isinf(*change.bits_before)) return "nothing was allowed before";
  if (std::isinf(*change.bits_after)) return "nothing is allowed any more";
  // Beside a set as large as what lies below `/`, most changes are too small to be told in bits.
  const double bits = std::abs(*change.bits_after - *change.bits_before);
  return bits < 0.05 ? std::string() : fmt::format("by {:.1f} bits", bits);
}

std::string name_of(const OperationChange& change) {
  return change.name.empty() ? std::string(name_of(change.comparison.operation)) : change.name;
}

namespace {

// The first line of the statement, as written, single blanks.
std::string statement_of(const Sources& sources, Span span) {
  std::string text(sources.text(span));
  const size_t end = text.find('\n');
  if (end != std::string::npos) text = text.substr(0, end) + " …";
  std::string squeezed;
  for (const char c : text) {
    if (c != ' ' || squeezed.empty() || squeezed.back() != ' ') squeezed += c;
  }
  return printable(squeezed);
}

std::string place_of(const Sources& sources, const sbxc::Rule& rule) {
  std::string place = sources.describe(rule.span);
  if (!rule.chain.empty()) {
    place += fmt::format(", used in {}", sources.describe(rule.chain.front().use));
  }
  return printable(place);
}

LinePlace line_place(const Sources& sources, Span span) {
  LinePlace place{sarif_place(sources, span)};
  place.in_bytes = sources.locate(span.file, span.begin);
  return place;
}

std::string_view verdict_on(Relation relation) {
  switch (relation) {
    case Relation::equivalent:
      return "the two are equivalent";
    case Relation::narrower:
      return "it allows less than before";
    case Relation::wider:
      return "it allows more than before";
    case Relation::incomparable:
      return "it allows more in one place and less in another";
  }
  return {};
}

}  // namespace

std::string_view setting_words(Relation relation) {
  if (relation == Relation::equivalent) return "refused in another way";
  return relation == Relation::incomparable ? "another value" : name_of(relation);
}

DifferenceSide side_of(const Policy& policy, const Sources& sources, std::string name) {
  const auto rule = [&policy, &sources](RuleId id) {
    const sbxc::Rule& one = policy.rule(id);
    return DecidingRule{.effect = one.effect,
                        .operation = std::string(name_of(one.operation)),
                        .statement = statement_of(sources, one.span),
                        .at = line_place(sources, one.span),
                        .place = place_of(sources, one),
                        .because = one.because};
  };
  return {.name = std::move(name), .rule = rule, .setting_at = [&sources](Span span) {
            return line_place(sources, span);
          }};
}

std::string reason_of(const DecidingRule& rule) {
  const std::string because = printable(rule.because);
  const bool shown = rule.statement.find(because) != std::string::npos;
  return because.empty() || shown ? "" : fmt::format(": \"{}\"", because);
}

std::string verdict_on(const Difference& difference) {
  const std::string verdict(verdict_on(difference.relation()));
  return difference.uncompared.empty() ? verdict : "of what was compared, " + verdict;
}

}  // namespace sbxc::report
