// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The memory of one run: chunks that only grow, and that are freed together.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arena.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ONE_BY_ONE
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_ONE_BY_ONE
#endif

/* The sanitizer sees an overrun only if each allocation is one of malloc's. */
#ifdef ARENA_ONE_BY_ONE
#define CHUNK_SIZE 0
#else
#define CHUNK_SIZE ((size_t)128 << 10)
#endif

struct arena_chunk {
	struct arena_chunk *next, *prev;
	size_t used, size;
	max_align_t data[];
};

struct arena_defer {
	struct arena_defer *next;
	void (*fn)(void *arg);
	void *arg;
};

/* Of a run, and for each byte of its files: 1 MB gets no 256 MiB, and some two seconds. */
#define SIZE_BASE ((size_t)160 << 20)
#define SIZE_EACH 64
#define WORK_BASE ((uint64_t)4 << 20)
#define WORK_EACH 8

void arena_init(struct arena *a)
{
	memset(a, 0, sizeof(*a));
	a->max_size = SIZE_BASE;
	a->max_work = WORK_BASE;
}

void arena_expect(struct arena *a, uint64_t bytes)
{
	a->max_size = bytes > (SIZE_MAX - a->max_size) / SIZE_EACH
			      ? SIZE_MAX
			      : a->max_size + bytes * SIZE_EACH;
	a->max_work = bytes > (UINT64_MAX - a->max_work) / WORK_EACH
			      ? UINT64_MAX
			      : a->max_work + bytes * WORK_EACH;
}

void arena_refuse(struct arena *a, const char *why)
{
	a->why = why;
	longjmp(a->oom, 1);
}

void arena_free(struct arena *a)
{
	struct arena_chunk *chunk, *next;

	/* A release is unlinked before it runs: it may use the arena, or be cut short. */
	while (a->defers) {
		struct arena_defer *defer = a->defers;

		a->defers = defer->next;
		defer->fn(defer->arg);
	}
	for (chunk = a->chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	a->chunks = NULL;
}

void arena_fail(struct arena *a)
{
	longjmp(a->oom, 1);
}

static void link_chunk(struct arena *a, struct arena_chunk *chunk, struct arena_chunk *prev)
{
	chunk->prev = prev;
	chunk->next = prev ? prev->next : a->chunks;
	if (chunk->next)
		chunk->next->prev = chunk;
	if (prev)
		prev->next = chunk;
	else
		a->chunks = chunk;
}

/* Pieces of that size get a chunk of their own. */
static bool is_alone(size_t size)
{
	return size > CHUNK_SIZE / 4;
}

static void unlink_chunk(struct arena *a, struct arena_chunk *chunk)
{
	if (chunk->next)
		chunk->next->prev = chunk->prev;
	if (chunk->prev)
		chunk->prev->next = chunk->next;
	else
		a->chunks = chunk->next;
}

/* Rounded up, so that the next piece is aligned too. */
static size_t aligned(size_t size)
{
	return (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
}

/* The bytes that a piece takes of its chunk, at whose end fewer may be left. */
static size_t taken(const struct arena_chunk *chunk, const void *piece, size_t size)
{
	size_t left = (size_t)((const char *)chunk->data + chunk->size - (const char *)piece);

	return aligned(size) < left ? aligned(size) : left;
}

/* The newest piece of the current chunk: it can be given back, and grow where it is. */
static bool is_newest(const struct arena *a, const void *piece, size_t size)
{
	const struct arena_chunk *chunk = a->chunks;
	const char *begin = chunk ? (const char *)chunk->data : NULL, *p = piece;

	return chunk && size && !is_alone(size) && p >= begin && p < begin + chunk->used &&
	       p + taken(chunk, p, size) == begin + chunk->used;
}

/* NULL when memory is exhausted. */
static void *try_alloc(struct arena *a, size_t size)
{
	struct arena_chunk *chunk = a->chunks;
	size_t room;
	void *p;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = size ? size : 1;
	if (chunk && !is_alone(size) && size <= chunk->size - chunk->used)
		goto found;

	room = is_alone(size) ? size : CHUNK_SIZE;
	if (room > a->max_size - a->size) {
		a->why = "what the files hold takes more memory than any of their size should";
		return NULL;
	}
	chunk = calloc(1, sizeof(*chunk) + room);
	if (!chunk)
		return NULL;
	chunk->size = room;
	a->size += room;

	/* A chunk made for one large piece is full: the current one stays current. */
	link_chunk(a, chunk, is_alone(size) ? a->chunks : NULL);
found:
	p = (char *)chunk->data + chunk->used;
	chunk->used += taken(chunk, p, size);
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	void *p = try_alloc(a, size);

	if (!p)
		arena_fail(a);
	return p;
}

void *arena_calloc(struct arena *a, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		arena_fail(a);
	return arena_alloc(a, total);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *copy = arena_alloc(a, len + 1);

	memcpy(copy, s, len);
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	size_t size = strlen(s) + 1;

	return memcpy(arena_alloc(a, size), s, size);
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *s;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		arena_fail(a);
	s = arena_alloc(a, (size_t)len + 1);
	vsnprintf(s, (size_t)len + 1, fmt, ap);
	return s;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

void arena_defer(struct arena *a, void (*fn)(void *arg), void *arg)
{
	struct arena_defer *defer = try_alloc(a, sizeof(*defer));

	if (!defer) {
		fn(arg);
		arena_fail(a);
	}
	defer->fn = fn;
	defer->arg = arg;
	defer->next = a->defers;
	a->defers = defer;
}

void arena_give_back(struct arena *a, void *array, size_t n, size_t size)
{
	struct arena_chunk *chunk;

	if (is_newest(a, array, n * size)) {
		size = taken(a->chunks, array, n * size);
		a->chunks->used -= size;
		/* Memory of the arena is zero until it is used. */
		memset(array, 0, size);
		return;
	}
	/* A piece that shares its chunk with others stays until the end. */
	if (!n || !is_alone(n * size))
		return;
	chunk = (void *)((char *)array - offsetof(struct arena_chunk, data));
	unlink_chunk(a, chunk);
	a->size -= chunk->size;
	free(chunk);
}

/* Room for more elements behind the newest piece. */
static bool grows_in_place(struct arena *a, void *array, size_t old, size_t total)
{
	struct arena_chunk *chunk = a->chunks;
	size_t more;

	if (!is_newest(a, array, old) || is_alone(total))
		return false;
	more = aligned(total) - taken(chunk, array, old);
	if (more > chunk->size - chunk->used)
		return false;
	chunk->used += more;
	return true;
}

void *arena_grow(struct arena *a, void *array, size_t nr, size_t *cap, size_t size)
{
	size_t bigger, total;
	void *copy;

	if (nr < *cap)
		return array;
	if (__builtin_mul_overflow(nr ? nr : 8, 2, &bigger))
		arena_fail(a);
	if (!__builtin_mul_overflow(bigger, size, &total) &&
	    grows_in_place(a, array, *cap * size, total)) {
		*cap = bigger;
		return array;
	}
	copy = arena_calloc(a, bigger, size);
	if (*cap)
		memcpy(copy, array, *cap * size);
	arena_give_back(a, array, *cap, size);
	*cap = bigger;
	return copy;
}

void *arena_zalloc(void *arena, unsigned int n, unsigned int size)
{
	return arena_calloc(arena, n, size);
}

void arena_zfree(void *arena, void *memory)
{
	(void)arena;
	(void)memory;
}
