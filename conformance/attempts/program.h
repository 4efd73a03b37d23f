/* Other programs as a way: what they print is handed over. */
#ifndef SBXC_CONFORMANCE_ATTEMPTS_PROGRAM_H
#define SBXC_CONFORMANCE_ATTEMPTS_PROGRAM_H

#include "attempt.h"

/* Runs a program with these words, looked for as execvp does, and hands over what it prints on
 * either channel. Its exit status, 128 and the signal's number, or -1 with errno where it could not
 * be executed. */
int got_output_of(const char* const words[]);

/* The same as a whole attempt: done when it exits with 0, refused otherwise. A machine that has no
 * such program cannot make the attempt. */
enum ending runs(const char* const words[]);
enum ending runs_shell(const char* script);

#endif
