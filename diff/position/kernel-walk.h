/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A function of the original and the kernel's, instruction by instruction (kernel-walk.c). */
#ifndef KLP_KERNEL_WALK_H
#define KLP_KERNEL_WALK_H

#include "../internal.h"

/* What became of an instruction that linkers may rewrite. */
enum fate { FATE_NONE, FATE_KEPT, FATE_LEFT_OUT };

struct side {
	const uint8_t *bytes;
	uint64_t size, at;
	struct insn insn;
	uint8_t len;
};

/* A function's instructions there and here, in step. */
struct kernel_walk {
	struct diff *d;
	const struct object *obj;
	const struct arch *arch;
	const struct piece *p;
	const struct elf *kelf;
	const struct elf_sec *ksec;
	uint64_t koff;	  /* of the symbol in ksec */
	struct side a, b; /* orig's, the kernel's */
	uint32_t ref;	  /* the first at or behind a.at, among the piece's */
	bool in_table;
	bool open;	/* where the kernel's ends is not known: b goes on to its section's end */
	bool unknown;	/* they part in what cannot be compared */
	uint8_t *fates; /* per reference of the piece: enum fate */
	unsigned int ahead; /* it is a try of what follows, in one of so many others */
};

/* Linkers rewrite such instructions, not only a field of them. */
static inline bool diff_kernel_is_rewritten(const struct arch *arch, const struct arch_reloc *row)
{
	return row->flags & (RELOC_GOT | RELOC_TOC) ||
	       (arch->rewrites_pairs && row->flags & RELOC_PAIR);
}

/* One number for a place: the address, or for a module that is not placed yet section and value. */
static inline uint64_t diff_kernel_place_number(const struct elf *elf, uint32_t sec, uint64_t value)
{
	return elf->type == ET_REL ? ((uint64_t)sec << 40) + value : value;
}

/* Where a symbol's bytes are: the section, and *off in it; NULL: in none. */
const struct elf_sec *diff_kernel_contents(const struct kernel_file *k, const struct kernel_sym *s,
					   uint64_t *off);
/* From the kernel's symbol to the entry that callers of its object use; `orig` is what it was. */
uint64_t diff_kernel_local_entry(const struct diff *d, const struct kernel_sym *s, uint32_t orig);
/* Where the kernel's instruction at w->b, or word of data, leads by what is r at w->a. */
bool diff_kernel_dest_there(const struct kernel_walk *w, const struct ref *r, uint64_t *dest);
/* Decode the instruction at s->at. */
void diff_kernel_look(const struct arch *arch, struct side *s);
/* The k-th reference of the instruction at a.at, or NULL. */
const struct ref *diff_kernel_insn_ref(const struct kernel_walk *w, uint32_t k);
/* Are the instructions at a.at and b.at the same, wherever they stand? */
bool diff_kernel_same_insn(const struct kernel_walk *w);
/* One step.  False at the end of both, at `stop` in orig's, or where they differ (*differs). */
bool diff_kernel_step(struct kernel_walk *w, uint64_t stop, bool *differs);
/* At the end: is something left of each address?  Without any of it, it is other code. */
bool diff_kernel_has_all_addresses(const struct kernel_walk *w);

#endif
