// The three system calls of Landlock, in the order that the kernel wants them: a ruleset that names
// what it handles, a rule for each grant, and the thread restricting itself.
//
// A kernel refuses bits that it does not know, so a wall is cut down to the kernel's ABI first;
// rules for directories may carry every bit, rules for files only some, and which of the two a path
// is the kernel tells by EINVAL, which saves a look at each of thousands of directories.
//
// The network's rights (ABI 4, 10) are left alone: the sandbox has a network namespace of its own.
// Own definitions instead of <linux/landlock.h>: that of the build machine may be years old.
#include "runtime/landlock/landlock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace sbxc::landlock {
namespace {

// The same on every architecture: they came after the tables were made one.
constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;

constexpr uint32_t kAskVersion = 1;
constexpr int kRulePathBeneath = 1;
constexpr uint64_t kScopeAbstract = 1U << 0;
constexpr uint64_t kScopeSignals = 1U << 1;

struct RulesetAttributes {
  uint64_t handled_files;
  uint64_t handled_network;  // since ABI 4
  uint64_t scoped;           // since ABI 6
};

struct __attribute__((packed)) PathBeneath {
  uint64_t allowed;
  int32_t parent;
};

size_t attributes_size(int version) {
  if (version >= 6) return sizeof(RulesetAttributes);
  if (version >= 4) return offsetof(RulesetAttributes, scoped);
  return offsetof(RulesetAttributes, handled_network);
}

int create_ruleset(const Wall& wall, int version) {
  RulesetAttributes attributes{};
  attributes.handled_files = wall.handled & known_rights(version);
  if (version >= 6) {
    if (wall.scope_abstract) attributes.scoped |= kScopeAbstract;
    if (wall.scope_signals) attributes.scoped |= kScopeSignals;
  }
  return static_cast<int>(
      syscall(kCreateRuleset, &attributes, attributes_size(version), uint32_t{0}));
}

bool add(int ruleset, int place, Rights rights) {
  const PathBeneath rule{rights, place};
  return syscall(kAddRule, ruleset, kRulePathBeneath, &rule, uint32_t{0}) == 0;
}

// 0, or errno. `rights` are among those that the ruleset handles.
int grant(int ruleset, int place, Rights rights) {
  if (rights == 0 || add(ruleset, place, rights)) return 0;
  if (errno != EINVAL) return errno;
  struct stat facts {};
  if (fstat(place, &facts) != 0) return errno;
  if (S_ISDIR(facts.st_mode)) return EINVAL;
  if (S_ISLNK(facts.st_mode)) return ELOOP;
  rights &= kOfFiles;
  return rights == 0 || add(ruleset, place, rights) ? 0 : errno;
}

Failure add_grant(int ruleset, const Grant& wanted, Rights handled) {
  const int place = open(wanted.path, O_PATH | O_CLOEXEC | O_NOFOLLOW);
  if (place < 0) {
    const bool missing = errno == ENOENT || errno == ENOTDIR;
    if (errno == EACCES || (missing && wanted.optional)) return {};
    return {"open", wanted.path, errno};
  }
  const int error = grant(ruleset, place, wanted.rights & handled);
  close(place);
  if (error != 0) return {"landlock_add_rule", wanted.path, error};
  return {};
}

}  // namespace

int abi() {
  const long version = syscall(kCreateRuleset, nullptr, size_t{0}, kAskVersion);
  return version < 0 ? 0 : static_cast<int>(version);
}

Rights known_rights(int version) {
  if (version <= 0) return 0;
  Rights rights = kEverything;
  if (version < 2) rights &= ~kRefer;
  if (version < 3) rights &= ~kTruncate;
  if (version < 5) rights &= ~kIoctlDevice;
  if (version < 9) rights &= ~kResolveUnix;
  return rights;
}

Failure apply(const Wall& wall) {
  const int version = abi();
  if (version == 0) return {"landlock_create_ruleset", nullptr, ENOSYS};
  const int ruleset = create_ruleset(wall, version);
  if (ruleset < 0) return {"landlock_create_ruleset", nullptr, errno};
  const Rights handled = wall.handled & known_rights(version);
  Failure failure;
  for (const Grant& wanted : wall.grants) {
    failure = add_grant(ruleset, wanted, handled);
    if (failure) break;
  }
  if (!failure && syscall(kRestrictSelf, ruleset, uint32_t{0}) != 0) {
    failure = {"landlock_restrict_self", nullptr, errno};
  }
  close(ruleset);
  return failure;
}

}  // namespace sbxc::landlock
