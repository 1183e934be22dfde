// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Running: the patched functions see the original's statics, of which there is
 * one each, with the values that unpatched functions gave them; strings and
 * constants of their own; objects that are new.
 */
#include "kernel.h"

static int calls = 3;
static long sums[4] = { 1, 2, 3, 4 };
static const char *last = "none";
static struct pair { short a; char b; const char *name; } pairs[] = {
	{ 1, 'x', "first" }, { 2, 'y', "second" },
};
int shared = 11;

void count(int by)
{
	calls += by;
	sums[by & 3] += calls;
}

void name_it(const char *name)
{
	last = name;
	pairs[1].name = name;
}

int next_ticket(void)
{
	static int ticket = 100;
#ifdef PATCHED
	static int step = 5;

	step++;
	ticket += step;
#endif
	return ++ticket;
}

#ifdef PATCHED
static unsigned char history[16];
static unsigned int nr_history;
#endif

void tell(void)
{
#ifdef PATCHED
	static const char *const words[] = { "zero", "one", "many" };

	history[nr_history++ & 15] = (unsigned char)calls;
	printk("patched: %s calls, %d entries, first %d\n", words[calls > 1 ? 2 : calls],
	       nr_history, history[0]);
#endif
	printk("calls %d, last %s, shared %d, exported %d\n", calls, last, shared, exported_data);
	for (int i = 0; i < 4; i++)
		printk("sum %d: %ld\n", i, sums[i]);
	for (int i = 0; i < 2; i++)
		printk("pair %d: %d %x %s\n", i, pairs[i].a, pairs[i].b, pairs[i].name);
	shared++;
}
