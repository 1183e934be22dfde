// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check --orig --patched: the list of the oracle's passes.  check/oracle/internal.h explains
 * the model.
 */
#include <string.h>

#include "internal.h"

static bool sections_same(const struct elf_sec *a, const struct elf_sec *b)
{
	size_t nr = a->rela ? a->rela->nr_relocs : 0;

	return !strcmp(a->name, b->name) && a->size == b->size && !a->data == !b->data &&
	       (!a->data || !memcmp(a->data, b->data, a->size)) &&
	       nr == (b->rela ? b->rela->nr_relocs : 0) &&
	       (!nr || !memcmp(a->rela->relocs, b->rela->relocs, nr * sizeof(*a->rela->relocs)));
}

/* Then there is nothing to compare between the two. */
static bool inputs_same(const struct elf *a, const struct elf *b)
{
	if (a->nr_secs != b->nr_secs || a->nr_syms != b->nr_syms)
		return false;
	for_each_sec (a, sec)
		if (!sections_same(sec, b->secs[sec->index]))
			return false;
	return true;
}

static int load(struct oracle *o, const char *orig, const char *patched, const char *out)
{
	struct diag_where where = { .object = out };
	int err;

	err = image_load(&o->orig, orig, o->arena, o->diag);
	err = err ?: image_load(&o->patched, patched, o->arena, o->diag);
	err = err ?: image_load(&o->out, out, o->arena, o->diag);
	if (err)
		return err;
	oracle_resolve_distances(&o->orig);
	oracle_resolve_distances(&o->patched);
	if (o->orig.arch != o->patched.arch || o->out.arch != o->patched.arch)
		return diag_error(o->diag, &where, "mismatch", "the files are for several machines");
	o->arch = o->patched.arch;
	o->same_inputs = inputs_same(o->orig.elf, o->patched.elf);
	o->redirected = arena_calloc(o->arena, o->out.elf->nr_syms, sizeof(*o->redirected));
	o->sym_used = arena_calloc(o->arena, o->out.elf->nr_syms, sizeof(*o->sym_used));
	o->copy_of = arena_calloc(o->arena, o->patched.elf->nr_syms, sizeof(*o->copy_of));
	o->ocovered = arena_calloc(o->arena, o->out.elf->nr_secs, sizeof(*o->ocovered));
	o->pcovered = arena_calloc(o->arena, o->patched.elf->nr_secs, sizeof(*o->pcovered));
	o->stands_for = arena_calloc(o->arena, o->out.elf->nr_syms, sizeof(*o->stands_for));
	map_init(&o->named_by_entry, o->arena);
	map_init(&o->pairs_by_place, o->arena);
	map_init(&o->pairs_by_block, o->arena);
	map_init(&o->detours_at, o->arena);
	map_init(&o->depends, o->arena);
	map_init(&o->maybe_sealed, o->arena);
	return 0;
}

/* The tables' entries, and what symbols those tell to be none. */
static void load_entries(struct oracle *o)
{
	struct entries of_out = { .nr = 0 };

	oracle_collect_entries(o, &o->orig, &o->rentries);
	oracle_collect_entries(o, &o->patched, &o->pentries);
	/* Not all of the output's can be told apart before it is known what they stand for. */
	oracle_collect_entries(o, &o->out, &of_out);
	oracle_drop_replacement_labels(&o->orig, &o->rentries);
	oracle_drop_replacement_labels(&o->patched, &o->pentries);
	oracle_drop_replacement_labels(&o->out, &of_out);
}

/* Once, as a file may be a pipe. */
static int load_exports(struct oracle *o, const struct check_options *opts)
{
	int err = 0;

	if (opts->nr_symvers)
		o->exports = exports_new(o->arena);
	for (size_t i = 0; i < opts->nr_symvers && !err; i++)
		err = exports_read(o->exports, opts->symvers[i], o->diag);
	return err;
}

/* Read the kernel files that the user gave. */
static int load_kernel(struct oracle *o, const struct check_options *opts)
{
	int err = 0;

	o->kernels = arena_calloc(o->arena, opts->nr_kernels + 1, sizeof(*o->kernels));
	for (size_t i = 0; i < opts->nr_kernels && !err; i++) {
		struct kernel_file **k = &o->kernels[i];

		err = kernel_file_open(k, opts->kernels[i], o->arena, o->diag);
		if (err)
			break;
		o->nr_kernels++;
		if (o->object && kernel_file_module(*k, o->object))
			o->kernel = kernel_file_module(*k, o->object);
	}
	if (o->object && !o->kernel)
		o->whole = kernel_file_of_whole_module(o->orig.elf, o->object, o->arena, o->diag);
	return err;
}

int klp_check_object(const char *orig, const char *patched, const char *out,
		     const struct check_options *opts, struct arena *arena, struct diag *diag,
		     size_t *nr_findings)
{
	struct oracle *o = arena_alloc(arena, sizeof(*o));
	struct check_options of_module = *opts;
	int err;

	o->arena = arena;
	o->diag = diag;
	o->opts = opts;
	err = load(o, orig, patched, out);
	err = err ?: oracle_read_said(o);
	err = err ?: image_index_klp(o);
	err = err ?: load_exports(o, opts);
	if (err)
		return err;
	of_module.with_inputs = true;
	of_module.exports = o->exports;
	err = klp_check_module(out, NULL, &of_module, arena, diag, nr_findings);
	if (err)
		return err;
	/* From here on, the kernel accepts the output, whatever it means. */
	load_entries(o);
	oracle_find_named(o);
	/* Each symbol of out has its counterpart; ranges with names are known. */
	check_klp_objects(o);
	err = load_kernel(o, opts);
	if (err)
		return err;
	check_klp_funcs(o);
	oracle_compare_named(o);
	oracle_compare_pairs(o);
	oracle_match_tables(o);
	/* From here on, it is known which symbols the output leaves to the kernel. */
	check_copied(o);
	check_rest(o);
	/* Every byte of out stands for one of patched, or was reported. */
	check_missing_entries(o);
	check_orc(o);
	check_sframe(o);
	check_relocs(o);
	check_symbols(o);
	check_modinfo(o);
	check_writes(o);
	check_complete(o);
	check_registered(o);
	check_names(o);
	check_inside(o);
	check_layouts(o);
	*nr_findings = diag->nr_errors;
	return 0;
}
