/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Damage object files in every simple way, and see what a function makes of them.
 */
#ifndef DAMAGE_H
#define DAMAGE_H

#include <stdbool.h>

struct damage_run;

/*
 * What is tried: called with the path of a damaged file, which is valid during
 * the call only, that of the undamaged one, and a directory for output.
 * Returns 0 if the file was accepted and 1 if it was refused, both as they
 * should be; or -1, with a line on stderr, if something is wrong.
 */
typedef int damage_fn(const char *damaged, const char *good, const char *dir, void *arg);

/*
 * argv: [-v] [-r N] FILE...; -v names every damage before it is tried (to find
 * the one that crashes), -r changes bytes at random, N times in each file.
 * Files above 64 KiB are skipped.  Returns the exit status.
 */
int damage_files(int argc, char **argv, damage_fn *fn, void *arg);

#endif
