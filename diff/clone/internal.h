/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The output, and what writes it. */
#ifndef KLP_CLONE_PRIVATE_H
#define KLP_CLONE_PRIVATE_H

#include "../internal.h"

/* Code behind a copy that does what one of its instructions cannot. */
struct detour_at {
	uint32_t piece;
	uint64_t place;			/* of the instruction, in the input's section */
	uint64_t out_off;		/* in the section of the copy */
	uint8_t size;
};

struct output {
	struct elf *elf;
	struct elf_sec **secs;		/* section of patched → section of the output */
	struct elf_sec *klp_relocs[2];	/* __klp_relocs.<object>: vmlinux, the module */
	struct map slots;		/* what a slot holds → its number in slot_sec */
	struct elf_sec *slot_sec;	/* NULL if there is none yet */
	struct detour_at *detours;
	size_t nr_detours, cap_detours;
};

/* ---- references of the output ---- */
struct target {
	uint32_t sym;			/* symbol of out */
	int64_t addend;			/* to which a ref's bias is still to be applied */
	const struct decision *to;	/* that is written so; NULL: a copy */
};
/* Resolve reference r of piece `from` to a symbol and addend of the output; or a decision. */
struct target diff_target(struct diff *d, uint32_t from, const struct ref *r);
struct target diff_target_outside(struct diff *d, struct decision *to, int64_t addend);
/* Write a relocation of a copy, as a livepatch one if its target is. */
void diff_write_ref(struct diff *d, struct elf_sec *sec, uint64_t place, uint32_t type,
		    struct target t, int64_t addend);

/* ---- slots of ppc64's .toc ---- */
/* A relocation of that type, at place in the copy of piece from, to a slot for what r means. */
void diff_write_slot_ref(struct diff *d, uint32_t from, const struct ref *r, uint64_t place,
			 uint32_t type);

/* ---- mapping symbols ---- */
/* Mapping symbols for the copies, where the input has them. */
void diff_clone_marks(struct diff *d);

/* ---- entries of special sections in the output ---- */
/* Entries of the input that copied code owns = entries in the output, or an internal error. */
void diff_count_entries(struct diff *d);
/* With --entry-symbols: a symbol for the nr-th entry of sec, which has size bytes at off. */
void diff_name_entry(struct diff *d, const struct elf_sec *sec, uint64_t off, uint64_t size,
		     uint64_t nr);

/* ---- references that the loader's relocations do not express, as they were planned ---- */
void diff_fill_in(struct diff *d, uint32_t piece, const struct ref *r);
void diff_write_through_got(struct diff *d, uint32_t piece, const struct ref *r);
void diff_write_detour(struct diff *d, uint32_t piece, const struct ref *r);

#endif
