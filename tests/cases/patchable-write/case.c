// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --write: one word of the kernel's data is set while the livepatch is enabled: a number that
 * is all of an object or a part of one, a flag of one byte, a slot that leads to another
 * function of the kernel, also to one that is replaced, to one of the livepatch, or to none.
 */
#include "kernel.h"

#ifdef PATCHED
#define PICK(a, b) (b)
#else
#define PICK(a, b) (a)
#endif

struct table {
	const char *name;
	int min, max;
};

struct ops {
	int (*first)(int x);
	int (*second)(int x);
	int (*third)(int x);
};

static int limit = PICK(4096, 8192);
static u8 flag = PICK(0, 1);
static long from_zero = PICK(0, 7);
struct table bounds = { "bounds", 1, PICK(100, 300) };

int one(int x)
{
	return exported(x);
}

int two(int x)
{
	return exported(x) + PICK(1, 2);
}

struct ops to_replaced = { one, PICK(one, two), one };
struct ops to_exported = { one, one, PICK(one, exported) };
struct ops from_null = { one, PICK(NULL, one), one };
#ifdef PATCHED
static int added(int x)
{
	return exported(x) + 3;
}
#endif

struct ops to_added = { one, one, PICK(one, added) };
struct ops to_null = { PICK(one, NULL), one, one };

void set(int x)
{
	limit = x;
	flag = (u8)x;
}

int user(int x)
{
	return limit + flag + bounds.max + (int)from_zero++ + to_replaced.second(x) +
	       to_exported.third(x) + to_added.first(x) + PICK(0, 1);
}
