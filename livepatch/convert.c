// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp convert: a livepatch module that was written by hand, into the form that
 * the kernel loads (Documentation/livepatch/module-elf-format.rst).
 *
 * Such a module refers to what the kernel does not export as if it did.  Each
 * such symbol becomes a livepatch symbol: its name changes, and its section, to
 * SHN_LIVEPATCH; its relocations move to a livepatch relocation section.
 * Nothing else of the symbol table changes.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem() */
#endif
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/livepatch.h>
#include <klp/text.h>

#include "internal.h"

/* ---- input ---- */

static int read_symbols(struct convert *c)
{
	int err = 0;

	c->list = symlist_new(c->m.arena, c->m.diag);
	for (size_t i = 0; i < c->opts->nr_symbols && !err; i++)
		err = symlist_add(c->list, c->opts->symbols[i]);
	return err;
}

static int read_exports(struct convert *c)
{
	const struct convert_options *o = c->opts;
	struct diag_where where = { .object = c->m.elf->path };
	const char *found = NULL;
	int err = 0;

	c->exports = exports_new(c->m.arena);
	for (size_t i = 0; i < o->nr_symvers && !err; i++)
		err = exports_read(c->exports, o->symvers[i], c->m.diag);
	if (!o->nr_symvers) {
		found = exports_nearest(c->m.arena, c->m.elf->path);
		err = found ? exports_read(c->exports, found, c->m.diag) : 0;
	}
	if (found)
		diag_debug(c->m.diag, &where, "symvers", "exports are those of %s", found);
	c->knows_exports = exports_count(c->exports) || symlist_has_exports(c->list);
	if (!err && !c->knows_exports && symlist_count(c->list))
		diag_warn(c->m.diag, &where, "no-symvers",
			  "without a Module.symvers it is unknown what the kernel exports: every "
			  "symbol of the lists is taken for unexported; pass --symvers FILE");
	return err;
}

/* Refuse a module without symbols, and one of klp diff, which is for klp post-link. */
static int check_input(const struct convert *c)
{
	struct diag_where at = { .object = c->m.elf->path };

	if (c->m.elf->nr_syms <= 1)
		return diag_error(c->m.diag, &at, "no-symbols",
				  "it has no symbol table (stripped?): the kernel cannot load it");
	for (uint32_t i = 1; i < c->m.nr_secs; i++) {
		struct diag_where where = { .object = c->m.elf->path,
					    .section = c->m.elf->secs[i]->name };

		if (starts_with(where.section, KLP_RELOCS_PREFIX))
			return diag_error(c->m.diag, &where, "intermediate",
					  "klp diff made this: run klp post-link on the module");
	}
	return 0;
}

/* ---- relocations ---- */

/* True for a place in the annotations, which go. */
static bool is_dropped(const struct convert *c, uint32_t sym)
{
	const struct elf_sym *s = &c->m.elf->syms[sym];

	return elf_sym_in_sec(s) && c->m.elf->secs[s->sec]->dropped;
}

/* Before any relocation moves: one is judged with the others beside it. */
static int check_places(const struct convert *c, const struct elf_sec *rela)
{
	int err = 0;

	for_each_reloc (rela, r) {
		struct conversion *to = klp_convert_of(c, r->sym);
		struct diag_where where = {
			.object = c->m.elf->path,
			.section = c->m.elf->secs[rela->info]->name,
			.offset = r->offset,
			.has_offset = true,
		};

		/* Two instructions that make one address would be refused for one reason. */
		if (to && !to->refused && to->refused_in != rela->index &&
		    klp_place_check(c->places, rela, r, to->object, to->patched, c->m.diag)) {
			to->refused_in = rela->index;
			err = -EINVAL;
		}
		if (to)
			to->nr_relocs++;
		else if (is_dropped(c, r->sym))
			err = diag_error(c->m.diag, &where, "annotation",
					 "it refers to the annotations, which klp convert removes");
	}
	return err;
}

static bool is_loaded(const struct convert *c, const struct elf_sec *rela)
{
	return c->m.elf->secs[rela->info]->flags & SHF_ALLOC;
}

static int check_relocs(struct convert *c)
{
	int err = 0;

	c->places = klp_places_new(c->m.elf, c->m.arch, c->m.arena);
	for (uint32_t i = 1; i < c->m.nr_secs; i++) {
		const struct elf_sec *rela = c->m.elf->secs[i]->rela;

		if (rela && !rela->dropped && is_loaded(c, rela))
			err |= check_places(c, rela);
	}
	return err;
}

static void move_relocs(struct convert *c, struct elf_sec *rela)
{
	struct elf_sec *sec = c->m.elf->secs[rela->info];
	size_t kept = 0;

	for (size_t i = 0; i < rela->nr_relocs; i++) {
		const struct elf_reloc r = rela->relocs[i];
		struct conversion *to = klp_convert_of(c, r.sym);

		if (!to && !is_dropped(c, r.sym))
			rela->relocs[kept++] = r;
		else if (to && is_loaded(c, rela))
			elf_add_rela(c->m.elf, klp_module_rela(&c->m, to->patched, sec), &r);
		/* else debugging information, which the kernel never sees */
	}
	rela->nr_relocs = kept;
}

