// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One of the builds marks a table's entries (.discard.annotate_data, an entry size), the other does
 * not, as where a patch takes away the last macro that marks: the entries are what they are all
 * the same, and no change.
 */
#include "kernel.h"

struct static_key key = { 1 };

int untouched(int x)
{
	warn_at(21, 0x901);
	return static_branch(&key) + x;
}

int changed(int x)
{
	warn_at(41, 0x901);
#ifdef PATCHED
	x++;
#endif
	return static_branch(&key) + exported(x);
}
