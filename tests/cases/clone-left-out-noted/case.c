// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * .printk_index, and an .sframe that cannot be read, are left out, which is said where copied
 * functions have entries in them, and only there.
 */
#include "kernel.h"

struct pi_entry {
	const char *fmt, *func, *file;
	unsigned int line;
};

#define index_message(text)                                                          \
({                                                                                   \
	static const struct pi_entry _entry __used = { text, __func__, "case.c", 7 }; \
	static const struct pi_entry *_entry_ptr __used __section(".printk_index") = &_entry; \
})

#define frame(f) ".pushsection .sframe, \"a\", @0x6ffffff4\n" \
		 LONG_ADDR " " f "\n.popsection\n"

int untouched(int x)
{
	index_message("untouched");
	return exported(x);
}

int changed(int x)
{
#ifdef CHANGED
#ifdef PATCHED
	x++;
#endif
	index_message("one");
	index_message("two");
#endif
	return exported(x) + 1;
}

int other(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x) + 2;
}

#ifdef CHANGED
asm(frame("changed"));
#endif
asm(frame("untouched"));
