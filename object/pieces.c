// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cut sections into pieces: named text and data by their symbols (object/pieces-named.c),
 * strings and pool constants by content, tables by special.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <klp/diff.h>

#include "pieces.h"

static void cut_strings(struct object *obj, struct elf_sec *sec)
{
	uint64_t unit = sec->entsize ? sec->entsize : 1, at = 0;

	if (sec->size % unit)
		unit = 1;
	while (at < sec->size) {
		uint64_t start = at;
		bool empty = true;

		/* A string and its terminator, or a run of terminators (padding, empty strings). */
		for (;; at += unit) {
			bool zero = true;

			for (uint64_t b = 0; b < unit && at < sec->size; b++)
				zero &= !sec->data[at + b];
			if (at >= sec->size || (empty && !zero && at > start))
				break;
			if (!zero)
				empty = false;
			else if (!empty) {
				at += unit;
				break;
			}
		}
		object_add_piece(obj, sec, start, at, PIECE_STRING);
	}
}

static void cut_consts(struct object *obj, struct elf_sec *sec)
{
	for (uint64_t at = 0; at < sec->size; at += sec->entsize)
		object_add_piece(obj, sec, at, at + sec->entsize, PIECE_CONST);
}

static void cut_slots(struct object *obj, struct elf_sec *sec)
{
	for (uint64_t at = 0; at < sec->size; at += 8)
		object_add_piece(obj, sec, at, at + 8 < sec->size ? at + 8 : sec->size,
				 PIECE_CONST);
}

/* The field at that offset of the entry is the end of the code, or of its replacement. */
static bool is_end(const struct special_layout *l, int field)
{
	return l && (field == l->owner + 8 || field == l->repl_len);
}

/* Distances from an entry's begin become distances from their own place, as relocations have it. */
static void count_from_entries(struct object *obj, const struct elf_sec *sec,
			       const struct special_split *split)
{
	const struct sec_info *info = &obj->secs[sec->index];
	uint32_t entry = 0;

	for (uint32_t i = 0; i < info->nr_refs; i++) {
		struct ref *r = &obj->refs[info->first_ref + i];

		while (split->starts[entry + 1] <= r->place)
			entry++;
		if (!(arch_reloc(obj->arch, r->type)->flags & RELOC_PCREL) ||
		    r->place - split->starts[entry] > INT16_MAX)
			continue;
		r->bias = (int16_t)(split->starts[entry] - r->place);
		r->off += r->bias;
		if (split->rule->flags & SPECIAL_REPL_END && is_end(split->layout, -r->bias))
			r->flags |= REF_END;
	}
}

/* The function that a place belongs to is the one before it: where that ends, another may begin. */
static void count_from_behind(struct object *obj, const struct elf_sec *sec)
{
	const struct sec_info *info = &obj->secs[sec->index];

	for (uint32_t i = 0; i < info->nr_refs; i++) {
		struct ref *r = &obj->refs[info->first_ref + i];

		if (arch_reloc(obj->arch, r->type)->flags & RELOC_SUB)
			continue;
		r->bias = -1;
		r->off += r->bias;
	}
}

/* The user's word on the size of the section's entries, or 0. */
static uint64_t entry_size(const struct options *opts, const char *section)
{
	size_t len = strlen(section);

	for (size_t i = 0; i < opts->nr_entry_sizes; i++)
		if (!strncmp(opts->entry_sizes[i], section, len) && opts->entry_sizes[i][len] == '=')
			return strtoull(opts->entry_sizes[i] + len + 1, NULL, 0);
	return 0;
}

static int split_table(struct object *obj, struct elf_sec *sec, struct special_split *split)
{
	const struct special_rule *rule = obj->secs[sec->index].rule;
	int err = special_split(split, obj->elf, sec, rule, obj->arch,
				entry_size(obj->opts, sec->name), obj->arena, obj->diag);

	if (err)
		return err;
	if (rule->flags & SPECIAL_FROM_ENTRY)
		count_from_entries(obj, sec, split);
	if (rule->flags & SPECIAL_BEHIND)
		count_from_behind(obj, sec);
	object_find_labels(obj, sec, split);
	return 0;
}

