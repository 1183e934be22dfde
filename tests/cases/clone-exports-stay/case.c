// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A replaced function that the kernel exports: the export stays the kernel's.  A new one
 * comes to nobody's knowledge, which is said.
 */
#include "kernel.h"

#ifdef FOR_MODPOST /* from 6.4 */
#define EXPORT(name)                                                        \
	asm(".pushsection .export_symbol, \"a\"\n"                          \
	    "__export_symbol_" #name ": .asciz \"GPL\"\n"                   \
	    ".ascii \"\\0\"\n"                                              \
	    ".balign 8\n"                                                   \
	    LONG_ADDR " " #name "\n"                                        \
	    ".popsection\n")
#else
#define EXPORT(name)                                                        \
	asm(".pushsection __ksymtab." #name ", \"a\"\n"                     \
	    ".balign 4\n"                                                   \
	    ".long " #name " - .\n"                                         \
	    ".long __kstrtab_" #name " - .\n"                               \
	    ".popsection\n"                                                 \
	    ".pushsection __ksymtab_strings, \"aMS\", @progbits, 1\n"       \
	    "__kstrtab_" #name ": .asciz \"" #name "\"\n"                   \
	    ".popsection\n")
#endif

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
EXPORT(changed);

#ifdef PATCHED
int added(int x)
{
	return exported(x) + 1;
}
EXPORT(added);

int added_data = 3;
EXPORT(added_data);
#endif
