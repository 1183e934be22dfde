// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Exception handlers are functions: other tables than __ex_table speak of them as of
 * any other.
 */
#include "kernel.h"

#define listed(function)                                                    \
	asm(".pushsection _kprobe_blacklist, \"aw\"\n"                      \
	    ".balign 8\n"                                                   \
	    ".quad " #function "\n"                                         \
	    ".popsection\n")

int ex_handler_changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
listed(ex_handler_changed);

int ex_handler_untouched(int x)
{
	return exported(x) + 1;
}
listed(ex_handler_untouched);
