// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A switch that compilers turn into a table of values (.rodata..Lswitch.table.f, CSWTCH.1), which
 * the patch makes longer: the copy has its own table, with its strings, and the other function's
 * is not touched.
 */
#include "kernel.h"

noinline const char *name(int x)
{
	switch (x) {
	case 0: return "zero";
	case 1: return "one";
	case 2: return "two";
	case 3: return "three";
	case 4: return "four";
	case 5: return "five";
#ifdef PATCHED
	case 6: return "six";
#endif
	}
	return "many";
}

noinline int number(int x)
{
	switch (x) {
	case 0: return 17;
	case 1: return 4;
	case 2: return 99;
	case 3: return 23;
	case 4: return 5;
	case 5: return 71;
	}
	return 0;
}

int user(int x)
{
	return printk(name(x), number(x));
}
