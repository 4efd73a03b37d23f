#include "runtime/broker/file_requests.h"

#include <errno.h>
#include <linux/btrfs.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/msdos_fs.h>
#include <sys/syscall.h>

#include <array>

#include "runtime/broker/filter_code.h"

namespace sbxc::broker {

namespace {

constexpr uint32_t kRefused = SECCOMP_RET_ERRNO | ENOTTY;
constexpr uint32_t kTypeMask = uint32_t{_IOC_TYPEMASK} << _IOC_TYPESHIFT;

constexpr uint32_t type(uint32_t letter) { return letter << _IOC_TYPESHIFT; }

// `f` began with ext2 and is everybody's by now; `X` is XFS's and holds FS_IOC_FSSETXATTR.
constexpr auto kFamilies =
    std::to_array<uint32_t>({type('f'), type('X'), type(BTRFS_IOCTL_MAGIC),
                             type(0xbc /* bcachefs */), type(0xcf /* CIFS */)});

constexpr auto kLeft = std::to_array<uint32_t>({
    FS_IOC_GETFLAGS,
    FS_IOC32_GETFLAGS,
    FS_IOC_FSGETXATTR,
    FS_IOC_FIEMAP,
    FICLONE,
    FICLONERANGE,
    FIDEDUPERANGE,
});

// In families that others share.
constexpr auto kSingle = std::to_array<uint32_t>({
    FS_IOC_SETVERSION, FS_IOC32_SETVERSION, FAT_IOCTL_SET_ATTRIBUTES,
    0x40186f04,  // OCFS2_IOC_REFLINK
});

}  // namespace

FilterCode refuse_file_requests() {
  constexpr size_t kEnd = 1 + kLeft.size() + kSingle.size() + 1 + kFamilies.size() + 2;
  constexpr size_t kRefusal = kEnd - 1;
  static_assert(kEnd <= UINT8_MAX);
  FilterCode out = {load_argument(1)};
  const auto go_if = [&out](uint32_t value, size_t to) {
    out.push_back(jump(BPF_JEQ, value, static_cast<uint8_t>(to - out.size() - 1), 0));
  };
  for (const uint32_t request : kLeft) go_if(request, kEnd);
  for (const uint32_t request : kSingle) go_if(request, kRefusal);
  out.push_back(plain(BPF_ALU | BPF_AND | BPF_K, kTypeMask));
  for (const uint32_t family : kFamilies) go_if(family, kRefusal);
  out.push_back(plain(BPF_JMP | BPF_JA, 1));
  out.push_back(answer(kRefused));
  return out;
}

FilterCode refuse_file_requests_first() {
  const FilterCode refuse = refuse_file_requests();
  FilterCode out = {load(offsetof(seccomp_data, nr)),
                    jump(BPF_JEQ, SYS_ioctl, 0, static_cast<uint8_t>(refuse.size()))};
  out.insert(out.end(), refuse.begin(), refuse.end());
  return out;
}

}  // namespace sbxc::broker
