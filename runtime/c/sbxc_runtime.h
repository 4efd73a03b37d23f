/* sbxc for programs: the tables that `sbxc compile` writes, asked in place, and sandboxes, started
 * and watched. docs/library.md tells more and has an example.
 *
 * Threads: a table may be asked by any number of threads at once. A sandbox may be used by one
 * thread at a time, whichever; sbxc_sandbox_signal() alone may be called beside another call.
 * Nothing here has state of its own, installs signal handlers, or waits for children but its own.
 *
 * Structs begin with `size`, which the caller sets to sizeof: a newer library fills in and reads
 * no more than that. Flags and kinds may be added; what one does not know is to be treated as a
 * denial. (One header, longer than others here: it is all that a program includes.) */
#ifndef SBXC_RUNTIME_H
#define SBXC_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SBXC_API __attribute__((visibility("default")))
#else
#define SBXC_API
#endif

/* Grows when something is added; nothing is ever taken away under one soname. */
#define SBXC_RUNTIME_VERSION 1
SBXC_API unsigned sbxc_runtime_version(void);

enum sbxc_result {
  SBXC_OK = 0,
  SBXC_BAD_ARGUMENT = 1,
  SBXC_CANNOT_OPEN = 2, /* `system_error` has the reason */
  SBXC_NOT_A_TABLE = 3, /* another kind of file, or one that contradicts itself */
  SBXC_TOO_NEW = 4,     /* made by a newer version */
  SBXC_DAMAGED = 5,     /* cut short, too long, or its checksum differs */
  SBXC_NO_MEMORY = 6,
  SBXC_CANNOT_START = 7, /* `system_error` has the reason */
  SBXC_RUNNING = 8,      /* the time is over and the command still runs */
  SBXC_LOST = 9          /* somebody else has waited for the supervisor: its status is not known */
};

/* What went wrong in words, one line without an end; every function that takes one takes NULL. */
typedef struct sbxc_error {
  size_t size;
  int result;
  int system_error; /* errno, or 0 */
  char text[256];
} sbxc_error;

typedef struct sbxc_text { /* UTF-8 from a policy; no NUL at the end, unprintable bytes possible */
  const char* bytes;
  size_t length;
} sbxc_text;

/* ---- Hosts: hosts.sbxt of `sbxc compile -t proxy` ---- */

typedef struct sbxc_hosts sbxc_hosts;

/* The file is mapped: replace it by renaming, never write into it. */
SBXC_API int sbxc_hosts_open(const char* path, sbxc_hosts** hosts, sbxc_error* error);
/* The bytes are copied. */
SBXC_API int sbxc_hosts_copy(const void* bytes, size_t length, sbxc_hosts** hosts,
                             sbxc_error* error);
SBXC_API void sbxc_hosts_close(sbxc_hosts* hosts); /* NULL: nothing */

enum sbxc_verdict { SBXC_DENY = 0, SBXC_ALLOW = 1, SBXC_ASK = 2 };
enum sbxc_reason {
  SBXC_RULE = 0,     /* `rule` decided, perhaps with others */
  SBXC_NO_RULE = 1,  /* nothing matches: denied */
  SBXC_BAD_NAME = 2, /* not a canonical host name: denied */
  SBXC_BAD_CALL = 3  /* no table, or an address that is none: denied */
};

typedef struct sbxc_decision {
  size_t size;
  int verdict;
  int reason;
  uint32_t rule; /* the first that decided, for sbxc_hosts_rule() */
} sbxc_decision;

/* The verdict; `decision` may be NULL. A name is canonical when it is lower case, without a dot at
 * its end, in A-labels, and no address: sbxc_host_name() makes it so. */
SBXC_API int sbxc_hosts_decide(const sbxc_hosts* hosts, const char* name, size_t length,
                               uint16_t port, sbxc_decision* decision);
/* `bytes` in network order, 4 or 16 of them. ::ffff:a.b.c.d is a.b.c.d. */
SBXC_API int sbxc_hosts_decide_address(const sbxc_hosts* hosts, const void* bytes, size_t length,
                                       uint16_t port, sbxc_decision* decision);

/* ASCII capitals become small and one dot at the end goes. `canonical` has room for 254 bytes. 0:
 * it is no host name, or has other letters: those need IDNA first. 1: done. */
SBXC_API int sbxc_host_name(const char* name, size_t length, char* canonical);

