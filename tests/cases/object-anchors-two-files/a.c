// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two files have tables of one name, which gcc reaches from the address of another object of the
 * section: each is held against its own file's, and what differs between the two is no change.
 */
#define FIRST	     4
#define NAME	     "first"
#define LABEL	     one
#define PREFIX(name) a_##name
#include "file.h"

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
