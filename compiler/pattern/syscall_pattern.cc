// A name becomes the calls it stands for. There is no wildcard and no number: what `io_*` or `425`
// would mean changes with the kernel and the architecture, while a policy should not. Sets are the
// way to speak of many, and a set of the table is reviewed when a kernel adds calls.
//
// A name that is nearly right gets the right one; one of the C library or of a 32-bit system (where
// most lists on the net were written) gets what it is called here.
#include "compiler/pattern/syscall_pattern.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"

namespace sbxc {

namespace {

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string did_you_mean(std::string_view name) {
  return name.empty() ? std::string{} : fmt::format("did you mean `{}`?", name);
}

// The nearest candidate, whatever the case of either.
std::string nearest_in_any_case(std::string_view word,
                                const std::vector<std::string_view>& candidates) {
  std::vector<std::string> low;
  low.reserve(candidates.size());
  for (const std::string_view candidate : candidates) low.push_back(lowered(candidate));
  const std::string near = nearest(lowered(word), {low.begin(), low.end()});
  const auto found = std::find(low.begin(), low.end(), near);
  if (near.empty() || found == low.end()) return {};
  return std::string(candidates[static_cast<size_t>(found - low.begin())]);
}

tl::unexpected<Diagnostic> unknown_set(const PatternText& text, std::string_view name) {
  std::vector<std::string_view> sets;
  for (const SyscallSet& set : all_syscall_sets()) sets.push_back(set.name);
  std::string help = did_you_mean(nearest_in_any_case(name, sets));
  if (help.empty()) help = "`sbxc help syscalls` lists the sets";
  return tl::unexpected(
      Diagnostic{.kind = Kind::unknown_syscall_set,
                 .span = text.span,
                 .message = fmt::format("there is no set of system calls `{}`", printable(name)),
                 .help = std::move(help)});
}

// `CLONE_NEWUSER` and `AF_UNIX`, as in the manual, are meant for `newuser` and `unix`.
std::string_view without_manual_prefix(std::string_view facet) {
  for (const std::string_view prefix : {"CLONE_", "AF_", "PF_"}) {
    if (facet.starts_with(prefix)) return facet.substr(prefix.size());
  }
  return facet;
}

tl::unexpected<Diagnostic> unknown_facet(const PatternText& text, SyscallId call, size_t colon) {
  const std::string name = text.str();
  const std::string_view base = syscall(call).name;
  Diagnostic diagnostic{
      .kind = Kind::unknown_syscall_facet, .span = text.at(colon + 1, name.size()), .message = {}};
  const auto facets = facets_of(call);
  if (facets.empty()) {
    diagnostic.message = fmt::format("`{}` is not told apart by its arguments", base);
    diagnostic.help = fmt::format("write `{}`: the whole call", base);
    return tl::unexpected(std::move(diagnostic));
  }
  std::vector<std::string_view> names;
  std::string list;
  for (const SyscallId facet : facets) {
    names.push_back(syscall(facet).name.substr(base.size() + 1));
    list += fmt::format("{}`{}`", list.empty() ? "" : ", ", syscall(facet).name);
  }
  const std::string_view written = std::string_view(name).substr(colon + 1);
  diagnostic.message = fmt::format("`{}` has no facet `{}`", base, printable(written));
  const std::string near = nearest_in_any_case(without_manual_prefix(written), names);
  diagnostic.help = near.empty() ? fmt::format("it has {}", list)
                                 : fmt::format("did you mean `{}:{}`?", base, near);
  return tl::unexpected(std::move(diagnostic));
}

// The name of the call that has this number on every architecture, empty when there is none.
std::string_view names_of_both(uint32_t number) {
  const auto x86_64 = syscall_numbered(Arch::x86_64, number);
  return x86_64 && x86_64 == syscall_numbered(Arch::aarch64, number) ? syscall(*x86_64).name
                                                                     : std::string_view{};
}

tl::unexpected<Diagnostic> by_number(const PatternText& text, std::string_view digits) {
  uint32_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  std::string help = "write its name";
  std::string names;
  for (const Arch arch : kArchs) {
    const auto call = syscall_numbered(arch, number);
    if (read.ec != std::errc{} || !call) continue;
    const std::string_view other = names_of_both(number);
    if (!other.empty()) {
      names = fmt::format("`{}`", other);
      break;
    }
    names += fmt::format("{}`{}` on {}", names.empty() ? "" : ", ", syscall(*call).name,
                         arch == Arch::x86_64 ? "x86-64" : "aarch64");
  }
  if (!names.empty()) help = fmt::format("write its name: {} is {}", digits, names);
  return tl::unexpected(Diagnostic{
      .kind = Kind::syscall_number,
      .span = text.span,
      .message = "a system call is named, not numbered: numbers differ between architectures",
      .help = std::move(help)});
}

tl::unexpected<Diagnostic> wildcard(const PatternText& text, size_t at) {
  return tl::unexpected(Diagnostic{
      .kind = Kind::syscall_wildcard,
      .span = text.at(at, at + 1),
      .message = "the name of a system call has no wildcards: newer kernels would add to "
                 "what it means",
      .help = "name the calls, or a set such as `@io-uring`; `@all` is every call"});
}

tl::unexpected<Diagnostic> unknown_call(const PatternText& text, std::string_view name) {
  std::vector<std::string_view> candidates;
  for (const Syscall& call : all_syscalls()) candidates.push_back(call.name);
  for (const SyscallSet& set : all_syscall_sets()) {
    if (set.name.substr(1) == name) {
      candidates.assign(1, set.name);  // `mount-api` is none, `network-io` wants its `@`
      break;
    }
  }
  std::string help = candidates.size() == 1 ? did_you_mean(candidates.front())
                                            : did_you_mean(nearest_in_any_case(name, candidates));
  if (help.empty()) help = "`sbxc help syscalls` lists the calls and sets";
  return tl::unexpected(
      Diagnostic{.kind = Kind::unknown_syscall,
                 .span = text.span,
                 .message = fmt::format("`{}` is no system call of Linux {} on x86-64 or aarch64",
                                        printable(name), syscall_table_kernel()),
                 .help = std::move(help)});
}

tl::unexpected<Diagnostic> by_other_name(const PatternText& text, const OtherName& other) {
  return tl::unexpected(Diagnostic{.kind = Kind::syscall_by_other_name,
                                   .span = text.at(0, other.name.size()),
                                   .message = fmt::format("`{}` is {}", other.name, other.where),
                                   .help = fmt::format("write `{}`", other.instead)});
}

tl::unexpected<Diagnostic> explain_unknown(const PatternText& text, const std::string& name) {
  if (name.find_first_not_of("0123456789") == std::string::npos) return by_number(text, name);
  const size_t special = name.find_first_of("*?[{");
  if (special != std::string::npos) return wildcard(text, special);
  if (name.front() == '@') return unknown_set(text, name);
  const size_t colon = name.find(':');
  const std::string base = name.substr(0, colon);
  if (const OtherName* other = other_syscall_name(base)) return by_other_name(text, *other);
  const auto call = syscall_named(base);
  if (call && colon != std::string::npos) return unknown_facet(text, *call, colon);
  return unknown_call(text, name);
}

}  // namespace

bool SyscallPattern::matches(SyscallId call) const {
  return std::binary_search(calls.begin(), calls.end(), call);
}

Result<SyscallPattern> parse_syscall_pattern(const PatternText& text) {
  const std::string name = text.str();
  if (name.empty()) {
    return tl::unexpected(Diagnostic{.kind = Kind::empty_pattern,
                                     .span = text.span,
                                     .message = "the pattern is empty",
                                     .help = "name a system call or a set, or remove it"});
  }
  SyscallPattern pattern{text.span, text.written, {}};
  if (const SyscallSet* set = syscall_set_named(name)) {
    pattern.calls.assign(set->members.begin(), set->members.end());
    return pattern;
  }
  if (const auto call = syscall_named(name)) {
    pattern.calls.push_back(*call);
    return pattern;
  }
  return explain_unknown(text, name);
}

}  // namespace sbxc
