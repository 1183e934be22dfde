// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function gets another static of a name that one of its statics has, in a block in front.  Clang
 * numbers the later ones, so that the new one takes the old one's name: which one the kernel has
 * is told by its contents and users, and no name moved.
 */
#include "kernel.h"

struct ops {
	int calls;
	const char *name;
};

int changed(int x)
{
#ifdef PATCHED
	if (x > 3) {
		static struct ops ops = { 77, "new" };

		ops.calls += x;
		use(&ops);
	}
#endif
	if (x < 3) {
		static struct ops ops = { 3, "old" };

		ops.calls ^= x;
		use(&ops);
	}
	return exported(x);
}
