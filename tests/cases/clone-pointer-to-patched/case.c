// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch stores the address of a function that it replaces, and calls the
 * function directly: the pointer names the original, so that the kernel's
 * redirection applies and goes with the patch (F23); the call goes to the copy.
 * A new function has no original.
 */
#include "kernel.h"

typedef int callback(int x);

extern void use_callback(callback *f);

struct timer {
	callback *expired;
};

noinline int replaced(int x)
{
#ifdef PATCHED
	printk("replaced\n");
#endif
	return exported(x);
}

noinline int replaced_too(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x) + 1;
}

noinline int kept(int x)
{
	return exported(x) + 2;
}

#ifdef PATCHED
int added(int x)
{
	return exported(x) + 3;
}

struct timer new_timer = { replaced };
#endif

int start(struct timer *t, int x)
{
#ifdef PATCHED
	t[0].expired = replaced;
	t[1].expired = added;
	t[2].expired = kept;
	new_timer.expired(replaced_too(x));
	return kept(x) + replaced_too(x + 1);
#endif
	return x;
}
