/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions as text, by an objdump of the machine's, if there is one
 * (report/disasm.c).
 */
#ifndef KLP_DISASM_H
#define KLP_DISASM_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct arch;
struct elf;

struct disasm {
	const uint8_t *bytes;
	uint8_t len;		/* 0: none */
	int64_t addr;		/* where it stands */
	const char *text;	/* the answer; NULL: nobody knows */
};

/*
 * Fill in the texts.  Programs tried: $OBJDUMP, or objdump, the machine's own
 * one, llvm-objdump.  Each gets a few seconds; it is no error if none can.
 */
void report_disassemble(const struct elf *like, const struct arch *arch, struct disasm *items,
			size_t nr, struct arena *arena);

#endif
