/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory of one run, and how much of it, and of time, the run may take.
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
#include <stdint.h>

struct arena_chunk;
struct arena_defer;
struct infile;

struct arena {
	struct arena_chunk *chunks;
	struct arena_defer *defers; /* run in reverse order of registration */
	struct infile *inputs;	    /* the files that the run reads (klp/infile.h) */
	const char *why;	    /* control went there for another reason, as text */
	size_t size, max_size;	    /* bytes of all chunks; see arena_expect() */
	uint64_t work, max_work;
	jmp_buf oom; /* where control goes when memory ends */
};

/* Make *a an empty arena.  The caller does setjmp(a->oom) before its first use. */
void arena_init(struct arena *a);

/* Run the deferred releases, newest first, then free all memory. */
void arena_free(struct arena *a);

/*
 * A run may take memory and time in proportion to the files that it reads: a file that makes it
 * take more is no compiler's work.  Add a file of that many bytes; UINT64_MAX: nobody knows.
 */
void arena_expect(struct arena *a, uint64_t bytes);

/* Return to a->oom for that reason. */
void arena_refuse(struct arena *a, const char *why) __attribute__((noreturn));

/*
 * Count steps of some fifty nanoseconds where files may ask for the square of their size: functions
 * that lie in each other, names of which there are many, lists of many objects.
 */
static inline void arena_work(struct arena *a, uint64_t steps)
{
	a->work += steps;
	if (a->work > a->max_work)
		arena_refuse(a,
			     "what the files hold takes more time than any of their size "
			     "should: functions that lie in each other, very many of one name, or a "
			     "list of very many objects");
}

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
