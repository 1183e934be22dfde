// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function that has static objects of a name gets one more, and the numbers shift: the new
 * one is copied, the others stay the kernel's, and klp check takes it for none of them.
 */
#include "kernel.h"

struct pair {
	int a, b;
};

extern int take(const void *s);

/* As NL_SET_ERR_MSG() of Linux does it. */
#define MSG(s) do { static const char __msg[] = s; take(__msg); } while (0)

int messages(int x)
{
#ifdef PATCHED
	if (x == 77)
		MSG("a new one");
#endif
	if (x < 3)
		MSG("the first one");
	if (x > 8)
		MSG("the second one of them");
	return exported(x);
}

int other_messages(int x)
{
	if (x == 9)
		MSG("one of another function");
	return exported(x) * 3;
}

int counters(int x)
{
	if (x > 5) {
		static int n;

		n ^= x;
		if (n == 5)
			printk("%d\n", n);
	}
#ifdef PATCHED
	if (x < 4) {
		static int n = 4;

		n += 2 * x;
		if (n > 9)
			printk("many\n");
	}
#endif
	return exported(x);
}

/* clang calls the first compound literal .compoundliteral, and numbers from the second on. */
#ifdef PATCHED
static const struct pair *newer[] = { &(const struct pair){ 11, 12 },
				      &(const struct pair){ 13, 14 } };
#endif
static const struct pair *table[] = { &(const struct pair){ 1, 2 }, &(const struct pair){ 3, 4 } };
static struct pair *writable[] = { &(struct pair){ 1, 2 }, &(struct pair){ 3, 4 } };

int literals(int x)
{
#ifdef PATCHED
	x += take(newer[x & 1]);
#endif
	return take(table[x & 1]) + take(writable[x & 1]);
}

int other_literals(int x)
{
	writable[x & 1]->a++;
	return take(writable[0]);
}
