// SPDX-License-Identifier: GPL-2.0-or-later
/* Of functions named same_…, both builds have the same checksum; of others_…, they have not. */
#include "kernel.h"

extern struct static_key key_a, key_b;
extern int other(int x);

#ifdef PATCHED
/* Moves and renumbers what follows, and changes none of it. */
noinline int added(int x)
{
	static int calls;

	printk("added %d\n", calls += x);
	return calls;
}
#define CALLEE	other
#define STRING	"after\n"
#define FLAGS	3
#define KEY	key_b
#define VALUE	{ 1, 3 }
#define LINE	77
#else
#define CALLEE	exported
#define STRING	"before\n"
#define FLAGS	1
#define KEY	key_a
#define VALUE	{ 1, 2 }
#define LINE	70
#endif

int same_object[2] = { 5, 6 };
int others_object[2] = VALUE;

noinline int same_static(int x)
{
	static int calls;

	return x + ++calls;
}

int same_string(int x)
{
	return printk("the same\n") + same_static(x) + same_object[x & 1];
}

int same_alias(int x) __attribute__((alias("same_string")));

int same_line(int x)
{
	warn_at(LINE, 1);
	return x;
}

int others_string(int x)
{
	return printk(STRING) + x;
}

int others_callee(int x)
{
	return CALLEE(x) + 1;
}

int others_flags(int x)
{
	warn_at(1, FLAGS);
	return x;
}

int others_key(int x)
{
	return static_branch(&KEY) ? x : exported(x);
}
