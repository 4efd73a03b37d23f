// Requests of ioctl() that make names or change attributes through a descriptor that is open for
// reading alone. No rule about names would hold beside them:
// - btrfs and bcachefs make subvolumes and snapshots under any name in a directory that can be
//   listed, OCFS2 links files, and CIFS passes requests on to its server;
// - `chattr` changes what somebody may not write, and makes a directory in which `.GIT` is `.git`.
// They answer ENOTTY, as file systems do that have no such thing, and programs go on without. What
// only tells something is left, and so is sharing blocks (FICLONE and the like: `cp --reflink`),
// which asks for a descriptor that is open for writing.
//
// Whole families are refused, for their newer members do the like; what is to be left is listed.
// Not here: requests that need a capability, and those to devices, which are files of their own.
//
// Reference: the kernel's Documentation/userspace-api/ioctl/ioctl-number.rst, include/uapi/linux/
// {fs,fscrypt,fsverity,btrfs,msdos_fs}.h, fs/{ext4,xfs,bcachefs,ocfs2,smb/client}.
#pragma once

#include <linux/filter.h>

#include <vector>

namespace sbxc::broker {

// For where the call is known to be ioctl: refuses, or runs off its end. Overwrites the
// accumulator.
std::vector<sock_filter> refuse_file_requests();

// To be put in front of a filter that checks the architecture itself and begins from nothing.
std::vector<sock_filter> refuse_file_requests_first();

}  // namespace sbxc::broker
