/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Objects of any size that look like a kernel's, made without a compiler.
 */
#ifndef BENCH_OBJECT_H
#define BENCH_OBJECT_H

#include <stdint.h>

struct arena;
struct diag;

struct bench_object {
	uint32_t functions;
	uint32_t differ;	/* the patched build differs in every differ-th function; 0: none */
};

/*
 * Write the object to path.  Each function calls two others, prints a string,
 * counts in a static variable of its own, warns (__bug_table) and has a guarded
 * access (__ex_table) and ftrace entries; every second one is static, and 32
 * make a source file.
 */
int bench_write(const struct bench_object *b, const char *path, struct arena *arena,
		struct diag *diag);

#endif
