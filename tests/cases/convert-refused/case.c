// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Livepatches written by hand, each with something wrong: the macro says what.
 * m is a module, m_data is its own; vmlinux_data is vmlinux's.
 */
#include "kernel.h"
#include "klp-annotations.h"

#define A(object) struct KLP_MODULE_RELOC(object)

/* A place in a section that refers to a symbol. */
#define REFER(section, flags, symbol) \
	asm(".section " section ", \"" flags "\"\n.balign 8\n" LONG_ADDR " " symbol "\n.previous\n")

#define CODE(text) asm(".section .text.code, \"ax\"\n.balign 4\n" text "\n.previous\n")

/* As a klp_object would name it. */
const char *const names[] = { "m" };

#if defined(PLAIN)
extern int PLAIN;
int *const p = &PLAIN;

#elif defined(CONFLICT_A)
extern int twice;
A(vmlinux) first[] = { KLP_SYMPOS(twice, 1) };
A(m) second[] = { KLP_SYMPOS(twice, 0) };
int *const p = &twice;

#elif defined(CONFLICT_POSITION)
extern int twice;
A(vmlinux) relocs[] = { KLP_SYMPOS(twice, 1), KLP_SYMPOS(twice, 2) };
int *const p = &twice;

#elif defined(SEVERAL)
/* Each annotation is bad in another way; twice, without one, has one that cannot be read. */
extern int twice, m_twice;
extern int misspelt __asm__(".klp.sym.rela.vmlinux.m_data");
extern int late KLP_RELOC_SYMBOL(vmlinux, m, m_data);
extern int gone KLP_RELOC_SYMBOL(vmlinux, vmlinux, m_data);
int own = 1;
A(vmlinux) relocs[] = { KLP_SYMPOS(own, 1), KLP_SYMPOS(m_twice, 1), KLP_SYMPOS(m_twice, 2) };
asm(".section .klp.module_relocs.m, \"aw\"\n.balign 4\n" LONG_ADDR " twice + 4\n.long 0\n.previous\n");
int *const p[] = { &twice, &misspelt, &late, &gone };
REFER(".notes", "", ".klp.sym.rela.vmlinux.vmlinux.twice.2");

#elif defined(CONFLICT_B)
extern int one KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, twice, 1);
extern int other KLP_RELOC_SYMBOL(vmlinux, vmlinux, twice);
int *const p[] = { &one, &other };

#elif defined(CONFLICT_BOTH)
extern int one KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, twice, 1);
A(vmlinux) relocs[] = { KLP_SYMPOS(one, 1) };
int *const p = &one;

#elif defined(USELESS_DEFINED)
int own = 1;
A(vmlinux) relocs[] = { KLP_SYMPOS(own, 1) };

#elif defined(USELESS_UNUSED)
extern int twice;
A(vmlinux) relocs[] = { KLP_SYMPOS(twice, 1) };

#elif defined(USELESS_DEBUG)
REFER(".notes", "", ".klp.sym.rela.vmlinux.vmlinux.twice.1");

#elif defined(USELESS_EXPORTED)
A(vmlinux) relocs[] = { KLP_SYMPOS(exported_data, 0) };
int *const p = &exported_data;

#elif defined(ANNOTATED_A)
extern int SYMBOL;
A(ANNOTATED_A) relocs[] = { KLP_SYMPOS(SYMBOL, POSITION) };
int *const p = &SYMBOL;

#elif defined(NAMED)
extern int named __asm__(NAMED);
int *const p = &named;

#elif defined(ODD_SIZE)
REFER(".klp.module_relocs.m", "aw", "m_data");

#elif defined(NO_SYMBOL)
asm(".section .klp.module_relocs.m, \"aw\"\n.long 0, 0, 0\n.previous\n");

#elif defined(RELOC_BETWEEN)
asm(".section .klp.module_relocs.m, \"aw\"\n.balign 4\n" LONG_ADDR " m_data\n.long m_data\n.previous\n");

#elif defined(OTHER_TYPE)
asm(".section .klp.module_relocs.m, \"aw\"\n.balign 4\n.long m_data, 0, 0\n.previous\n");

#elif defined(ADDEND)
asm(".section .klp.module_relocs.m, \"aw\"\n.balign 4\n" LONG_ADDR " m_data + 4\n.long 0\n.previous\n");

#elif defined(BAD_OBJECT)
asm(".section .klp.module_relocs.a-b, \"aw\"\n.balign 4\n" LONG_ADDR " m_data\n.long 0\n.previous\n");

#elif defined(INTERMEDIATE)
asm(".section __klp_relocs.m, \"aw\"\n.long 0, 0, 0, 0, 0, 0\n.previous\n");

#elif defined(SECTION)
REFER(SECTION, "aw", SYMBOL);

#elif defined(UNSUPPORTED)
#if defined(__x86_64__)
CODE("movq m_data@GOTPCREL(%rip), %rax");
#elif defined(__aarch64__)
CODE("adrp x0, :got:m_data");
#elif defined(__powerpc64__)
CODE("lis 3, m_data@h");
#else
CODE("beq $a0, $a1, %b16(m_data)");
#endif

#elif defined(ASSEMBLY)
asm(".section .text.code, \"ax\"\n.balign 4\n" ASSEMBLY "\n.previous\n");

#elif defined(REPLACEMENT)
int code(int x)
{
	asm volatile(ALTERNATIVE(OLD_INSN, REPLACEMENT "\n", 7) BESIDE);
	return x;
}

#elif defined(DIFFERENCE)
asm(".data\n.balign 8\n.dword " DIFFERENCE " - .\n.previous\n");
#endif
