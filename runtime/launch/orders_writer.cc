#include "runtime/launch/orders_writer.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>

#include "runtime/descriptor/descriptor.h"
#include "runtime/init/orders.h"

namespace sbxc::launch {
namespace {

template <typename T>
void put(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

void put_text(std::string& bytes, const std::string& text) {
  put(bytes, static_cast<uint32_t>(text.size()));
  bytes += text;
  bytes += '\0';
}

// A path that leads over a link is not the path that the plan was made for.
Result<struct stat> look_at(const std::string& path) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS;
  const Descriptor file(
      static_cast<int>(syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof(how))));
  struct stat facts {};
  if (file && fstat(file.get(), &facts) == 0) return facts;
  const int error = errno;
  Failure failure =
      error == ELOOP ? Failure{.message = "`" + path + "` has become a link since it was planned"}
                     : system_failure("`" + path + "` has changed since it was planned", error);
  failure.help = "start it again";
  return tl::unexpected(std::move(failure));
}

}  // namespace

Result<std::string> orders_bytes(const Launch& order) {
  std::string bytes(sizeof(init::Header), '\0');
  for (const ResourceLimit& limit : order.limits) {
    put(bytes, init::LimitOrder{static_cast<uint64_t>(limit.resource), limit.value});
  }
  for (const Mounted& mount : order.mounted) {
    auto facts = look_at(mount.source);
    if (!facts) return tl::unexpected(std::move(facts.error()));
    put(bytes, init::IdentityOrder{facts->st_dev, facts->st_ino});
    put_text(bytes, mount.target);
  }
  for (const Grant& grant : order.grants) {
    put(bytes, init::GrantOrder{grant.rights, grant.optional ? 1U : 0U});
    put_text(bytes, grant.path);
  }
  for (const std::string& argument : order.command) put_text(bytes, argument);
  bytes += order.policy_filter;
  bytes += order.notify_filter;
  init::Header header{};
  header.magic = init::kMagic;
  header.size = bytes.size();
  header.limits = static_cast<uint32_t>(order.limits.size());
  header.identities = static_cast<uint32_t>(order.mounted.size());
  header.grants = static_cast<uint32_t>(order.grants.size());
  header.arguments = static_cast<uint32_t>(order.command.size());
  header.policy_filter = static_cast<uint32_t>(order.policy_filter.size());
  header.notify_filter = static_cast<uint32_t>(order.notify_filter.size());
  header.landlock_rights = order.landlock_rights;
  header.landlock = order.landlock ? 1 : 0;
  header.ignored_signals = order.ignored_signals;
  bytes.replace(0, sizeof(header), reinterpret_cast<const char*>(&header), sizeof(header));
  return bytes;
}

}  // namespace sbxc::launch
