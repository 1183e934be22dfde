// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A variable that the patch calls otherwise is a new one to klp, and what the kernel's holds is lost
 * to the copies: a warning names both (F42).  One that is new where another one went is not, if
 * other functions used that, if it is of another size, or if the user says that it is new.
 */
#include "kernel.h"

#ifdef PATCHED
#define users	nr_users
#define buffer	larger
#define of_both	of_one
#define said	other
#define SIZE	32
#define ALSO	0
#else
#define SIZE	16
#define ALSO	1
#endif

static int users;
static char buffer[SIZE];
static long of_both;
static short said;
static int stays;

int get(int x)
{
	use(&users);
	return exported(x);
}

int put(int x)
{
	static int calls;
#ifdef PATCHED
	static int in_place;

	use(&in_place);
#else
	static int of_that_name;

	use(&of_that_name);
#endif
	use(&users);
	use(&calls);
	return exported(x) + 1;
}

int fill(int x)
{
	use(buffer);
	use(&of_both);
	use(&said);
	return exported(x) + 2;
}

int second(int x)
{
#ifndef PATCHED
	use(&of_both);
#endif
	use(&stays);
	return exported(x) + 3;
}
