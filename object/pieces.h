/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What cutting into pieces and cutting nameless ranges share. */
#ifndef KLP_PIECES_PRIVATE_H
#define KLP_PIECES_PRIVATE_H

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

#endif
