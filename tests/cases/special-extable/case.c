// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entries of the exception table: a changed function keeps its own, an unchanged
 * one's stay out (F9); fixups lead to the copy.
 */
#include "kernel.h"

int untouched(const ulong *p)
{
	ulong v = 0;

	return get_user(v, p, 3) ?: (int)v;
}

int changed(const ulong *p)
{
	ulong v = 0, w = 0;

	if (get_user(v, p, 3))
		return -1;
#ifdef PATCHED
	if (get_user(w, p + 1, 3))
		return -2;
#endif
	return (int)(v + w);
}
