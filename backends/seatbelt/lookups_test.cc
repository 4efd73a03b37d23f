// Law 7: directories above what is allowed may be looked up, and no others.
#include "backends/seatbelt/lookups.h"

#include <gtest/gtest.h>

#include "backends/seatbelt/evaluated_profile.h"
#include "backends/seatbelt/resolved_policy.h"

namespace sbxc::seatbelt {
namespace {

EvaluatedProfile profile_of(const std::string& rules) {
  const ResolvedPolicy resolved = ResolvedPolicy::of("sbx 1\npolicy p \"x\"\n" + rules);
  return EvaluatedProfile::of(resolved.policy, resolved.sources);
}

constexpr const char* kLookup = "file-read-metadata";

TEST(Lookups, ReachTheDirectoriesThatAWildcardMayPassThrough) {
  const EvaluatedProfile profile = profile_of("allow read /srv/**/*.txt\n");
  EXPECT_TRUE(profile.allows(kLookup, "/srv", "DIRECTORY"));
  EXPECT_TRUE(profile.allows(kLookup, "/srv/a/b", "DIRECTORY"));
  EXPECT_TRUE(profile.denies(kLookup, "/srv/a/b", "REGULAR-FILE"));
  EXPECT_TRUE(profile.denies("file-read-data", "/srv/a/b", "DIRECTORY"));
  EXPECT_TRUE(profile.denies(kLookup, "/opt", "DIRECTORY"));
}

TEST(Lookups, LeaveOutWhatARuleDeniesOnAWildcardsWay) {
  const EvaluatedProfile profile =
      profile_of("allow read /srv/**/*.txt\ndeny read /srv/secret/**\n");
  for (const char* operation : {kLookup, "file-test-existence"}) {
    EXPECT_TRUE(profile.allows(operation, "/srv/a", "DIRECTORY")) << operation;
    EXPECT_TRUE(profile.denies(operation, "/srv/secret", "DIRECTORY")) << operation;
    EXPECT_TRUE(profile.denies(operation, "/srv/secret/a", "DIRECTORY")) << operation;
  }
}

TEST(Lookups, GoNowhereForAnExceptionThatAllowsNothing) {
  const EvaluatedProfile profile =
      profile_of("allow write /srv/**\ndeny write /**/.hooks/** except /**/node_modules/**\n");
  EXPECT_TRUE(profile.denies(kLookup, "/opt", "DIRECTORY"));
  EXPECT_TRUE(profile.denies(kLookup, "/opt/node_modules", "DIRECTORY"));
}

TEST(Lookups, ReachANamedExceptionInsideWhatIsDenied) {
  const EvaluatedProfile profile =
      profile_of("allow read /srv/**\ndeny read /srv/keys/** except /srv/keys/public/known\n");
  EXPECT_TRUE(profile.allows(kLookup, "/srv/keys", "DIRECTORY"));
  EXPECT_TRUE(profile.allows(kLookup, "/srv/keys/public", "DIRECTORY"));
  EXPECT_TRUE(profile.denies("file-read-data", "/srv/keys/public", "DIRECTORY"));
  EXPECT_TRUE(profile.denies(kLookup, "/srv/keys/private", "DIRECTORY"));
}

}  // namespace
}  // namespace sbxc::seatbelt
