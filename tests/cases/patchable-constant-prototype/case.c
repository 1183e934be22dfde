// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The address of a constant is still in a register that may pass an argument when a function is
 * called that has fewer of them, as its declaration in the debugging information says (gcc has one
 * for what is called): the function does not read it.
 */
#include "kernel.h"

#ifdef PATCHED
#define VALUE 8
#else
#define VALUE 4
#endif

struct pair {
	long a, b;
};

extern int one(int x);
extern void none(void);
extern int of_pair(struct pair pair);

static const u16 table[] = { 1, 2, 5, 11, 6, 9, 12, 18, 24, VALUE };

#if defined(__x86_64__)
#define SIXTH "r9"
#elif defined(__aarch64__)
#define SIXTH "x5"
#elif defined(__powerpc64__)
#define SIXTH "r8"
#else
#define SIXTH "$a5"
#endif

int tells_one(unsigned int i)
{
	register const u16 *p __asm__(SIXTH) = table;

	__asm__ volatile("" : "+r"(p));
	return one(p[i]) + 1;
}

int tells_none(unsigned int i, int *to)
{
	register const u16 *p __asm__(SIXTH) = table;

	__asm__ volatile("" : "+r"(p));
	*to = p[i];
	none();
	return 1;
}

int tells_pair(unsigned int i)
{
	register const u16 *p __asm__(SIXTH) = table;

	__asm__ volatile("" : "+r"(p));
	return of_pair((struct pair){ p[i], 7 }) + 1;
}
