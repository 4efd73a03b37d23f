/* The steps that attempts on files are made of. Each is one sentence: what it got or wrote is
 * evidence enough, and the first call that is refused ends it. What is written is the nonce of the
 * scene, by which the suite recognises it. */
#ifndef SBXC_CONFORMANCE_ATTEMPTS_FILE_STEPS_H
#define SBXC_CONFORMANCE_ATTEMPTS_FILE_STEPS_H

#include "attempt.h"

/* printf into a text that lives until the program ends. */
__attribute__((format(printf, 1, 2))) const char* text(const char* format, ...);

/* Hands over the whole file. */
enum ending reads(const char* path);
enum ending reads_at(int directory, const char* path);
/* Hands over the file through a descriptor that is open already; ENDING_REFUSED for -1. */
enum ending reads_open(int fd, const char* call);
/* Hands over the names in a directory. */
enum ending lists(const char* path);

/* Writes a line with the nonce at the end of a file that is there. */
enum ending appends(const char* path);
/* A new or emptied file that holds the nonce; directories above it are made. */
enum ending plants(const char* path);
/* The same with a text of its own, and executable. */
enum ending plants_program(const char* path, const char* content);
/* A file that holds the nonce, made in the project, takes the place of another. */
enum ending replaces(const char* path);
enum ending removes(const char* path);
/* rename(2). */
enum ending moves(const char* from, const char* to);
/* rename(2), then hands over the file `below` the new name. */
enum ending moves_and_reads(const char* from, const char* to, const char* below);

/* Writes the nonce to a descriptor and closes it; ENDING_REFUSED for -1. */
enum ending writes_open(int fd, const char* call);
/* The directories above a path. 0, or -1 with errno. */
int make_above(const char* path);

/* ENDING_DONE for anything but -1, else refused() with errno. */
enum ending ended(long result, const char* call);

#endif
