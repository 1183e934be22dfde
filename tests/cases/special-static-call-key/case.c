// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Only the key of a static call differs, which stands in the table alone (F31).
 */
#include "kernel.h"

struct key {
	void *function;
};

struct key __SCK__one, __SCK__two;

#ifdef PATCHED
#define KEY __SCK__two
#else
#define KEY __SCK__one
#endif

int changed(int x)
{
	asm volatile("771: call exported\n"
		     ".pushsection .static_call_sites, \"aw\"\n"
		     ".balign 4\n"
		     ".long 771b - .\n"
		     ".long %c0 - .\n"
		     ".popsection\n" : : "i"(&KEY));
	return x;
}
