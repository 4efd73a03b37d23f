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
std::string_view what_happened(const OperationChange& operation, Side gained_or_lost);
// The request; and its two verdicts where they are not those of the change's every request.
std::string example_text(const OperationChange& operation, const Change& change,
                         const Witness& witness);
// `allow`, `depends`
std::string_view name_of(const OperationChange& operation, Effect verdict);
// "by 2.3 bits", "nothing was allowed before"; empty when there is nothing to say.
std::string width(const OperationChange& change);
std::string name_of(const OperationChange& change);
// "wider", "another value", "refused in another way"
std::string_view setting_words(Relation relation);
// `: "why"`, unless the statement's first line shows it.
std::string reason_of(const DecidingRule& rule);
// "it allows more than before"; of what was compared where not everything was.
std::string verdict_on(const Difference& difference);

}  // namespace sbxc::report
