/* The kernel's keyrings, which processes inherit and no file shows. The suite has put keys into the
 * session keyring of whoever starts the sandbox, and into its user's. */
#include <errno.h>
#include <linux/keyctl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attempt.h"

static long control(int operation, long a, const void* b, const void* c, long d) {
  return syscall(SYS_keyctl, operation, a, b, c, d);
}

static enum ending read_key(long keyring, const char* name) {
  char text[256];
  const long key = control(KEYCTL_SEARCH, keyring, "user", name, 0);
  if (key < 0) return refused("keyctl", errno);
  const long n = control(KEYCTL_READ, key, text, (const void*)sizeof text, 0);
  if (n < 0) return refused("keyctl", errno);
  got(text, (size_t)n);
  return ENDING_DONE;
}

ATTEMPT(IPC, 003) { return read_key(KEY_SPEC_SESSION_KEYRING, scene("session_key")); }
ATTEMPT(IPC, 004) { return read_key(KEY_SPEC_USER_KEYRING, scene("user_key")); }

/* By its number, which needs no search. */
ATTEMPT(IPC, 113) {
  char text[256];
  const long key = scene_number("session_key_id");
  const long n = control(KEYCTL_READ, key, text, (const void*)sizeof text, 0);
  if (n < 0) return refused("keyctl", errno);
  got(text, (size_t)n);
  return ENDING_DONE;
}

ATTEMPT(IPC, 114) {
  const char* nonce = scene("nonce");
  const long key =
      syscall(SYS_add_key, "user", nonce, nonce, strlen(nonce), KEY_SPEC_SESSION_KEYRING);
  return key < 0 ? refused("add_key", errno) : ENDING_DONE;
}

ATTEMPT(IPC, 115) {
  char text[256];
  const long key =
      syscall(SYS_request_key, "user", scene("session_key"), NULL, KEY_SPEC_PROCESS_KEYRING);
  if (key < 0) return refused("request_key", errno);
  const long n = control(KEYCTL_READ, key, text, (const void*)sizeof text, 0);
  if (n < 0) return refused("keyctl", errno);
  got(text, (size_t)n);
  return ENDING_DONE;
}

ATTEMPT(IPC, 117) {
  const char* nonce = scene("nonce");
  const long key = scene_number("session_key_id");
  const long done = control(KEYCTL_UPDATE, key, nonce, (const void*)strlen(nonce), 0);
  return done < 0 ? refused("keyctl", errno) : ENDING_DONE;
}

ATTEMPT(IPC, 118) {
  const long done = control(KEYCTL_REVOKE, scene_number("session_key_id"), NULL, NULL, 0);
  return done < 0 ? refused("keyctl", errno) : ENDING_DONE;
}

/* A list of the keys that can be seen, with their names. */
ATTEMPT(IPC, 116) { return got_file("/proc/keys") == 0 ? ENDING_DONE : refused("open", errno); }

ATTEMPT(KRN, 009) {
  const long key = syscall(SYS_add_key, "user", "probe", "x", 1, KEY_SPEC_PROCESS_KEYRING);
  return key < 0 ? refused("add_key", errno) : ENDING_DONE;
}

ATTEMPT(KRN, 129) {
  return control(KEYCTL_JOIN_SESSION_KEYRING, 0, NULL, NULL, 0) < 0 ? refused("keyctl", errno)
                                                                    : ENDING_DONE;
}
