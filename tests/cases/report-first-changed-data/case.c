// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --show-first-changed: a constant of a pool, and a function's .cold part.
 */
#include "kernel.h"

#ifdef PATCHED
#define LAST 0x99
#define STRING "far too much: %d\n"
#else
#define LAST 0x44
#define STRING "too much: %d\n"
#endif

typedef int vector __attribute__((vector_size(16)));

extern int printk_cold(const char *fmt, ...) __attribute__((cold));

void constant(vector *v)
{
	*v += (vector){ 11, 22, 33, LAST };
}

int in_part(int x)
{
	int y = exported(x);

	if (unlikely(x > 100)) {
		printk_cold(STRING, x);
		y++;
	}
	return exported(y) - y;
}
