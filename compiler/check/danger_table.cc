#include "compiler/check/danger_table.h"

#include <algorithm>

namespace sbxc {

namespace {

constexpr OsSet systems_named(std::string_view name) {
  return {.linux = name != "macos", .macos = name != "linux"};
}

constexpr std::string_view without_mark(std::string_view request) {
  return request.starts_with('=') ? request.substr(1) : request;
}

constexpr Danger kDangers[] = {
#define SBXC_DANGER(kind, operation, system, request)        \
  {Kind::kind, Operation::operation, systems_named(#system), \
   std::string_view(request).starts_with('='), without_mark(request)},
#include "compiler/check/dangers.def"
};

constexpr DangerKind kDangerKinds[] = {
#define SBXC_DANGER_KIND(kind, when, does, help) {Kind::kind, DangerWhen::when, does, help},
#include "compiler/check/dangers.def"
};

}  // namespace

std::span<const Danger> all_dangers() { return kDangers; }

const DangerKind& facts_of_danger(Kind kind) {
  return *std::find_if(std::begin(kDangerKinds), std::end(kDangerKinds),
                       [kind](const DangerKind& facts) { return facts.kind == kind; });
}

}  // namespace sbxc
