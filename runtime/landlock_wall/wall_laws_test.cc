// Random policies over random small file systems: whatever the mounts of a plan allow, by a reader
// of bubblewrap's arguments who knows nothing of walls, the wall grants.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "backends/bwrap/bwrap.h"
#include "backends/bwrap/mount_model.h"
#include "compiler/policy/random_policy.h"
#include "runtime/landlock_wall/landlock_wall.h"

namespace sbxc::landlock {
namespace {

using bwrap::FileKind;

bwrap::MemoryFileSystem files_of(const std::vector<std::pair<std::string, FileKind>>& names) {
  bwrap::MemoryFileSystem made;
  for (const auto& [path, kind] : names) {
    bool possible = made.kind(path) == FileKind::missing;
    for (std::string up = bwrap::parent_of(path); up != "/"; up = bwrap::parent_of(up)) {
      const FileKind above = made.kind(up);
      possible = possible && (above == FileKind::missing || above == FileKind::directory);
    }
    if (possible) made.add(path, kind);
  }
  return made;
}

Rights rights_at(const OwnedWall& wall, const std::string& path) {
  Rights rights = 0;
  for (const OwnedGrant& grant : wall.grants) {
    if (bwrap::is_below(path, grant.path)) rights |= grant.rights;
  }
  return rights;
}

Policy only_paths(testing::RandomPolicy random) {
  std::erase_if(random.rules, [](const testing::RuleText& rule) {
    return rule.operation != Operation::read && rule.operation != Operation::write &&
           rule.operation != Operation::exec;
  });
  return random.policy();
}

RC_GTEST_PROP(LandlockWallLaws, TheWallGrantsWhatTheMountsAllow, ()) {
  const auto kinds = rc::gen::element(FileKind::file, FileKind::directory, FileKind::directory);
  const auto paths = rc::gen::suchThat(rc::gen::elementOf(testing::request_pool(PatternKind::path)),
                                       [](const std::string& path) { return path != "/"; });
  const auto names =
      *rc::gen::resize(20, rc::gen::container<std::vector<std::pair<std::string, FileKind>>>(
                               rc::gen::pair(paths, kinds)));
  const Policy policy = only_paths(*testing::random_policy());
  bwrap::MemoryFileSystem files = files_of(names);
  Sources sources;
  const Planned planned = plan_bwrap(policy, sources, {.files = &files});
  for (const bwrap::Preparation& made : planned.plan.before) {
    files.add(made.path, made.directory ? FileKind::directory : FileKind::file);
  }
  const bwrap::MountModel model(files, bwrap::args_bytes(planned.plan));
  const OwnedWall wall = wall_of(planned.plan, 9);
  for (const OwnedGrant& grant : wall.grants) RC_LOG() << grant.path << " " << grant.rights << "\n";
  for (const std::string& path : testing::request_pool(PatternKind::path)) {
    if (!model.exists(path)) continue;
    RC_LOG() << path << "\n";
    const bool directory = files.kind(path) == FileKind::directory || path == "/";
    const Rights rights = rights_at(wall, path);
    const Rights reading = directory ? kReadDirectory : kReadFile;
    if (model.can_read(path)) RC_ASSERT((rights & reading) == reading);
    if (model.can_write(path) && !directory) RC_ASSERT((rights & kWriteFile) != 0U);
    if (model.can_create_in(path)) RC_ASSERT((rights & kWriting) == kWriting);
    if (!planned.plan.limits_execution && model.can_read(path) && !directory) {
      RC_ASSERT((rights & kExecute) != 0U);
    }
    // And the other way round: nothing where neither this path nor one above it is shown.
    const bool hidden = !model.can_read(path) && !model.can_write(path);
    bool above = path == "/";
    for (std::string up = path; up != "/";) {
      up = bwrap::parent_of(up);
      above = above || model.can_read(up);
    }
    if (hidden && !above) RC_ASSERT(rights == 0U);
  }
}

}  // namespace
}  // namespace sbxc::landlock
