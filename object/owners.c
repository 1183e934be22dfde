// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What belongs to a function: its entries of special sections, its .cold part,
 * and objects that hold addresses of its labels.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* The entry's field that names the owner: by layout, else its first reference. */
static const struct ref *owner_ref(const struct object *obj, const struct piece *entry)
{
	for_each_ref (obj, entry, r) {
		if (r->flags & REF_DROP || arch_reloc(obj->arch, r->type)->flags & RELOC_SUB)
			continue;
		if (!entry->layout || r->place == entry->start + (uint64_t)entry->layout->owner)
			return r;
	}
	return NULL;
}

static void own(struct object *obj, uint32_t owner, uint32_t entry)
{
	struct piece *o = &obj->pieces[owner];

	obj->pieces[entry].owner = owner;
	if (o->first_owned == NO_PIECE)
		o->first_owned = entry;
	else
		obj->pieces[o->last_owned].next_owned = entry;
	o->last_owned = entry;
}

static void assign_entry(struct object *obj, uint32_t entry)
{
	const struct piece *p = &obj->pieces[entry];
	const struct ref *r;

	if (p->kind != PIECE_ENTRY)
		return;
	r = owner_ref(obj, p);
	if (!r || r->piece == NO_PIECE)
		return;
	own(obj, r->piece, entry);
	if (p->rule->flags & SPECIAL_TRACE) {
		obj->pieces[r->piece].flags |= PIECE_TRACED;
		obj->any_traced = true;
	}
}

static int by_name_cmp(const void *pa, const void *pb)
{
	const struct elf_sec *a = *(const struct elf_sec *const *)pa;
	const struct elf_sec *b = *(const struct elf_sec *const *)pb;
	int cmp = strcmp(a->name, b->name);

	return cmp ?: (a->index > b->index) - (a->index < b->index);
}

/*
 * An owner's entries are compared one by one.  Which table comes first in an
 * object depends on which function needed one first, so that it says nothing.
 */
static void assign_entries(struct object *obj)
{
	struct elf_sec **tables = arena_calloc(obj->arena, obj->elf->nr_secs, sizeof(*tables));
	uint32_t nr = 0;

	for (uint32_t i = 1; i < obj->elf->nr_secs; i++)
		if (obj->secs[i].role == ROLE_TABLE && obj->secs[i].nr_pieces)
			tables[nr++] = obj->elf->secs[i];
	qsort(tables, nr, sizeof(*tables), by_name_cmp);
	for (uint32_t i = 0; i < nr; i++) {
		const struct sec_info *info = &obj->secs[tables[i]->index];

		for (uint32_t k = 0; k < info->nr_pieces; k++)
			assign_entry(obj, info->first_piece + k);
	}
}

/* Functions that call __fentry__ or _mcount themselves. */
static void find_traced(struct object *obj)
{
	bool *traces = arena_calloc(obj->arena, obj->elf->nr_syms, sizeof(*traces));

	for (const char *const *t = obj->arch->trace_symbols; *t; t++)
		for_each_str (&obj->names, *t, e)
			traces[e->value] = true;
	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		struct piece *p = &obj->pieces[i];

		for (uint32_t k = 0; p->kind == PIECE_FUNC && k < p->nr_refs; k++) {
			if (!traces[obj->refs[p->first_ref + k].sym])
				continue;
			p->flags |= PIECE_TRACED;
			obj->any_traced = true;
		}
	}
}

/*
 * Compilers name the source file and themselves (.comment), assemblers do not: nothing there calls
 * ftrace, and a function that does not call it is none of which the kernel's build makes the call
 * (recordmcount).
 */
static bool is_assembly(const struct object *obj)
{
	if (elf_find_sec(obj->elf, ".comment"))
		return false;
	for (uint32_t i = 1; i < obj->elf->nr_syms; i++)
		if (obj->elf->syms[i].type == STT_FILE)
			return false;
	return true;
}

/* … of those that are not looked at, whether there is one. */
static bool any_traced_frozen(const struct object *obj)
{
	for (uint32_t i = 1; i < obj->elf->nr_secs && obj->any_frozen; i++) {
		const struct elf_sec *rela = obj->elf->secs[i]->rela;
		const struct sec_info *info = &obj->secs[i];
		bool table = info->role == ROLE_TABLE && info->rule->flags & SPECIAL_TRACE;

		for (size_t k = 0; rela && k < rela->nr_relocs && (table || info->frozen); k++) {
			const struct elf_sym *sym = &obj->elf->syms[rela->relocs[k].sym];

			if (table ? elf_sym_in_sec(sym) && obj->secs[sym->sec].role != ROLE_NONE
				  : info->role == ROLE_TEXT &&
					    arch_is_trace_symbol(obj->arch, sym->name))
				return true;
		}
	}
	return false;
}

