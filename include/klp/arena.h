/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory of one run.
 *
 * Everything that a run allocates lives in its arena and is freed with it, in
 * one place.  Allocation does not fail: when memory is exhausted, control
 * returns to the setjmp() on arena->oom that the subcommand table makes,
 * which reports it and frees the arena.  What is not memory
 * (a mapping, an open file, a temporary one) is tied to the arena with
 * arena_defer(), so that it is released on that way too.
 */
#ifndef KLP_ARENA_H
#define KLP_ARENA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

struct arena_chunk;
struct arena_defer;
struct infile;

struct arena {
	struct arena_chunk *chunks;
	struct arena_defer *defers;	/* run in reverse order of registration */
	struct infile *inputs;		/* the files that the run reads (klp/infile.h) */
	jmp_buf oom;			/* where control goes when memory ends */
};

/* Make *a an empty arena.  The caller does setjmp(a->oom) before its first use. */
void arena_init(struct arena *a);

/* Run the deferred releases, newest first, then free all memory. */
void arena_free(struct arena *a);

/* Memory, or the numbers that index it, are exhausted: return to a->oom. */
void arena_fail(struct arena *a) __attribute__((noreturn));

/* size zeroed bytes, aligned for any type; never NULL (size 0 gives a unique address). */
void *arena_alloc(struct arena *a, size_t size);

/* n zeroed elements of size bytes; an overflowing product counts as exhausted memory. */
void *arena_calloc(struct arena *a, size_t n, size_t size);

/* A NUL-terminated copy of s, or of its first n bytes. */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);

/* printf into the arena. */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

/* Call fn(arg) when the arena is freed; at once if there is no memory to note it. */
void arena_defer(struct arena *a, void (*fn)(void *arg), void *arg);

/*
 * Free an array of n elements before its time: one that arena_calloc() or arena_grow() made.  A
 * small one that is not the newest piece stays until the end: give back in reverse order.
 */
void arena_give_back(struct arena *a, void *array, size_t n, size_t size);

/* For zlib (z_stream), with the arena as `opaque`: what it gives back stays until the end. */
void *arena_zalloc(void *arena, unsigned int n, unsigned int size);
void arena_zfree(void *arena, void *memory);

/*
 * Room for one more element in a growing array: returns the array (moved if it
 * was full), with at least nr + 1 elements of size bytes and *cap brought up to
 * date.  New elements are zeroed.  A pointer into the old array is worth nothing
 * any more.  While *cap is not 0, array is one of *cap elements that this function
 * or arena_calloc() made.
 */
void *arena_grow(struct arena *a, void *array, size_t nr, size_t *cap, size_t size);

#endif
