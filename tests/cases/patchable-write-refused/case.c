// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What --write does not do, each with the reason: more than one word, memory that cannot be
 * written to, a pointer to data that the livepatch has or to code that runs at boot, another
 * size, a part of a pointer's text, what did not change.  What it would do is named where it was
 * not asked to.
 */
#include "kernel.h"

#ifdef PATCHED
#define PICK(a, b) (b)
#else
#define PICK(a, b) (a)
#endif

static int two_words[6] = { PICK(1, 2), 3, 4, PICK(5, 6) };
static int sealed __section(".data..ro_after_init") = PICK(1, 2);
static int larger[PICK(2, 3)] = { 1 };
static int could = PICK(1, 2);
static int same = 3;
static const char *text = PICK("one", "two");

static int old_numbers[2] = { 1, 2 };
#ifdef PATCHED
static int added[2] = { 3, 4 };
#endif

int one(int x)
{
	return exported(x);
}

#ifdef PATCHED
static int __init at_boot(int x)
{
	return exported(x) + 2;
}
#endif

int (*to_boot)(int x) = PICK(one, at_boot);
int *to_new = PICK(old_numbers, added);

int user(int x)
{
	return two_words[x] + sealed++ + larger[x]++ + could++ + same++ + to_new[x] + to_boot(x) +
	       printk(text) + PICK(0, 1);
}

void set(int x, const char *s)
{
	two_words[x] = x;
	old_numbers[x] = x;
	text = s;
}
