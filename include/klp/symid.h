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

/*
 * The id of a symbol: what elf's own .klp.symid says, otherwise what symid_write()
 * would write.  False if it has none.
 */
bool symid_of(const struct elf *elf, uint32_t sym, uint64_t *id);

/*
 * Write .klp.symid into the object at path, in place of an older one.  0, or a
 * negative code with an error in diag; the file is then as it was.
 */
int symid_write(const char *path, struct arena *arena, struct diag *diag);

#endif
