// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --write: a slot that is to lead to a function which the patch adds to another file, so that
 * another object of the livepatch has it: the module has to stay all the same.
 */
#include "kernel.h"

#ifdef PATCHED
#define PICK(a, b) (b)
#else
#define PICK(a, b) (a)
#endif

extern int elsewhere(int x);

int one(int x)
{
	return exported(x);
}

int (*slot)(int x) = PICK(one, elsewhere);

int user(int x)
{
	return slot(x) + PICK(0, 1);
}
