/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of this folder share.  Numbers of sections are of patched where nothing else
 * is said.
 */
#ifndef KLP_FREEZE_PRIVATE_H
#define KLP_FREEZE_PRIVATE_H

#include "../internal.h"

/* See diff/freeze/asked.c. */
enum freeze_level { FROZEN, KNOWN, COPIED };

/* Of two sections, or what two relocations lead to: UNSURE is for diff/compare.c to say. */
enum same { DIFFERENT, UNSURE, SAME };

/* An entry of a table, and the section of which it says something. */
struct owned_entry {
	const struct elf_sec *sec;
	uint64_t start, end;
	size_t first, nr; /* its relocations */
	uint32_t owner;
};

struct owned_entries {
	struct owned_entry *v; /* by owner, then the table's name, then place */
	size_t nr, cap;
	size_t *first; /* of each section: those of s up to first[s + 1] */
};

struct freeze {
	struct diff *d;
	const struct object *a, *b;    /* orig, patched */
	uint32_t *sec_of, *sec_back;   /* counterparts of sections; 0: none */
	uint32_t *file_of, *file_back; /* … of STT_FILE symbols */
	uint32_t *sym_of;	       /* … of symbols, as far as they were asked for */
	bool files_contradict;
	bool thaw_all; /* nothing is frozen */
	unsigned int tries;
	bool *same_bytes;	    /* per section */
	uint8_t *same;		    /* per section: enum same */
	bool *sym_differs;	    /* per symbol of a section that differs: so does it */
	bool *copied, *copied_file; /* what an earlier try copied all the same: per section, file */
	uint8_t *level;		    /* per section: enum freeze_level */
	bool *shared;		    /* per section: several source files have something in it */
	bool *file_known;	    /* per STT_FILE symbol: not all of its sections are frozen */
	struct owned_entries owned;
};

/* A section that can be frozen: tables go by their entries. */
static inline bool diff_freeze_is_content(const struct object *obj, uint32_t sec)
{
	return obj->secs[sec].role != ROLE_NONE && obj->secs[sec].role != ROLE_TABLE;
}

/* Whether two relocations lead to the same. */
enum same diff_freeze_compare(struct freeze *f, const struct elf_reloc *r,
			      const struct elf_reloc *q);
/* … those of size bytes at from_s of s and from_t of t. */
enum same diff_freeze_relocs(struct freeze *f, const struct elf_sec *s, uint64_t from_s,
			     const struct elf_sec *t, uint64_t from_t, uint64_t size);
/* … and size bytes of a section, with their relocations. */
enum same diff_freeze_range(struct freeze *f, const struct elf_sec *s, uint64_t from_s,
			    const struct elf_sec *t, uint64_t from_t, uint64_t size);
/* Sections whose entries in tables differ do. */
void diff_freeze_compare_entries(struct freeze *f);
/* Which sections are not frozen. */
void diff_freeze_find_asked(struct freeze *f);
/* What f->shared says. */
bool diff_freeze_is_shared(const struct freeze *f, uint32_t sec);

#endif
