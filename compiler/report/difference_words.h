// The words that all forms of a difference share.
#pragma once

#include <string>
#include <string_view>

#include "compiler/report/difference.h"

namespace sbxc::report {

// "", " on linux", " on macos"
std::string on_system(OsSet on);
// "newly allowed", "no longer allowed", "now asked about first" … of all the change's requests, or
// of what they have in common.
std::string_view what_happened(const Change& change, Side gained_or_lost);
// The request; and its two verdicts where they are not those of the change's every request.
std::string example_text(const Change& change, const Witness& witness);
// "by 2.3 bits", "nothing was allowed before"; empty when there is nothing to say.
std::string width(const OperationChange& change);
// The first line of the statement, as written, single blanks.
std::string statement_of(const Sources& sources, Span span);
// `: "why"`, unless the statement's first line shows it.
std::string reason_of(const DifferenceSide& side, const Rule& rule);
// `old.sbx:4:1`, and where it was used from when it stands in another file.
std::string place_of(const DifferenceSide& side, const Rule& rule);
// "the policy is wider than it was"
std::string_view verdict_on(Relation relation);

}  // namespace sbxc::report
