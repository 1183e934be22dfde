// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A replaced function that the kernel exports: the export stays the kernel's.
 */
#include "kernel.h"

#define EXPORT(name)                                                        \
	asm(".pushsection .export_symbol, \"a\"\n"                          \
	    ".popsection\n"                                                 \
	    ".pushsection __ksymtab." #name ", \"a\"\n"                     \
	    ".balign 4\n"                                                   \
	    ".long " #name " - .\n"                                         \
	    ".long __kstrtab_" #name " - .\n"                               \
	    ".popsection\n"                                                 \
	    ".pushsection __ksymtab_strings, \"aMS\", @progbits, 1\n"       \
	    "__kstrtab_" #name ": .asciz \"" #name "\"\n"                   \
	    ".popsection\n")

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
EXPORT(changed);
