// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Only the key of a static branch differs, which stands in the table alone (F31).
 */
#include "kernel.h"

struct static_key key_a, key_b;

#ifdef PATCHED
#define KEY key_b
#else
#define KEY key_a
#endif

int untouched(int x)
{
	return static_branch(&key_a) + x;
}

int changed(int x)
{
	return static_branch(&KEY) + x;
}
