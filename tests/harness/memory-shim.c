// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A library to be loaded before all others (LD_PRELOAD): the allocation of number MEMORY_ENDS_AT
 * fails, and one byte to the file of number MEMORY_ENDS_TELL says so.  Allocations of zlib
 * and the C library count as well; MEMORY_ENDS_FOR_GOOD: all that follow fail, too.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long left;
static int tell = -1;
static bool for_good;

__attribute__((constructor)) static void begin(void)
{
	left = atol(getenv("MEMORY_ENDS_AT") ?: "-1");
	for_good = getenv("MEMORY_ENDS_FOR_GOOD");
	tell = atoi(getenv("MEMORY_ENDS_TELL") ?: "-1");
	/* Not for those that it starts. */
	unsetenv("LD_PRELOAD");
}

/* Before begin(), left is 0 and tell -1. */
static bool ends(void)
{
	if (tell < 0 || left < 0)
		return false;
	if (left--)
		return false;
	if (for_good)
		left = 0;
	if (write(tell, "!", 1) != 1)
		_exit(99);
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	static void *(*next)(size_t);

	next = next ?: (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
	return ends() ? NULL : next(size);
}

void *realloc(void *p, size_t size)
{
	static void *(*next)(void *, size_t);

	next = next ?: (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
	return ends() ? NULL : next(p, size);
}

/* dlsym() may ask for some before it has found this one. */
void *calloc(size_t n, size_t size)
{
	static void *(*next)(size_t, size_t);
	static char first[4096];
	static size_t used;
	static bool looks;

	if (!next && looks) {
		used += (n * size + 15) & ~(size_t)15;
		return used <= sizeof(first) ? first + used - ((n * size + 15) & ~(size_t)15) : NULL;
	}
	looks = true;
	next = next ?: (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
	return ends() ? NULL : next(n, size);
}