/* Of each section that is a table: its entries.  NULL after an error. */
static struct special_split *split_tables(struct object *obj)
{
	struct special_split *splits = arena_calloc(obj->arena, obj->elf->nr_secs, sizeof(*splits));

	obj->is_label = arena_calloc(obj->arena, obj->elf->nr_syms, sizeof(*obj->is_label));
	for (uint32_t i = 1; i < obj->elf->nr_secs; i++)
		if (obj->secs[i].role == ROLE_TABLE &&
		    split_table(obj, obj->elf->secs[i], &splits[i]))
			return NULL;
	return splits;
}

static void cut_table(struct object *obj, struct elf_sec *sec, const struct special_split *split)
{
	for (uint32_t i = 0; i < split->nr; i++) {
		struct piece *p = object_add_piece(obj, sec, split->starts[i],
						   split->starts[i + 1], PIECE_ENTRY);

		p->rule = split->rule;
		p->layout = split->layout;
	}
}

/* Which piece each symbol stands in, and each piece's symbols: a run of by_place. */
void object_index_aliases(struct object *obj)
{
	obj->piece_of = arena_calloc(obj->arena, obj->elf->nr_syms, sizeof(*obj->piece_of));
	memset(obj->piece_of, 0xff, obj->elf->nr_syms * sizeof(*obj->piece_of));
	for (uint32_t s = 1; s < obj->elf->nr_secs; s++) {
		const struct sec_info *info = &obj->secs[s];

		for (uint32_t i = 0; i < info->nr_syms; i++) {
			uint32_t sym = obj->by_place[info->first_sym + i];
			uint32_t at = object_piece_at(obj, obj->elf->secs[s],
						      (int64_t)obj->elf->syms[sym].value);

			obj->piece_of[sym] = at;
			if (at == NO_PIECE)
				continue;
			if (!obj->pieces[at].nr_aliases++)
				obj->pieces[at].first_alias = info->first_sym + i;
		}
	}
}

/* About as many pieces as there will be: moving a million of them takes longer than making them. */
static void expect_pieces(struct object *obj)
{
	for (uint32_t i = 1; i < obj->elf->nr_secs; i++) {
		const struct elf_sec *sec = obj->elf->secs[i];
		const struct sec_info *info = &obj->secs[i];

		if (info->role == ROLE_TABLE && sec->rela)
			obj->cap_pieces += sec->rela->nr_relocs;
		else if (info->role == ROLE_STRINGS)
			obj->cap_pieces += sec->size / 16;
		else if (info->role != ROLE_NONE)
			obj->cap_pieces += info->nr_syms + 1;
	}
	obj->pieces = arena_calloc(obj->arena, obj->cap_pieces, sizeof(*obj->pieces));
}

int object_cut(struct object *obj)
{
	const struct special_split *splits = split_tables(obj);
	int err = splits ? 0 : -EINVAL;

	expect_pieces(obj);
	for (uint32_t i = 1; i < obj->elf->nr_secs && !err; i++) {
		struct elf_sec *sec = obj->elf->secs[i];

		switch (obj->secs[i].role) {
		case ROLE_NONE:
			break;
		case ROLE_TEXT:
		case ROLE_DATA:
			err = object_cut_named(obj, sec);
			break;
		case ROLE_STRINGS:
			cut_strings(obj, sec);
			break;
		case ROLE_CONSTS:
			cut_consts(obj, sec);
			break;
		case ROLE_TABLE:
			cut_table(obj, sec, &splits[i]);
			break;
		case ROLE_SLOTS:
			cut_slots(obj, sec);
			break;
		}
	}
	return err;
}
