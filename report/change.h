/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What report/first-change.c (the first change of a function), report/change-entries.c (a
 * change of its entries in special sections) and report/change-words.c share.
 */
#ifndef KLP_CHANGE_PRIVATE_H
#define KLP_CHANGE_PRIVATE_H

#include <klp/report.h>

/* ---- report/first-change.c ---- */
/* The instruction of the piece at off, from its begin. */
struct insn_at insn_in(const struct object *obj, uint32_t piece, uint64_t off);
/* The first byte in which piece a of orig and b of patched differ, or the shorter one's length. */
uint64_t first_byte(struct diff *d, uint32_t a, uint32_t b);

/* ---- report/change-entries.c ---- */
/*
 * If entries of ia and ib differ, and at a place up to which the code is the same (w):
 * true, and *c says how.
 */
bool describe_entries(struct diff *d, uint32_t ia, uint32_t ib, const struct walk *w,
		      struct change *c);

/* ---- report/change-words.c ---- */
/* The string that r leads into, as C writes it, or NULL. */
const char *ref_string(const struct object *obj, const struct ref *r);
/* "12 bytes" */
const char *size_words(struct diff *d, const struct piece *p);
/*
 * True if the two instructions at which the walk ended differ in a number only; *c has both,
 * if they can be told.
 */
bool describe_immediate(struct diff *d, const struct walk *w, struct change *c);

#endif
