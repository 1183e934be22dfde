/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * .klp.symid: what ties symbols of vmlinux.o to their addresses in the vmlinux
 * that is linked from it.  Entries of 16 bytes, { u64 id; u64 addr; }; addr is
 * relocated to the symbol, so that the linker fills it in.
 */
#ifndef KLP_SYMID_H
#define KLP_SYMID_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct diag;
struct elf;

#define SYMID_SECTION ".klp.symid"
#define SYMID_SIZE 16
#define SYMID_ID 0
#define SYMID_ADDR 8

struct symid {
	uint64_t id;
	bool known;		/* the symbol has one */
};

/*
 * The ids of all of elf's symbols, by number, in the arena: what its own .klp.symid
 * says, otherwise what symid_write() would write.
 */
const struct symid *symid_all(const struct elf *elf, struct arena *arena);

/*
 * Write .klp.symid into the object at path, in place of an older one.  0, or a
 * negative code with an error in diag; the file is then as it was.
 */
int symid_write(const char *path, struct arena *arena, struct diag *diag);

#endif
