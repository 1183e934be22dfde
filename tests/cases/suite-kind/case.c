// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A name is that of a function in one build and of an object in the other.  Where both are the
 * file's own, one is gone and the other new.  A new one that other files see is refused: what of
 * them stays in the kernel means the one that was, and so does every reference by that name.
 */
#include "kernel.h"

#ifndef NEW
#define NEW
#endif
#ifndef OLD
#define OLD
#endif

#ifdef PATCHED
NEW noinline int was_object(int x)
{
	return exported(x) + 9;
}
NEW int was_function = 5;

int changed(int x)
{
	return was_object(x) + was_function++;
}
#else
OLD int was_object = 4;
OLD noinline int was_function(int x)
{
	return exported(x) + 7;
}

int changed(int x)
{
	return was_object++ + was_function(x);
}
#endif

int untouched(int x)
{
	return exported(x);
}
