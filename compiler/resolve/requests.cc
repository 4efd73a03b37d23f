#include "compiler/resolve/requests.h"

#include <fmt/core.h>

#include "compiler/diag/printable.h"
#include "compiler/resolve/pattern_lists.h"
#include "compiler/resolve/rules.h"

namespace sbxc {

namespace {

tl::unexpected<Diagnostic> not_one(const PatternText& text, const char* what, std::string help) {
  return tl::unexpected(Diagnostic{
      .kind = Kind::wildcard_in_request,
      .span = text.span,
      .message = fmt::format("`{}` stands where {} is meant", printable(text.written), what),
      .help = std::move(help)});
}

Result<std::string> one_name(const Result<NamePattern>& pattern, const PatternText& text,
                             const char* what) {
  if (!pattern) return tl::unexpected(pattern.error());
  const auto name = pattern->globs.front().literal();
  if (pattern->globs.size() == 1 && name) return *name;
  return not_one(text, what, "a request names one thing: write it without wildcards");
}

Result<std::string> one_socket(const PatternText& text) {
  if (text.bytes.empty() || text.bytes.front().value != '@') return parse_canonical_path(text);
  const auto pattern = parse_socket_pattern(text);
  if (!pattern) return tl::unexpected(pattern.error());
  const auto* socket = std::get_if<AbstractSocket>(&pattern->tests.front());
  const auto name = socket != nullptr ? socket->name.literal() : std::nullopt;
  if (pattern->tests.size() == 1 && name) return "@" + *name;
  return not_one(text, "one socket", "a request names one thing: write it without wildcards");
}

Result<SyscallId> one_call(const PatternText& text) {
  if (const auto id = syscall_named(text.str())) return *id;
  const auto pattern = parse_syscall_pattern(text);
  if (!pattern) return tl::unexpected(pattern.error());
  return not_one(text, "one system call",
                 pattern->calls.empty()
                     ? "name a call"
                     : fmt::format("name one of the set: `{}`", syscall(pattern->calls[0]).name));
}

// `localhost` in a request to listen is both loopback addresses: both are asked about.
Result<std::vector<Request>> listen_requests(const PatternText& text) {
  auto host = parse_host_request(text);
  if (!host) return tl::unexpected(std::move(host.error()));
  const std::string written = text.str();
  if (written.find(':') == std::string::npos) {
    return tl::unexpected(
        Diagnostic{.kind = Kind::missing_port,
                   .span = text.span,
                   .message = fmt::format("`{}` has no port to listen on", printable(written)),
                   .help = fmt::format("write `{}:3000`", printable(written))});
  }
  if (std::holds_alternative<IpAddress>(host->host)) {
    return std::vector<Request>{{Operation::listen, std::move(*host)}};
  }
  if (std::get<std::string>(host->host) != "localhost") {
    return tl::unexpected(Diagnostic{
        .kind = Kind::bad_listen_address,
        .span = text.span,
        .message = fmt::format("`{}` is no address to listen on", printable(text.written)),
        .help = fmt::format("write `127.0.0.1:{0}` or `0.0.0.0:{0}`", host->port)});
  }
  IpAddress v6{.v6 = true};
  v6.bytes[15] = 1;
  return std::vector<Request>{
      {Operation::listen, HostRequest{IpAddress::v4(127, 0, 0, 1), host->port}},
      {Operation::listen, HostRequest{v6, host->port}}};
}

Result<std::vector<Request>> wrap(Operation operation, auto result) {
  if (!result) return tl::unexpected(std::move(result.error()));
  return std::vector<Request>{{operation, std::move(*result)}};
}

}  // namespace

Result<std::vector<Request>> requests_of(Operation operation, const PatternText& text) {
  switch (facts_of(operation).kind) {
    case PatternKind::path:
      return wrap(operation, parse_canonical_path(text));
    case PatternKind::host:
      return wrap(operation, parse_host_request(text));
    case PatternKind::address:
      return listen_requests(text);
    case PatternKind::socket:
      return wrap(operation, one_socket(text));
    case PatternKind::syscall:
      return wrap(operation, one_call(text));
    case PatternKind::name:
      break;
  }
  if (operation == Operation::mach) {
    return wrap(operation, one_name(parse_mach_pattern(text), text, "one service"));
  }
  return wrap(operation, one_name(parse_env_pattern(text), text, "one variable"));
}

std::vector<Test> tests_of(const Unit& unit, UnitId id, const Variables& variables,
                           Session& session) {
  std::vector<Test> tests;
  for (const Placed& placed : unit.statements) {
    const auto* written = std::get_if<ast::Test>(placed.statement);
    if (written == nullptr) continue;
    Test test{.name = written->name.value, .lines = {}, .span = written->span, .chain = unit.chain};
    for (const ast::TestLine& line : written->lines) {
      TestLine made;
      made.expected = line.effect.text == "deny"  ? Effect::deny
                      : line.effect.text == "ask" ? Effect::ask
                                                  : Effect::allow;
      if (line.because) made.because = line.because->value;
      const Operation operation = *operation_named(line.operation.text);
      made.os = both(placed.os, systems_of(operation));
      for (const ast::Word& word : line.requests) {
        const Filled filled = variables.fill_in(word, {.unit = id, .use = text_use_of(operation)});
        if (filled.state != Filled::State::ok) continue;
        auto requests = requests_of(operation, filled.text);
        if (!requests) {
          session.diagnostics.report(std::move(requests.error()));
          continue;
        }
        for (Request& request : *requests) {
          made.request = std::move(request);
          made.span = word.span;
          test.lines.push_back(made);
        }
      }
    }
    tests.push_back(std::move(test));
  }
  return tests;
}

}  // namespace sbxc
