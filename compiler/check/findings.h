// The findings of this room, one function a concern. Each looks at the whole policy and is
// independent of the others.
#pragma once

#include <string>
#include <vector>

#include "compiler/check/check.h"
#include "compiler/diag/diagnostic.h"
#include "compiler/policy/decide.h"

namespace sbxc {

void check_tests(const Policy& policy, Diagnostics& diagnostics);
void check_assertions(const Policy& policy, Diagnostics& diagnostics);
void check_repeats(const Policy& policy, Diagnostics& diagnostics);
void check_dead_rules(const Policy& policy, Diagnostics& diagnostics);
void check_dead_rules_by_pairs(const Policy& policy, Diagnostics& diagnostics);
void check_exec_rules(const Policy& policy, Diagnostics& diagnostics);
void check_start(const Policy& policy, Diagnostics& diagnostics);
void check_aliases(const Policy& policy, Diagnostics& diagnostics);
void check_dangers(const Policy& policy, const Outside& outside, Diagnostics& diagnostics);
void check_write_and_exec(const Policy& policy, Diagnostics& diagnostics);
void check_broad_grants(const Policy& policy, Diagnostics& diagnostics);

inline constexpr Os kSystems[] = {Os::linux, Os::macos};

// Labels on the rules that decided, a few at most; a note instead when no rule matched.
void explain(const Policy& policy, const Decision& decision, Diagnostic& diagnostic);

// `deny write /etc/passwd`, as a line of a test says it.
std::string sentence(Effect effect, const Request& request);

// allowed, denied, asked about
std::string_view participle(Effect verdict);

inline constexpr const char* kListFileHelp =
    "long lists of hosts belong in a list file: `let blocked = hosts \"list.txt\"`";

inline void insert(OsSet& set, Os os) { (os == Os::linux ? set.linux : set.macos) = true; }
// ` on Linux` where something that exists on both systems is so on one; else empty.
std::string on_systems(OsSet some, OsSet all);

// Rules that stand in the policy itself, not in a file that it uses.
inline bool is_own(const Rule& rule) { return rule.chain.empty(); }

}  // namespace sbxc
