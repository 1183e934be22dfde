/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the steps of object_load() share. */
#ifndef KLP_OBJECT_PRIVATE_H
#define KLP_OBJECT_PRIVATE_H

#include <klp/object.h>

/* Append a piece [start, end) of sec, behind those that it has; valid until the next one is. */
struct piece *object_add_piece(struct object *obj, struct elf_sec *sec, uint64_t start,
			       uint64_t end, enum piece_kind kind);

/*
 * Of a table whose entries have replacements of code: which symbols stand in those.  Where they
 * have a section of their own, that tells (SPECIAL_CODE); on arm64 and LoongArch they are in the
 * function's (".subsection 1").
 */
void object_find_labels(struct object *obj, struct elf_sec *sec, const struct special_split *split);

/* ---- lines of traps ---- */

/* An entry of __bug_table: in which line of the source the instruction stands. */
struct line_bug {
	uint32_t sec;
	uint64_t place;
	uint16_t line;
};

struct line_bugs {
	struct line_bug *v;	/* by section, then place */
	size_t nr, cap;
};

/* All of an object's; they live in its arena. */
void object_line_bugs_find(struct object *obj, struct line_bugs *bugs);
/* The first one at that place, NULL: none.  Of several that stand there, bugs->v tells. */
const struct line_bug *object_line_bug_at(const struct line_bugs *bugs, uint32_t sec,
					  uint64_t place);

#endif
