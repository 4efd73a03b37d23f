/* Reading what tools keep for logging in: one attempt a place, so that a report says which. */
#include "file_steps.h"

#define READS(number, path) \
  ATTEMPT(FSR, number) { return reads(scene_path("home", path)); }

READS(007, ".ssh/id_rsa")
READS(120, ".ssh/config")
READS(121, ".aws/credentials")
READS(122, ".gnupg/private-keys-v1.d/key.key")
READS(123, ".netrc")
READS(124, ".npmrc")
READS(125, ".pypirc")
READS(126, ".git-credentials")
READS(127, ".config/gh/hosts.yml")
READS(128, ".config/gcloud/credentials.db")
READS(129, ".docker/config.json")
READS(130, ".kube/config")
READS(131, ".cargo/credentials.toml")
READS(132, ".claude/.credentials.json")
READS(133, ".codex/auth.json")
READS(134, ".password-store/bank.gpg")
READS(135, ".bash_history")
READS(136, ".mozilla/firefox/x.default/logins.json")
READS(137, ".local/share/keyrings/login.keyring")
READS(138, "Library/Keychains/login.keychain-db")
READS(139, ".aws/sso/cache/token.json")
