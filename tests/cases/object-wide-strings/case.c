// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Strings of wide characters, where the bytes of one may be zero: another
 * character behind the first is a change, and another string in front is none.
 */
#include "kernel.h"

extern int wide(const void *s);

#ifdef PATCHED
int in_front(void)
{
	return wide(U"in front") + wide(u"of all");
}
#endif

int untouched(int x)
{
	return wide(U"xyz") + wide(u"uvw") + x;
}

int changed(int x)
{
#ifdef PATCHED
	return wide(U"\u0100d") + wide(u"abc");
#endif
	return wide(U"\u0100c") + wide(u"abc");
}

int changed_too(int x)
{
#ifdef PATCHED
	return wide(U"fgh") + wide(u"\u0200i");
#endif
	return wide(U"fgh") + wide(u"\u0200h");
}
