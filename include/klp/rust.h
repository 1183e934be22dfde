/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of symbols as Rust's compiler makes (mangles) them, and the numbers in them. */
#ifndef KLP_RUST_H
#define KLP_RUST_H

#include <stdbool.h>
#include <stddef.h>

/* Room for a stem; a name that needs more is taken as it is. */
#define RUST_STEM_SIZE 8192

/*
 * If name is one of Rust's (v0), its stem, with a NUL behind it: the name without numbers.  *used:
 * the length of what it stands for; what others appended (".llvm.123") begins there.  *numbered:
 * without the number, it may be the name of several (closures, statics of functions).
 */
bool rust_stem(const char *name, char stem[RUST_STEM_SIZE], size_t *used, bool *numbered);

/* Is it one of before v0, of which only a hash tells closures and instances apart? */
bool rust_is_legacy(const char *name);

#endif
