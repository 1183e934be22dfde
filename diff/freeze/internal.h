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

/* In the place of a share's file: that of globals is not known. */
#define ANY_FILE UINT32_MAX

/*
 * What one source file has in a section of patched (diff/freeze/shares.c).  Each is a unit, which is
 * frozen or not, with a number behind those of sections; a section with shares is none itself.
 */
struct freeze_share {
	uint32_t sec;
	uint32_t first_sym, nr_syms; /* of those of the section */
	uint32_t first_file, file;   /* of its first and last symbols: STT_FILE, or ANY_FILE */
	uint32_t last;		     /* share of the section */
	uint64_t start, end;	     /* from the first symbol on, up to that of the next one */
	size_t first_entry, nr_entries; /* of those that the section owns */
	bool mixed;		     /* there is no boundary where others are certain to begin */
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
	struct freeze_share *shares; /* by section, then place */
	size_t nr_shares, cap_shares;
	uint32_t *first_share;	    /* per section: 1 + its first share; 0: it has none */
	uint32_t nr_units;	    /* sections and shares */
	bool *same_bytes;	    /* per section */
	uint8_t *same;		    /* per unit: enum same */
	bool *sym_differs;	    /* per symbol of a section that differs: so does it */
	bool *copied, *copied_file; /* what an earlier try copied all the same: per unit, file */
	uint8_t *level;		    /* per unit: enum freeze_level */
	bool *shared;		    /* per unit: several source files have something in it */
	bool *file_known;	    /* per STT_FILE symbol: not all of its units are frozen */
	struct owned_entries owned;
};

/* A section that can be frozen: tables go by their entries. */
static inline bool diff_freeze_is_content(const struct object *obj, uint32_t sec)
{
	return obj->secs[sec].role != ROLE_NONE && obj->secs[sec].role != ROLE_TABLE;
}

/* The section of a unit. */
static inline uint32_t diff_freeze_sec(const struct freeze *f, uint32_t unit)
{
	return unit < f->b->elf->nr_secs ? unit : f->shares[unit - f->b->elf->nr_secs].sec;
}

/* Is it frozen or not as a whole?  For numbers below f->nr_units. */
static inline bool diff_freeze_is_unit(const struct freeze *f, uint32_t unit)
{
	return unit >= f->b->elf->nr_secs ||
	       (diff_freeze_is_content(f->b, unit) && !f->first_share[unit]);
}

/* Find shares, once it is known which sections and entries are the same. */
void diff_freeze_split(struct freeze *f);
/* The unit of a place in a section. */
uint32_t diff_freeze_unit(const struct freeze *f, uint32_t sec, uint64_t place);
/* What of a section with shares is frozen, and what is not. */
void diff_freeze_apply_shares(const struct freeze *f, uint32_t sec, struct sec_info *orig,
			      struct sec_info *patched);
/* By owner, then the table's name, then place. */
void diff_freeze_sort_entries(struct owned_entry *v, size_t nr);

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
/* Which units are not frozen. */
void diff_freeze_find_asked(struct freeze *f);
/* What f->shared says. */
bool diff_freeze_is_shared(const struct freeze *f, uint32_t sec);

#endif
