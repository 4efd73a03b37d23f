/* What an attempt is: one function that tries one way out of a sandbox, on things that the suite
 * made for it, and hands over what it got. Whether it escaped is decided outside, from what the
 * suite sees there (docs/conformance.md); what is said here is detail. The same program makes the
 * attempt outside first, where it has to succeed.
 *
 * The probe program is static and uses the C library alone, so that it runs in any sandbox. It is
 * called `probe ID key=value…`; the words after the id are the scene: where the things are. */
#ifndef SBXC_CONFORMANCE_ATTEMPTS_ATTEMPT_H
#define SBXC_CONFORMANCE_ATTEMPTS_ATTEMPT_H

#include <stddef.h>

/* How an attempt ended, as far as it can know. */
enum ending {
  ENDING_DONE,    /* every step was carried out */
  ENDING_REFUSED, /* a step was refused: refused() was called with it */
  ENDING_CANNOT   /* this machine cannot make the attempt at all: cannot() was called with why */
};

typedef enum ending (*attempt_function)(void);

struct attempt {
  const char* id;
  attempt_function run;
  struct attempt* next;
};

void add_attempt(struct attempt* attempt);

/* ATTEMPT(FSR, 001) { … } is the attempt of the probe `FSR-001`, and is found by that name. */
#define ATTEMPT(group, number)                                                         \
  static enum ending attempt_##group##_##number(void);                                 \
  __attribute__((constructor)) static void add_attempt_##group##_##number(void) {      \
    static struct attempt entry = {#group "-" #number, attempt_##group##_##number, 0}; \
    add_attempt(&entry);                                                               \
  }                                                                                    \
  static enum ending attempt_##group##_##number(void)

/* The value of a word of the scene. Ends the program with status 2 where there is none: the
 * manifest and the attempt do not fit together. */
const char* scene(const char* key);
/* The same as a number, in decimal. */
long scene_number(const char* key);
/* `$work/src/a` for the word `work` and the rest `src/a`. Lives until the program ends. */
const char* scene_path(const char* key, const char* rest);

/* Bytes that the attempt obtained. Evidence when they hold a secret of the suite. */
void got(const void* bytes, size_t size);
/* The whole of a file, handed to got(). 0, or -1 with errno. */
int got_file(const char* path);
int got_descriptor(int fd);
/* Writes a whole new or emptied file, for attempts that are about writing. 0, or -1 with errno. */
int put_file(const char* path, const void* bytes, size_t size);

/* Says `holding` and keeps everything as it is until the host has looked at this process from
 * outside, which it ends with a byte on standard input; for two seconds at most. */
void hold(void);
/* The same, and has a prop of the suite do its part: `make`, `dial`. Which words are known stands
 * with the props in docs/conformance.md. 1 where the host has answered. */
int hold_for(const char* word);

/* Tells which call was refused and with what errno; gives ENDING_REFUSED. */
enum ending refused(const char* call, int error);
/* Tells why this machine cannot make the attempt (a system call it has not, a missing program);
 * gives ENDING_CANNOT. Never for a refusal: an attempt that says this inside but not outside has
 * been refused. */
enum ending cannot(const char* why);

#endif
