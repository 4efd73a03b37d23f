// Reads the profile with a port for the proxy that nobody would write down by accident, and
// compares it part by part.
#include "backends/seatbelt/verify/verify_seatbelt.h"

#include "backends/seatbelt/verify/mac_spelling.h"
#include "backends/seatbelt/verify/verify_parts.h"
#include "compiler/diag/printable.h"

namespace sbxc {
namespace {

using namespace seatbelt_verify;

constexpr uint16_t kProxyPort = 58231;

Verification unreadable(const sbpl::CompileError& error) {
  Verification out{.target = TargetName::seatbelt, .operations = {}};
  const bool refused = error.refusal == sbpl::Refusal::by_system;
  out.unreadable =
      Diagnostic{.kind = Kind::cannot_read,
                 .span = {},
                 .message = "profile.sb:" + std::to_string(error.line) +
                            " cannot be read back: " + printable(error.message),
                 .help = refused ? "macOS would refuse it as a whole; compile the policy again"
                                 : "what macOS makes of it is not known; compile the policy again"};
  return out;
}

sbpl::CompileOptions at_launch() {
  sbpl::CompileOptions options;
  options.parameters["PROXY_PORT"] = std::to_string(kProxyPort);
  return options;
}

}  // namespace

Verification verify_seatbelt(const Policy& policy, std::string_view profile,
                             const std::vector<RuleVerdict>& verdicts,
                             const SeatbeltVerifyOptions& options) {
  const auto read = sbpl::Profile::compile(profile, at_launch());
  if (!read) return unreadable(read.error());
  const Policy spelt = as_spelt_on_macos(policy);
  Findings findings(spelt, *read);
  findings.not_spoken(Operation::env, "the launcher chooses the variables");
  findings.not_spoken(Operation::syscall, "system calls are named on Linux only");
  const Verifying on{spelt, *read, verdicts, options.budget};
  verify_paths(on, findings);
  verify_services(on, findings);
  verify_outgoing(on, kProxyPort, findings);
  verify_listening(on, findings);
  verify_others(on, findings);
  return std::move(findings).done();
}

}  // namespace sbxc
