/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declarations that the files of klp convert share.
 */
#ifndef KLP_LIVEPATCH_PRIVATE_H
#define KLP_LIVEPATCH_PRIVATE_H

#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/kernel.h>
#include <klp/livepatch.h>

/* An undefined symbol that becomes a livepatch symbol. */
struct conversion {
	uint32_t sym;
	const char *patched; /* its relocations go to .klp.rela.<patched>.… */
	const char *object;  /* that defines it */
	const char *name;    /* there, and its position */
	uint64_t pos;
	const char *section; /* of the annotation in form A; NULL: form B, or none */
	bool annotated;
	bool refused;	     /* it is wrong, which was reported */
	uint32_t refused_in; /* the last section with relocations that cannot be its, 0: none */
	size_t nr_relocs;    /* that lead to it, of sections that are loaded */
};

struct convert {
	struct klp_module m;
	const struct convert_options *opts;
	struct symlist *list;
	struct exports *exports;
	struct klp_places *places;
	bool knows_exports;
	bool unread;	/* an annotation could not be read: what has none may be its symbol */
	bool unchecked; /* positions were taken on trust: no list was given */

	struct conversion *conversions;
	size_t nr, cap;
	struct map of_sym; /* symbol → conversion */
};

/* The conversion of a symbol, NULL if it stays as it is; valid until one is added. */
struct conversion *klp_convert_of(const struct convert *c, uint32_t sym);
struct conversion *klp_convert_add(struct convert *c, uint32_t sym);

struct diag_where klp_convert_at_sym(const struct convert *c, const char *name);

/*
 * A conversion for each annotation of either form; the
 * sections of form A are dropped.  0, or an error; every bad one is reported, and
 * those that can be read have their conversions all the same.
 */
int klp_convert_read_annotations(struct convert *c);

/*
 * Hold the annotations against the lists, and find what the
 * other undefined symbols are.  Every symbol's error is reported before it
 * returns.
 */
int klp_convert_find_symbols(struct convert *c);

#endif
