#include "compiler/policy/policy.h"

namespace sbxc {

const std::string& written(const Pattern& pattern) {
  return std::visit([](const auto& p) -> const std::string& { return p.written; }, pattern);
}

Span span_of(const Pattern& pattern) {
  return std::visit([](const auto& p) { return p.span; }, pattern);
}

std::string_view name_of(LimitKind kind) {
  switch (kind) {
    case LimitKind::processes:
      return "processes";
    case LimitKind::memory:
      return "memory";
    case LimitKind::open_files:
      return "open-files";
    case LimitKind::time:
      return "time";
    case LimitKind::file_size:
      return "file-size";
  }
  return {};
}

std::string Request::text() const {
  struct Visitor {
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(const HostRequest& host) const { return host.text(); }
    std::string operator()(SyscallId id) const { return std::string(syscall(id).name); }
  };
  return std::visit(Visitor{}, target);
}

}  // namespace sbxc
