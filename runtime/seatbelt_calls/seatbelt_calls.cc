#include "runtime/seatbelt_calls/seatbelt_calls.h"

#include <libproc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

extern "C" {
int sandbox_init_with_parameters(const char* profile, uint64_t flags,
                                 const char* const parameters[], char** error);
void sandbox_free_error(char* error);
// 0: allowed, 1: denied. `type` says what the last argument is.
int sandbox_check(pid_t process, const char* operation, int type, ...);
extern const int SANDBOX_CHECK_NO_REPORT;
}

namespace sbxc::seatbelt {
namespace {

constexpr int kNoFilter = 0;
constexpr int kGlobalName = 2;

bool is_confined(pid_t process) { return sandbox_check(process, nullptr, kNoFilter) == 1; }

// Asking must not look like an attempt of the process's own in the log.
bool may_look_up(pid_t process, const std::string& service) {
  return sandbox_check(process, "mach-lookup", kGlobalName | SANDBOX_CHECK_NO_REPORT,
                       service.c_str()) == 0;
}

// Of this user by its effective and its real number: neither can be laid off without rights that
// no command gets.
std::vector<pid_t> processes_here() {
  std::vector<pid_t> all;
  for (const uint32_t kind : {uint32_t{PROC_UID_ONLY}, uint32_t{PROC_RUID_ONLY}}) {
    const uint32_t user = kind == PROC_UID_ONLY ? geteuid() : getuid();
    const int bytes = proc_listpids(kind, user, nullptr, 0);
    if (bytes <= 0) continue;
    // Some may have begun since.
    std::vector<pid_t> some(static_cast<size_t>(bytes) / sizeof(pid_t) + 256);
    const int got =
        proc_listpids(kind, user, some.data(), static_cast<int>(some.size() * sizeof(pid_t)));
    some.resize(got > 0 ? static_cast<size_t>(got) / sizeof(pid_t) : 0);
    all.insert(all.end(), some.begin(), some.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  std::erase_if(all, [](pid_t process) { return process <= 1 || process == getpid(); });
  return all;
}

}  // namespace

bool apply(const std::string& profile, const Parameters& parameters, std::string& why) {
  std::vector<const char*> words;
  for (const auto& [name, value] : parameters) {
    words.push_back(name.c_str());
    words.push_back(value.c_str());
  }
  words.push_back(nullptr);
  char* error = nullptr;
  if (sandbox_init_with_parameters(profile.c_str(), 0, words.data(), &error) == 0) return true;
  why = error != nullptr ? error : "no reason";
  if (error != nullptr) sandbox_free_error(error);
  while (!why.empty() && why.back() == '\n') why.pop_back();
  return false;
}

std::vector<pid_t> processes_with(std::string_view looked_up, std::string_view hidden) {
  const std::string allowed(looked_up);
  const std::string denied(hidden);
  std::vector<pid_t> found = processes_here();
  std::erase_if(found, [&](pid_t process) {
    return !is_confined(process) || !may_look_up(process, allowed) || may_look_up(process, denied);
  });
  return found;
}

}  // namespace sbxc::seatbelt
