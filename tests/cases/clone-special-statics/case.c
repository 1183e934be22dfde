// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the compiler and the once-macros make for one function is copied with it:
 * its own __func__, its own "already done"; other statics are the kernel's.
 */
#include "kernel.h"

#define once(x)                                                             \
({                                                                          \
	static u8 __section(".data..once") __already_done;                  \
	static u8 __section(".data..once") other_name;                      \
	use(&other_name);                                                   \
	if (!__already_done) {                                              \
		__already_done = 1;                                         \
		printk("%s: once\n", x);                                    \
	}                                                                   \
})

int untouched(int x)
{
	static int calls;

	once(__func__);
	return x + ++calls;
}

int changed(int x)
{
	static int calls;
	static u8 __key;

#ifdef PATCHED
	x++;
#endif
	once(__func__);
	use(&__key);
	return x + ++calls;
}
