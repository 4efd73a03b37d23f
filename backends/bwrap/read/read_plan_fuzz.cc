// Any bytes as plan.json and plan.args: read or refused, and what is read is verified to some end.
#include "backends/bwrap/read/verify.h"
#include "compiler/policy/terse_policy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const sbxc::Policy policy = sbxc::terse_policy(
      {"allow read /usr/**", "allow write /w/**", "deny read /w/**/.env", "allow exec /usr/**"});
  static const sbxc::bwrap_read::RecordedFiles facts = [] {
    sbxc::bwrap_read::RecordedFiles files;
    files.add("/usr/bin/ls").add("/w/.env").add("/w/a/b");
    return files;
  }();
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t cut = std::min(bytes.find('\xff'), bytes.size());
  const std::string_view rest = bytes.substr(std::min(cut + 1, bytes.size()));
  sbxc::BwrapVerifyOptions options{.facts = &facts};
  options.budget.states = 5000;
  (void)sbxc::verify_bwrap(policy, {bytes.substr(0, cut), rest}, {}, options);
  return 0;
}
