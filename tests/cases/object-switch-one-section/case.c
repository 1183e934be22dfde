// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Jump tables of several functions in one section without symbols
 * (-fno-data-sections): the changed function's is found and copied alone (L6).
 */
#include "kernel.h"

#define CASES(n)                                   \
	case n + 0: return exported(3 + n);        \
	case n + 1: return exported(7 + n) + 1;    \
	case n + 2: return exported(11 + n) ^ 2;   \
	case n + 3: return exported(19 + n) * 3;   \
	case n + 4: return exported(23 + n) - 4;   \
	case n + 5: return exported(41 + n) | 5

int untouched(int x)
{
	switch (x) {
	CASES(0);
	CASES(6);
	}
	return -22;
}

int changed(int x)
{
	switch (x) {
	CASES(0);
	CASES(6);
	CASES(12);
	}
#ifdef PATCHED
	x++;
#endif
	return -x;
}

int untouched_too(int x)
{
	switch (x) {
	CASES(3);
	CASES(9);
	}
	return -22;
}
