/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that ends at the first, second, … allocation: for programs linked with
 * -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc.
 *
 * Under the address sanitizer each piece of an arena is an allocation (util/arena.c),
 * and the leak sanitizer sees what is forgotten.
 */
#ifndef OOM_H
#define OOM_H

#include <stdbool.h>
#include <stddef.h>

/* The linker replaces functions, so that these two cannot be arguments. */
static long allocations_left = -1; /* negative: no end */
static bool ended;

static bool may_allocate(void)
{
	if (allocations_left < 0)
		return true;
	if (!allocations_left) {
		ended = true;
		return false;
	}
	allocations_left--;
	return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

void *__wrap_malloc(size_t size)
{
	return may_allocate() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t n, size_t size)
{
	return may_allocate() ? __real_calloc(n, size) : NULL;
}

void *__wrap_realloc(void *p, size_t size)
{
	return may_allocate() ? __real_realloc(p, size) : NULL;
}

#endif
