// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Only the type of an exception handler differs, which stands in the table alone (F31).
 */
#include "kernel.h"

#ifdef PATCHED
#define TYPE 4
#else
#define TYPE 3
#endif

int untouched(const ulong *p)
{
	ulong v = 0;

	return get_user(v, p, 3) ?: (int)v;
}

int changed(const ulong *p)
{
	ulong v = 0;

	return get_user(v, p, TYPE) ?: (int)v;
}
