// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A debug message of a module: its key is in its descriptor, of which the copy has its
 * own, so that the entry stays, and the message can be switched on.
 */
#include "kernel.h"

/* before 5.9: __verbose, and the static is called descriptor */
#ifndef MESSAGES
#define MESSAGES "__dyndbg"
#define MESSAGE __UNIQUE_ID_ddebug12
#endif

struct descriptor {
	const char *module, *function, *file, *format;
	ulong line;
	struct static_key key;
};

#define pr_debug(text)                                                            \
({                                                                                \
	static struct descriptor __section(MESSAGES) __aligned(8) MESSAGE =       \
		{ "my_mod", "function", "case.c", text, 7 };                      \
	if (static_branch(&MESSAGE.key))                                          \
		printk(text);                                                     \
})

int untouched(int x)
{
	pr_debug("untouched");
	return exported(x) + 1;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	pr_debug("in the copy");
	return exported(x);
}