/* f.cold, or an f.part.N or f.__part.N that ftrace cannot reach by itself. */
static bool is_part_of(const struct piece *child, const struct piece *parent)
{
	const char *name;
	size_t len;

	if (!name_is_cold(child->name, &name, &len) &&
	    !(name_is_part(child->name, &name, &len) && !(child->flags & PIECE_TRACED)))
		return false;
	return strlen(parent->name) == len && !strncmp(parent->name, name, len);
}

static bool is_open_part(const struct object *obj, uint32_t child, uint32_t parent)
{
	const struct piece *c = child == NO_PIECE ? NULL : &obj->pieces[child];
	const struct piece *p = parent == NO_PIECE ? NULL : &obj->pieces[parent];

	return c && p && c != p && c->kind == PIECE_FUNC && p->kind == PIECE_FUNC &&
	       c->owner == NO_PIECE && is_part_of(c, p);
}

/* … or a table of jumps leads to both. */
static void assign_cold_by_table(struct object *obj, const struct piece *table)
{
	uint32_t parent = NO_PIECE;

	for (uint32_t k = 0; k < 2 * table->nr_refs; k++) {	/* twice: parents may come later */
		uint32_t to = obj->refs[table->first_ref + k % table->nr_refs].piece;

		if (is_open_part(obj, to, parent)) {
			obj->pieces[to].owner = parent;
		} else if (to != NO_PIECE && obj->pieces[to].kind == PIECE_FUNC &&
			   obj->pieces[to].owner == NO_PIECE) {
			parent = to;
		}
	}
}

/* The parts to which piece i leads: the function, a part of it, or an entry that it owns. */
static bool assign_parts_of(struct object *obj, uint32_t i)
{
	const struct piece *p = &obj->pieces[i];
	uint32_t parent = piece_root(obj, i);
	bool found = false;

	for (uint32_t k = 0; obj->pieces[parent].kind == PIECE_FUNC && k < p->nr_refs; k++) {
		uint32_t to = obj->refs[p->first_ref + k].piece;

		if (!is_open_part(obj, to, parent))
			continue;
		obj->pieces[to].owner = parent;
		found = true;
	}
	return found;
}

/*
 * f.cold belongs to the f of its file that refers to it: only the parent's
 * jumps say which, where several files have an f; or those of an asm goto, which only an entry of
 * __jump_table knows.  Clang's -fbasic-block-sections makes many parts of a function; to some, only
 * other parts lead.
 */
static void assign_cold(struct object *obj)
{
	bool again = true;

	while (again) {
		again = false;
		for (uint32_t i = 0; i < obj->nr_pieces; i++)
			again |= assign_parts_of(obj, i);
	}
	for (uint32_t i = 0; i < obj->nr_pieces; i++)
		if (obj->pieces[i].kind == PIECE_OBJECT || obj->pieces[i].kind == PIECE_ANON)
			assign_cold_by_table(obj, &obj->pieces[i]);
}

static int part_cmp(const void *pa, const void *pb)
{
	const struct part *a = pa, *b = pb;

	if (a->function != b->function)
		return a->function < b->function ? -1 : 1;
	return a->piece < b->piece ? -1 : a->piece > b->piece;
}

static void list_parts(struct object *obj)
{
	size_t cap = 0;

	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		if (obj->pieces[i].kind != PIECE_FUNC || obj->pieces[i].owner == NO_PIECE)
			continue;
		obj->parts = arena_grow(obj->arena, obj->parts, obj->nr_parts, &cap,
					sizeof(*obj->parts));
		obj->parts[obj->nr_parts++] = (struct part){ piece_root(obj, i), i };
	}
	if (obj->nr_parts)
		qsort(obj->parts, obj->nr_parts, sizeof(*obj->parts), part_cmp);
}

const struct part *object_parts(const struct object *obj, uint32_t function)
{
	uint32_t lo = 0, hi = obj->nr_parts;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (obj->parts[mid].function < function)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < obj->nr_parts && obj->parts[lo].function == function ? &obj->parts[lo] : NULL;
}

/*
 * An object with addresses of labels inside one function (computed goto): the
 * function's copy must use a table of its own, since the original's leads into
 * the original.
 */
static void find_code_tables(struct object *obj)
{
	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		struct piece *p = &obj->pieces[i];

		for (uint32_t k = 0; p->kind == PIECE_OBJECT && k < p->nr_refs; k++) {
			const struct ref *r = &obj->refs[p->first_ref + k];
			const struct piece *to = ref_piece(obj, r);

			if (!to || to->kind != PIECE_FUNC || r->off <= 0 ||
			    (uint64_t)r->off >= to->end - to->base)
				continue;
			if (object_sec_is_written(p->sec) || !piece_is_local(obj, p))
				p->flags |= PIECE_LABELS;
			else
				p->flags |= PIECE_STATIC;
		}
	}
}

void object_assign_owners(struct object *obj)
{
	assign_entries(obj);
	find_traced(obj);
	obj->any_traced = obj->any_traced || any_traced_frozen(obj) || is_assembly(obj);
	assign_cold(obj);
	list_parts(obj);
	find_code_tables(obj);
}
