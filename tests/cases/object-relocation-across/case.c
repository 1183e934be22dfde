// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A symbol that ends inside of a pointer (assembly with a wrong .size): a copy of the object would
 * have half of it, and the loader would write behind it.
 */
#include "kernel.h"

#ifdef PATCHED
asm(".pushsection .data.short_one, \"aw\"\n.balign 8\n.type short_one, %object\n"
    ".size short_one, 12\nshort_one: " LONG_ADDR " 1\n" LONG_ADDR " exported_data\n.popsection\n");
extern u64 short_one[];
#endif

int changed(int x)
{
#ifdef PATCHED
	use(short_one);
	x++;
#endif
	return exported(x);
}
