// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whatever is wrong is told in one run, before an output is begun: an initial value that
 * changed, a relocation that the kernel's module loader does not know, unwind tables of which
 * one is longer than the other, and a constant of the boot in an instruction that klp does not
 * know.
 */
#include "kernel.h"

int limit =
#ifdef PATCHED
	2;
#else
	1;
#endif

#if defined(__x86_64__)
#define UNLOADABLE "mov exported_data@GOTPCREL(%rip), %rax\n"
#define BOOT_CONST "mov $0x89abcdef, %eax\n nop\n nop\n nop\n nop\n"
#define TABLES
#elif defined(__aarch64__)
#define UNLOADABLE "adrp x0, :got:exported_data\n"
#define BOOT_CONST "movz x0, #0\n nop\n nop\n nop\n"
#elif defined(__powerpc64__)
#define UNLOADABLE "1: nop\n .reloc 1b, R_PPC64_ADDR14, exported_data\n"
#else
#define UNLOADABLE "1: nop\n .reloc 1b, R_LARCH_TLS_TPREL32, exported_data\n"
#define TABLES
#endif

int changed(int x)
{
#ifdef PATCHED
	x += limit;
	asm volatile(UNLOADABLE);
#endif
#ifdef BOOT_CONST
	asm volatile("1: " BOOT_CONST ".pushsection runtime_ptr_table, \"a\"\n"
		     ".long 1b - .\n"
		     ".popsection\n");
#endif
	return exported(x);
}

#ifdef TABLES
asm(".pushsection .orc_unwind_ip, \"a\"\n"
    ".long changed - .\n"
    ".long changed - .\n"
    ".popsection\n"
    ".pushsection .orc_unwind, \"a\"\n"
    ".short 1, 2, 3\n"
    ".byte 4\n"
    ".popsection\n");
#endif
