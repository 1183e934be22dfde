// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Count the symbols of a kernel or module: the positions of those of one name.  They come from
 * kernel/symbols-elf.c, kernel/symbols-image.c or kernel/kallsyms.c.
 */
#include <stdlib.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/kernel.h>
#include <klp/text.h>

#include "internal.h"

struct kernel_file *kernel_file_new(const char *path, const char *object, struct arena *arena,
				    struct diag *diag)
{
	struct kernel_file *k = arena_alloc(arena, sizeof(*k));

	k->arena = arena;
	k->diag = diag;
	k->path = path;
	k->object = object;
	map_init(&k->names, arena);
	map_init(&k->ids, arena);
	map_init(&k->modules, arena);
	return k;
}

struct kernel_entry *kernel_file_add(struct kernel_file *k)
{
	k->entries = arena_grow(k->arena, k->entries, k->nr, &k->cap, sizeof(*k->entries));
	return &k->entries[k->nr++];
}

/* ---- counting ---- */

struct by_address {
	uint64_t addr;
	uint32_t entry;
};

static int cmp_address(const void *pa, const void *pb)
{
	const struct by_address *a = pa, *b = pb;

	if (a->addr != b->addr)
		return a->addr < b->addr ? -1 : 1;
	return a->entry < b->entry ? -1 : a->entry > b->entry;
}

/* Entries in the order in which positions count. */
static struct by_address *position_order(const struct kernel_file *k, bool by_address)
{
	struct by_address *order = arena_calloc(k->arena, k->nr, sizeof(*order));

	for (size_t i = 0; i < k->nr; i++)
		order[i] = (struct by_address){ k->entries[i].sym.addr, (uint32_t)i };
	if (by_address && k->nr)
		qsort(order, k->nr, sizeof(*order), cmp_address);
	return order;
}

/* All entries of one name. */
struct name_group {
	uint32_t first, nr, live;
};

/* Number the entries of each name; returns which group each entry is in. */
static uint32_t *number_entries(struct kernel_file *k, const struct by_address *order,
				struct name_group *groups, uint32_t *nr_groups)
{
	uint32_t *group_of = arena_calloc(k->arena, k->nr, sizeof(*group_of));
	struct map names;

	map_init(&names, k->arena);
	for (size_t i = 0; i < k->nr; i++) {
		struct kernel_entry *e = &k->entries[order[i].entry];
		const struct map_entry *found = map_find_str(&names, e->sym.name);
		uint32_t g = found ? found->value : (*nr_groups)++;

		if (!found)
			map_add_str(&names, e->sym.name, g);
		group_of[order[i].entry] = g;
		e->sym.nth = ++groups[g].nr;
		if (e->live)
			e->sym.live_nth = ++groups[g].live;
	}
	return group_of;
}

void kernel_file_count(struct kernel_file *k, bool by_address)
{
	struct name_group *groups = arena_calloc(k->arena, k->nr, sizeof(*groups));
	struct by_address *order = position_order(k, by_address);
	uint32_t nr_groups = 0, first = 0;
	uint32_t *group_of = number_entries(k, order, groups, &nr_groups);

	for (uint32_t g = 0; g < nr_groups; g++) {
		groups[g].first = first;
		first += groups[g].nr;
	}
	k->syms = arena_calloc(k->arena, k->nr, sizeof(*k->syms));
	k->in_order = arena_calloc(k->arena, k->nr, sizeof(*k->in_order));
	for (size_t i = 0; i < k->nr; i++) {
		const struct name_group *g = &groups[group_of[i]];
		struct kernel_sym *s = &k->syms[g->first + k->entries[i].sym.nth - 1];

		*s = k->entries[i].sym;
		s->of = g->nr;
		s->live_of = g->live;
		k->in_order[i] = s;
		if (s->nth == 1)
			map_add_str(&k->names, s->name, g->first);
	}
}

/* ---- reading ---- */

/* ---- questions ---- */

const char *kernel_file_object(const struct kernel_file *k)
{
	return k->object;
}

const char *kernel_file_path(const struct kernel_file *k)
{
	return k->path;
}

const struct kernel_file *kernel_file_module(const struct kernel_file *k, const char *object)
{
	const struct map_entry *e;

	if (!strcmp(k->object, object))
		return k;
	e = map_find_str(&k->modules, object);
	return e ? k->module_files[e->value] : NULL;
}

bool kernel_file_live_only(const struct kernel_file *k)
{
	return k->live_only;
}

const struct kernel_sym *kernel_file_find(const struct kernel_file *k, const char *name, size_t *nr)
{
	const struct map_entry *e = map_find_str(&k->names, name);

	*nr = e ? k->syms[e->value].of : 0;
	return e ? &k->syms[e->value] : NULL;
}

const struct kernel_sym *const *kernel_file_syms(const struct kernel_file *k, size_t *nr)
{
	*nr = k->nr;
	return k->in_order;
}

bool kernel_file_from_tables(const struct kernel_file *k)
{
	return k->from_tables;
}

const struct elf *kernel_file_elf(const struct kernel_file *k)
{
	return k->elf;
}

const uint8_t *kernel_file_build_id(const struct kernel_file *k, size_t *len)
{
	*len = k->build_id_len;
	return k->build_id;
}

bool kernel_file_symid(const struct kernel_file *k, uint64_t id, uint64_t *addr)
{
	const struct map_entry *e = map_find_u64(&k->ids, id);

	if (!e || map_next(&k->ids, e))
		return false;
	*addr = get_le64(k->symids + (uint64_t)e->value * SYMID_SIZE + SYMID_ADDR);
	return true;
}
