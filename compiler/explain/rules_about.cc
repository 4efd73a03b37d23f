#include "compiler/explain/rules_about.h"

namespace sbxc {

bool is_about(const Rule& rule, Operation operation) {
  if (rule.operation == operation) return true;
  if (facts_of(rule.operation).kind != PatternKind::path) return false;
  if (facts_of(operation).kind != PatternKind::path) return false;
  if (rule.effect == Effect::deny) return rule.operation == Operation::read;
  return rule.operation == Operation::write && operation == Operation::read;
}

std::vector<Pattern> every_request(Operation operation) {
  const auto parsed = [&](auto parse, std::initializer_list<const char*> texts) {
    std::vector<Pattern> patterns;
    for (const char* text : texts) patterns.push_back(*parse(PatternText::plain(text)));
    return patterns;
  };
  switch (facts_of(operation).kind) {
    case PatternKind::path:
      return parsed(parse_path_pattern, {"/**"});
    case PatternKind::host:
      return parsed(parse_connect_pattern, {"*:*", "0.0.0.0/0:*", "[::/0]:*"});
    case PatternKind::address:
      return parsed(parse_listen_pattern, {"*:1-65535"});
    case PatternKind::socket:
      return parsed(parse_socket_pattern, {"/**", "@*"});
    case PatternKind::name:
      return operation == Operation::mach ? parsed(parse_mach_pattern, {"*"})
                                          : parsed(parse_env_pattern, {"*"});
    case PatternKind::syscall:
      break;
  }
  SyscallPattern all{.span = {}, .written = "every call", .calls = {}};
  for (size_t i = 0; i < all_syscalls().size(); ++i) all.calls.push_back(static_cast<SyscallId>(i));
  return {all};
}

}  // namespace sbxc
