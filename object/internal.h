/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the steps of object_load() share. */
#ifndef KLP_OBJECT_PRIVATE_H
#define KLP_OBJECT_PRIVATE_H

#include <klp/object.h>

/* What is found out of an object when somebody asks first, and room to do so. */
struct object_memo {
	uint32_t *users, *users_end;	/* object/users.c; NULL: not asked for yet */
	uint8_t **chosen;		/* per section, a table: of each entry; NULL: all of them */
	uint32_t *nr_chosen;		/* … how many, and how many relocations they have */
	size_t *nr_chosen_relocs;
	uint8_t *scratch;		/* where piece_masked() works */
	size_t scratch_size;
};

/* ---- what object_load() does, in this order ---- */
int object_split_tables(struct object *obj);	/* object/tables.c: where entries begin */
void object_choose_entries(struct object *obj); /* object/tables.c: which are looked at */
void object_collect_refs(struct object *obj);	/* object/refs.c: places and raw targets */
void object_find_marks(struct object *obj);	/* object/marks.c: data in code, nops for ftrace */
/* object/pieces.c: cut sections into pieces; 0, or a negative code with errors in obj->diag. */
int object_cut(struct object *obj);
void object_decode(struct object *obj);		/* object/refs.c: addends judged by instructions */
void object_cut_nameless(struct object *obj);	/* object/nameless.c: where that is certain */
void object_decode_cut(struct object *obj);	/* object/refs.c: branches from part to part of that */
void object_index_aliases(struct object *obj);	/* object/pieces.c: the symbols of each piece */
void object_resolve_refs(struct object *obj);	/* object/refs.c: targets → pieces */
void object_assign_refs(struct object *obj);	/* object/refs.c: each piece's share */
void object_follow_slots(struct object *obj);	/* object/slots.c: to what slots name */
void object_assign_owners(struct object *obj);	/* object/owners.c: of entries, cold parts, code tables */
void object_find_lines(struct object *obj);	/* object/lines.c: line numbers in code */
void object_find_line_records(struct object *obj);	/* object/line-records.c: … in data */

/* Is the table's i-th entry looked at? */
static inline bool object_entry_chosen(const struct object *obj, uint32_t sec, uint32_t i)
{
	return !obj->memo->chosen[sec] || obj->memo->chosen[sec][i];
}

/* Append a piece [start, end) of sec, behind those that it has; valid until the next one is. */
struct piece *object_add_piece(struct object *obj, struct elf_sec *sec, uint64_t start,
			       uint64_t end, enum piece_kind kind);

/* The key of a place in obj->replacements. */
static inline uint64_t object_place_key(uint32_t sec, uint64_t off)
{
	return (uint64_t)sec << 40 ^ off;
}

/*
 * Of a table whose entries have replacements of code: which symbols stand in those, and where
 * they begin.  Where they have a section of their own, that tells (SPECIAL_CODE); on arm64 and
 * LoongArch they are in the function's (".subsection 1").
 */
void object_find_labels(struct object *obj, struct elf_sec *sec, const struct special_split *split);

/* ---- lines of traps ---- */

/* An entry of __bug_table: in which line of the source the instruction stands. */
struct line_bug {
	uint32_t sec;
	uint64_t place;
	uint16_t line;
	const char *file;	/* NULL: none */
	bool goes_on;		/* a warning, and control goes on behind it */
};

struct line_bugs {
	struct line_bug *v;	/* by section, then place */
	size_t nr, cap;
};

/* Is the piece such an entry, with a line?  Which one? */
bool object_has_line(const struct piece *p);
uint16_t object_line_of(const struct piece *p);
/* … of which source file?  NULL: the entry does not say. */
const char *object_line_file(const struct object *obj, const struct piece *p);
/* All of an object's; they live in its arena. */
void object_line_bugs_find(struct object *obj, struct line_bugs *bugs);
/* The first one at that place, NULL: none.  Of several that stand there, bugs->v tells. */
const struct line_bug *object_line_bug_at(const struct line_bugs *bugs, uint32_t sec,
					  uint64_t place);

#endif