static void convert_relocs(struct convert *c)
{
	for (uint32_t i = 1; i < c->m.nr_secs; i++) {
		struct elf_sec *rela = c->m.elf->secs[i]->rela;

		if (rela && !rela->dropped)
			move_relocs(c, rela);
	}
}

/* ---- symbols ---- */

static int refuse_useless(const struct convert *c)
{
	int err = 0;

	for (size_t i = 0; i < c->nr; i++) {
		const struct conversion *to = &c->conversions[i];
		struct diag_where where = klp_convert_at_sym(c, c->m.elf->syms[to->sym].name);

		where.section = to->section;
		if (to->annotated && !to->refused && !to->nr_relocs)
			err = diag_error(c->m.diag, &where, "annotation-useless",
					 "a useless annotation: nothing in the module refers to this "
					 "symbol");
	}
	return err;
}

static void mark_symbols(struct convert *c)
{
	for (size_t i = 0; i < c->nr; i++) {
		const struct conversion *to = &c->conversions[i];
		struct elf_sym *sym = &c->m.elf->syms[to->sym];
		struct diag_where where = klp_convert_at_sym(c, to->name);

		sym->name = arena_printf(c->m.arena, KLP_SYM_PREFIX "%s.%s,%llu", to->object,
					 to->name, (unsigned long long)to->pos);
		sym->sec = ELF_SEC_LIVEPATCH;
		diag_debug(c->m.diag, &where, "livepatch-symbol", "%s, %zu relocations", sym->name,
			   to->nr_relocs);
	}
}

/* ---- what else is wrong with it ---- */

static bool spells(const struct convert *c, const char *object)
{
	static const char *const not[] = { ".modinfo", "__versions", ".gnu.linkonce.this_module" };

	for (uint32_t i = 1; i < c->m.nr_secs; i++) {
		const struct elf_sec *sec = c->m.elf->secs[i];
		bool skip = !(sec->flags & SHF_ALLOC) || !sec->data || sec->type != SHT_PROGBITS;

		for (size_t n = 0; n < sizeof(not) / sizeof(*not); n++)
			skip |= !strcmp(sec->name, not[n]);
		if (!skip && memmem(sec->data, sec->size, object, strlen(object) + 1))
			return true;
	}
	return false;
}

/* klp_apply_object_relocs() is called for each klp_object of the patch. */
static void warn_not_patched(const struct convert *c)
{
	struct diag_where where = { .object = c->m.elf->path };
	struct map said;

	map_init(&said, c->m.arena);
	for (size_t i = 0; i < c->nr; i++) {
		const char *object = c->conversions[i].patched;

		if (!strcmp(object, "vmlinux") || map_find_str(&said, object))
			continue;
		map_add_str(&said, object, 1);
		if (!spells(c, object))
			diag_warn(c->m.diag, &where, "not-patched",
				  "references to %s are resolved when the patch has a klp_object of "
				  "that name, and nothing in the module spells it",
				  object);
	}
}

static void warn_unchecked(const struct convert *c)
{
	struct diag_where where = { .object = c->m.elf->path };

	if (c->unchecked)
		diag_warn(c->m.diag, &where, "unchecked",
			  "annotations were taken on trust: pass --symbols to have their objects "
			  "and positions checked");
}

/* Every reason against the module is told, not the first one. */
static int refuse_all(struct convert *c)
{
	bool bad = klp_convert_read_annotations(c) != 0;

	bad |= klp_convert_find_symbols(c) != 0;
	bad |= check_relocs(c) != 0;
	bad |= refuse_useless(c) != 0;
	return bad ? -EINVAL : 0;
}

int klp_convert(const char *in, const char *out, const struct convert_options *opts,
		struct arena *arena, struct diag *diag, struct convert_stats *stats)
{
	struct convert c = { .opts = opts };
	size_t nr_livepatch = 0;
	int err;

	map_init(&c.of_sym, arena);
	err = klp_module_open(&c.m, in, arena, diag);
	err = err ?: check_input(&c);
	err = err ?: read_symbols(&c);
	err = err ?: read_exports(&c);
	/* From here on, each undefined symbol is known by name. */
	err = err ?: refuse_all(&c);
	/* Every undefined symbol is exported, weak, or has a conversion. */
	if (err)
		return err;
	convert_relocs(&c);
	mark_symbols(&c);
	/* The model is in the kernel's form: nothing below changes it. */
	err = klp_form_check(c.m.elf, c.m.arch, diag, &nr_livepatch);
	err = err ?: klp_module_refuse_signed(&c.m, "klp convert");
	if (err)
		return err;
	klp_module_warn_unmarked(&c.m);
	warn_not_patched(&c);
	warn_unchecked(&c);
	stats->nr_syms = c.nr;
	for (size_t i = 0; i < c.nr; i++)
		stats->nr_relocs += c.conversions[i].nr_relocs;
	/* Nothing is left to do that could fail. */
	return elf_write(c.m.elf, out, diag);
}
