/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Objects of any size that look like a kernel's, made without a compiler.
 */
#ifndef BENCH_OBJECT_H
#define BENCH_OBJECT_H

#include <stdint.h>

struct arena;
struct diag;

/* What a kernel has much of, and an algorithm may go over again and again. */
enum bench_shape {
	BENCH_PLAIN,
	BENCH_ONE_NAME,	   /* static functions and objects of many files have one name */
	BENCH_ONE_STEM,	   /* … of one file, numbered by the compiler */
	BENCH_ONE_SECTION, /* built without -ffunction-sections and -fdata-sections */
	BENCH_CHAIN,	   /* ftrace can reach one function only, which the others are called by */
	BENCH_TABLES,	   /* many entries in tables for each function */
	BENCH_SUFFIXES,	   /* the strings are ends of one string */
	BENCH_KERNEL,	   /* each function calls another one of the kernel */
	BENCH_REPLACED,	   /* each function has an alternative, and a table is about that */
	BENCH_VALUES,	   /* the patched build's objects have other values: each is refused */
	BENCH_ORDER,	   /* the patched build has the statics of one stem in another order */
	BENCH_OVERLAP,	   /* as BENCH_ONE_SECTION, and every second function is within another one */
	BENCH_SHAPES,
};
extern const char *const bench_shapes[BENCH_SHAPES];

struct bench_object {
	uint32_t functions;
	uint32_t differ;	/* the patched build differs in every differ-th function; 0: none */
	enum bench_shape shape;
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