typedef struct sbxc_rule {
  size_t size;
  int verdict;
  uint32_t id;         /* in the policy, as the manifest and the source map number it */
  sbxc_text place;     /* agent.sbx:12:1 */
  sbxc_text statement; /* as written */
  sbxc_text because;   /* may be empty */
} sbxc_rule;           /* the texts live as long as the table */

SBXC_API size_t sbxc_hosts_rule_count(const sbxc_hosts* hosts);
SBXC_API int sbxc_hosts_rule(const sbxc_hosts* hosts, uint32_t rule, sbxc_rule* facts);

/* ---- Paths: what `sbxc show --stage path-table` prints ---- */

typedef struct sbxc_paths sbxc_paths;

SBXC_API int sbxc_paths_open(const char* path, sbxc_paths** paths, sbxc_error* error);
SBXC_API int sbxc_paths_copy(const void* bytes, size_t length, sbxc_paths** paths,
                             sbxc_error* error);
SBXC_API void sbxc_paths_close(sbxc_paths* paths); /* NULL: nothing */

enum sbxc_access { SBXC_READ = 1, SBXC_WRITE = 2, SBXC_EXEC = 4, SBXC_CANONICAL = 8 };

/* What the policy lets be done with the path, as bits. 0: it is not canonical (absolute, without
 * `.`, `..`, `//` and a slash at the end), and nothing is allowed. Links are the caller's: ask for
 * the path that realpath(3) gives. */
SBXC_API unsigned sbxc_paths_decide(const sbxc_paths* paths, const char* path, size_t length);

/* ---- Sandboxes: `sbxc run`, started and watched. Linux ---- */

typedef struct sbxc_sandbox sbxc_sandbox;

typedef struct sbxc_denial { /* the texts live until the callback returns */
  size_t size;
  const char* operation; /* read, write, socket, connect */
  const char* target;    /* a canonical path, a name and a port */
  const char* second;    /* the other end of a rename or a link; may be empty */
  const char* error;     /* what the command got: EACCES; may be empty */
  const char* allow;     /* a statement that would allow it; may be empty */
  const char* json;      /* all of it: docs/running.md, --audit */
} sbxc_denial;

typedef struct sbxc_start_options { /* begin with SBXC_START_OPTIONS */
  size_t size;
  const char* program;            /* sbxc itself; NULL: where it is installed, never PATH */
  const char* policy_text;        /* instead of a file; NULL: the file */
  const char* const* defines;     /* NAME=VALUE for params and $cwd, $home…, up to a NULL */
  const char* const* environment; /* NAME=VALUE up to a NULL; NULL: that of this process. What the
                                     policy lets pass of it reaches the command */
  const char* directory;          /* where the command starts, and relative paths with it */
  int standard[3];                /* input, output, error; -1: this process's */
  void (*on_denial)(const sbxc_denial* denial, void* context); /* called by sbxc_sandbox_wait() */
  void* context;
} sbxc_start_options;

#define SBXC_START_OPTIONS \
  { sizeof(sbxc_start_options), NULL, NULL, NULL, NULL, NULL, {-1, -1, -1}, NULL, NULL }

/* `policy` is a file, NULL with policy_text; `command` ends with a NULL; `options` may be NULL.
 * SBXC_OK means that sbxc runs: what it finds wrong with the policy or this machine is told on the
 * command's standard error and by the statuses 125 and 6 of `sbxc help exit-codes`. */
SBXC_API int sbxc_sandbox_start(const char* policy, const char* const* command,
                                const sbxc_start_options* options, sbxc_sandbox** sandbox,
                                sbxc_error* error);
/* Readable (POLLIN, POLLHUP) when sbxc_sandbox_wait() has something to do. Not to be closed. */
SBXC_API int sbxc_sandbox_descriptor(const sbxc_sandbox* sandbox);
/* Tells the denials that have come, and waits for more or the end: -1 for ever, 0 not at all, or so
 * many milliseconds. SBXC_OK: it has ended, `status` as `sbxc run` gives it. SBXC_RUNNING: not yet.
 * Call it in time: the supervisor waits, with signals too, when a megabyte of denials is not taken.
 */
SBXC_API int sbxc_sandbox_wait(sbxc_sandbox* sandbox, int milliseconds, int* status,
                               sbxc_error* error);
/* To the command. SIGTERM and SIGHUP give it five seconds. */
SBXC_API int sbxc_sandbox_signal(sbxc_sandbox* sandbox, int signal);
/* Ends what still runs, with everything it started, and frees the handle. NULL: nothing. */
SBXC_API void sbxc_sandbox_close(sbxc_sandbox* sandbox);

#ifdef __cplusplus
}
#endif

#endif
