// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables before they are cut: where their entries begin, of which section each says something,
 * and which are looked at.  Of a frozen section nobody asks for its entries: of a kernel's
 * millions, some hundred are cut.
 */
#include <errno.h>

#include <klp/facts.h>

#include "internal.h"

int object_split_tables(struct object *obj)
{
	struct special_split *splits = arena_calloc(obj->arena, obj->elf->nr_secs, sizeof(*splits));

	for (uint32_t i = 1; i < obj->elf->nr_secs; i++) {
		const struct elf_sec *sec = obj->elf->secs[i];

		if (obj->secs[i].role != ROLE_TABLE)
			continue;
		if (special_split(&splits[i], obj->elf, sec, obj->secs[i].rule, obj->arch,
				  said_entry_size(obj->opts->entry_sizes, obj->opts->nr_entry_sizes,
						  sec->name),
				  obj->arena, obj->diag))
			return -EINVAL;
		obj->secs[i].split = &splits[i];
	}
	return 0;
}

/* By so many bytes, at most, a table's rule moves a place that a relocation names. */
#define MAX_MOVED 64

/* Does r lead to something that is not frozen, of a section of which the rest is? */
static bool leads_to_known(const struct object *obj, const struct elf_sym *sym,
			   const struct elf_reloc *r)
{
	uint64_t place = sym->value + (uint64_t)r->addend;
	uint64_t from = place > MAX_MOVED ? place - MAX_MOVED : 0;

	return object_is_looked_at(obj, sym->sec, from, place + MAX_MOVED) ||
	       (sym->type != STT_SECTION &&
		object_is_looked_at(obj, sym->sec, sym->value, sym->value));
}

/* Does r, of a table, lead to something frozen, and to nothing that is not? */
static inline bool leads_to_frozen(const struct object *obj, const struct elf_reloc *r)
{
	const struct elf_sym *sym = &obj->elf->syms[r->sym];

	return elf_sym_in_sec(sym) && obj->secs[sym->sec].frozen &&
	       (!obj->secs[sym->sec].known || !leads_to_known(obj, sym, r));
}

const struct elf_reloc *object_raw_owner(const struct object *obj,
					 const struct special_split *split,
					 const struct elf_sec *sec, uint32_t i, size_t first,
					 size_t end)
{
	for (size_t k = first; k < end; k++) {
		const struct elf_reloc *r = &sec->rela->relocs[k];
		const struct elf_sym *sym = &obj->elf->syms[r->sym];

		if (split->layout && r->offset != split->starts[i] + (uint64_t)split->layout->owner)
			continue;
		if (!(arch_reloc(obj->arch, r->type)->flags & (RELOC_MARKER | RELOC_SUB)))
			return elf_sym_in_sec(sym) ? r : NULL;
	}
	return NULL;
}

/* Most entries only say where they belong: an answer for those at once. */
static bool is_of_frozen(const struct object *obj, const struct special_split *split, uint32_t i,
			 const struct elf_reloc *r)
{
	return split->layout && r->offset == split->starts[i] + (uint64_t)split->layout->owner &&
	       leads_to_frozen(obj, r);
}

/* Nameless code is cut by all that lead to it; what has no owner is nobody's to leave out. */
static bool is_wanted(const struct object *obj, const struct elf_sec *sec,
		      const struct elf_reloc *owner, size_t first, size_t end)
{
	if (!owner || !leads_to_frozen(obj, owner))
		return true;
	for (size_t k = first; k < end; k++) {
		const struct elf_reloc *r = &sec->rela->relocs[k];
		const struct elf_sym *sym = &obj->elf->syms[r->sym];

		if (elf_sym_in_sec(sym) && sym->sec != sec->index &&
		    obj->secs[sym->sec].role != ROLE_NONE && !leads_to_frozen(obj, r))
			return true;
	}
	return false;
}

static void choose(struct object *obj, const struct elf_sec *sec)
{
	const struct special_split *split = obj->secs[sec->index].split;
	uint8_t *chosen = arena_calloc(obj->arena, split->nr + 1, sizeof(*chosen));
	size_t k = 0, end = sec->rela ? sec->rela->nr_relocs : 0, relocs = 0;
	uint32_t nr = 0;

	for (uint32_t i = 0; i < split->nr; i++) {
		size_t first = k;

		while (k < end && sec->rela->relocs[k].offset < split->starts[i + 1])
			k++;
		if (k - first == 1 && is_of_frozen(obj, split, i, &sec->rela->relocs[first]))
			continue;
		chosen[i] = is_wanted(obj, sec, object_raw_owner(obj, split, sec, i, first, k),
				      first, k);
		nr += chosen[i];
		relocs += chosen[i] ? k - first : 0;
	}
	obj->memo->chosen[sec->index] = chosen;
	obj->memo->nr_chosen[sec->index] = nr;
	obj->memo->nr_chosen_relocs[sec->index] = relocs;
}

void object_choose_entries(struct object *obj)
{
	struct object_memo *memo = obj->memo;
	uint32_t nr = obj->elf->nr_secs;

	memo->chosen = arena_calloc(obj->arena, nr, sizeof(*memo->chosen));
	memo->nr_chosen = arena_calloc(obj->arena, nr, sizeof(*memo->nr_chosen));
	memo->nr_chosen_relocs = arena_calloc(obj->arena, nr, sizeof(*memo->nr_chosen_relocs));
	for (uint32_t i = 1; i < nr; i++) {
		const struct elf_sec *sec = obj->elf->secs[i];

		if (obj->secs[i].role != ROLE_TABLE)
			continue;
		memo->nr_chosen[i] = obj->secs[i].split->nr;
		memo->nr_chosen_relocs[i] = sec->rela ? sec->rela->nr_relocs : 0;
		if (obj->any_frozen)
			choose(obj, sec);
	}
}
