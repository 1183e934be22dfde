// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data that the kernel has in use and whose initial value, size or contents of
 * pointers changed cannot be patched: each is refused, with its name, place and
 * what to do, all in one run (L2).
 */
#include "kernel.h"

#ifdef PATCHED
#define SIZE 5
#define VALUE 2
#define TARGET two
#define ZEROED { 0, 1 }
#define POINTER one
#else
#define SIZE 4
#define VALUE 1
#define TARGET one
#define ZEROED { 0, 0 }
#define POINTER 0
#endif

int one(int x)
{
	return exported(x);
}

int two(int x)
{
	return exported(x) + 1;
}

int value[3] = { 7, 8, VALUE };
static int size[SIZE] = { 1 };
static int less[9 - SIZE] = { 1 };
int (*const pointers[4])(int x) = { one, TARGET, two, one };
int zeroed[2] = ZEROED;
int (*pointer)(int x) = POINTER;
int same = 3;

int user(int x)
{
	size[x]++;
	less[x]++;
	return value[x] + size[x] + less[x] + pointers[x](x) + same;
}
