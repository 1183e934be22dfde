// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: pair the functions and objects of the output with those of the patched object, by
 * name, source file and scope.
 */
#include <stdlib.h>
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

/* How far each symbol and those before it in its section reach. */
static void find_reach(struct image *img)
{
	img->reach =
		arena_calloc(img->arena, img->first[img->elf->nr_secs] + 1, sizeof(*img->reach));
	for (uint32_t s = 1; s < img->elf->nr_secs; s++) {
		uint64_t end = 0;

		for (uint32_t i = img->first[s]; i < img->first[s + 1]; i++) {
			const struct elf_sym *t = &img->elf->syms[img->syms[i]];

			if (t->value + t->size > end && !is_function_prefix(t->name))
				end = t->value + t->size;
			img->reach[i] = end;
		}
	}
}

/* The end of what stands before the symbol in its section. */
static uint64_t end_before(struct image *img, uint32_t sym)
{
	const struct elf_sym *s = &img->elf->syms[sym];
	uint32_t first = image_first_at(img, s->sec, (int64_t)s->value);
	uint64_t end;

	if (!img->reach)
		find_reach(img);
	end = first > img->first[s->sec] ? img->reach[first - 1] : 0;
	return end < s->value ? end : s->value;
}

/*
 * How many bytes before its symbol belong to a function: those from the first
 * one on that something leads to (patchable entries, prefix symbols), and what
 * of the nops before it is the same.
 */
static uint64_t prefix_length(struct oracle *o, uint32_t osym, uint32_t psym)
{
	const struct elf_sym *os = &o->out.elf->syms[osym], *ps = &o->patched.elf->syms[psym];
	const uint8_t *od = o->out.elf->secs[os->sec]->data;
	const uint8_t *pd = o->patched.elf->secs[ps->sec]->data;
	uint64_t ogap = os->value - end_before(&o->out, osym), pgap, at;

	if (!ogap || !oracle_is_function(ps))
		return 0;
	pgap = ps->value - end_before(&o->patched, psym);
	if (!pgap)
		return 0;
	at = ps->value - (pgap < ogap ? pgap : ogap);
	if (!image_is_target(&o->patched, ps->sec, at))
		at = image_next_target(&o->patched, ps->sec, at);
	at = at < ps->value ? ps->value - at : 0;
	while (at < ogap && at < pgap && od && pd && od[os->value - at - 1] == pd[ps->value - at - 1])
		at++;
	/* Part of an instruction is none. */
	return at - at % o->arch->insn_align;
}

static uint64_t named_length(const struct image *img, uint32_t sym)
{
	const struct elf_sym *s = &img->elf->syms[sym];
	uint32_t around = image_sym_around(img, s->sec, (int64_t)s->value);
	uint32_t next = image_first_at(img, s->sec, (int64_t)s->value + 1);
	uint64_t end = img->elf->secs[s->sec]->size;

	if (s->size)
		return s->size;
	/* A label in a function is no longer than that. */
	if (around && img->elf->syms[around].value + img->elf->syms[around].size < end)
		end = img->elf->syms[around].value + img->elf->syms[around].size;
	if (next < img->first[s->sec + 1] && img->elf->syms[img->syms[next]].value < end)
		end = img->elf->syms[img->syms[next]].value;
	return end - s->value;
}

static struct range make_range(struct oracle *o, uint32_t osym, uint32_t psym)
{
	const struct elf_sym *os = &o->out.elf->syms[osym], *ps = &o->patched.elf->syms[psym];
	uint64_t prefix = prefix_length(o, osym, psym);
	uint64_t olen = named_length(&o->out, osym), plen = named_length(&o->patched, psym);

	return (struct range){
		.osec = os->sec, .psec = ps->sec,
		.ostart = os->value - prefix, .pstart = ps->value - prefix,
		.len = prefix + (olen < plen ? olen : plen),
		.osym = osym, .psym = psym,
		.oentry = os->value, .pentry = ps->value,
	};
}

/* The file of what a prefix symbol, which objtool adds, stands before; else the symbol's own. */
static const char *file_of(const struct image *img, uint32_t sym)
{
	const struct elf_sym *s = &img->elf->syms[sym];
	uint32_t next;

	if (!is_function_prefix(s->name))
		return img->files[sym];
	next = image_sym_at(img, s->sec, (int64_t)(s->value + s->size));
	return next ? img->files[next] : "";
}

/* Of several that have its name (and file), the one that holds the same bytes. */
static uint32_t find_counterpart(struct oracle *o, uint32_t osym)
{
	const struct elf_sym *os = &o->out.elf->syms[osym];
	const char *file = file_of(&o->out, osym), *pfile;
	/* Prefix symbols are listed as if they were of the last file. */
	const char *scope_file = is_function_prefix(os->name) ? "" : file;
	struct scope scope = image_scope(&o->patched, os->name, scope_file);
	uint32_t best = 0, nr = 0, psym;

	while ((psym = image_next_in(&o->patched, &scope, scope_file))) {
		const struct elf_sym *ps = &o->patched.elf->syms[psym];
		struct range r;

		if (!elf_sym_in_sec(ps) || oracle_is_function(ps) != oracle_is_function(os))
			continue;
		pfile = file_of(&o->patched, psym);
		if (*file && *pfile && strcmp(file, pfile))
			continue;
		if (!nr++) {
			best = psym;
			continue;
		}
		r = make_range(o, osym, best);
		if (!oracle_bytes_equal(o, &r, NULL) || o->copy_of[best])
			best = psym;
	}
	return best;
}

static int cmp_range(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	if (x->osec != y->osec)
		return x->osec < y->osec ? -1 : 1;
	return (x->ostart > y->ostart) - (x->ostart < y->ostart);
}

void oracle_find_named(struct oracle *o)
{
	const struct elf *elf = o->out.elf;

	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[i];
		uint32_t psym;

		if (!elf_sym_in_sec(sym) || sym->type == STT_SECTION || sym->type == STT_FILE ||
		    arch_mapping(o->arch, sym) != MAPPING_NONE || o->out.is_label[i] ||
		    oracle_is_own_table(o, elf->secs[sym->sec]))
			continue;
		if (starts_with(sym->name, KLP_ENTRY_PREFIX))
			continue; /* oracle_match_tables() */
		if (arch_is_label(o->arch, sym)) {
			oracle_finding(o, sym->sec, sym->value, "label",
				       "the symbol %s names nothing", sym->name);
			continue;
		}
		psym = find_counterpart(o, i);
		if (!psym) {
			oracle_finding(o, sym->sec, sym->value, "no-counterpart",
				       "%s defines no %s of that name and file",
				       o->patched.elf->path,
				       oracle_is_function(sym) ? "function" : "object");
			continue;
		}
		o->named = arena_grow(o->arena, o->named, o->nr_named, &o->cap_named,
				      sizeof(*o->named));
		o->named[o->nr_named++] = make_range(o, i, psym);
		o->copy_of[psym] = i;
		o->stands_for[i] = psym;
	}
	if (o->nr_named)
		qsort(o->named, o->nr_named, sizeof(*o->named), cmp_range);
	for (size_t i = 0; i < o->nr_named; i++)
		map_add_u64(&o->named_by_entry, place_key(o->named[i].osec, o->named[i].oentry),
			    (uint32_t)i);
}
