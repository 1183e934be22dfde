// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Find which symbol of the kernel an undefined symbol of a livepatch is, in the lists of
 * symbols.  For example, `limit` that the lists have once, in vmlinux, becomes
 * .klp.sym.vmlinux.limit,0; if they have it twice, the author has to say which one it is.
 */
#include <errno.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>

#include "internal.h"

/* ---- what would fit ---- */

/* A line for an object's symbol, in both forms of annotations. */
static bool suggest(const struct convert *c, const char *name, const struct kernel_file *k,
		    const struct kernel_sym *s)
{
	struct diag_where where = klp_convert_at_sym(c, name);
	const char *object = kernel_file_object(k);
	int64_t pos = kernel_sym_pos(s);

	if (pos < 0 || s->freed)
		return false;
	diag_note(c->m.diag, &where, "would-fit",
		  "would fit: %s, position %lld%s%s%s: struct KLP_MODULE_RELOC(%s) … "
		  "KLP_SYMPOS(%s, %lld), or KLP_RELOC_SYMBOL_POS(%s, %s, %s, %lld)",
		  object, (long long)pos, s->file ? " (" : "", s->file ?: "", s->file ? ")" : "",
		  object, name, (long long)pos, object, object, name, (long long)pos);
	return true;
}

/* Every symbol of that name, of every object. */
static void suggest_all(const struct convert *c, const char *name)
{
	struct diag_where where = klp_convert_at_sym(c, name);
	bool any = false, exists = false;

	arena_work(c->m.arena, symlist_count(c->list));
	for (size_t i = 0; i < symlist_count(c->list); i++) {
		const struct kernel_file *k = symlist_at(c->list, i);
		const struct kernel_sym *s;
		size_t nr;

		s = kernel_file_find(k, name, &nr);
		exists |= nr > 0;
		for (size_t n = 0; n < nr; n++)
			any |= suggest(c, name, k, &s[n]);
	}
	if (exists && !any)
		diag_note(c->m.diag, &where, "would-fit",
			  "no symbol of this name can be meant: each is in init memory, or changes "
			  "its position once its module is live");
}

/* The objects that the lists have, the first few by name. */
static const char *known_objects(const struct convert *c)
{
	size_t nr = symlist_count(c->list);
	const char *text = "";

	if (!nr)
		return "none; pass --symbols";
	for (size_t i = 0; i < nr && i < 12; i++)
		text = arena_printf(c->m.arena, "%s%s%s", text, i ? ", " : "",
				    kernel_file_object(symlist_at(c->list, i)));
	return nr > 12 ? arena_printf(c->m.arena, "%s and %zu more", text, nr - 12) : text;
}

/* ---- the symbol that is meant ---- */

/* It has to be there as long as the patch is, at one position. */
static int check_lasting(const struct convert *c, const char *name, const struct kernel_file *k,
			 const struct kernel_sym *s)
{
	struct diag_where where = klp_convert_at_sym(c, name);
	const char *object = kernel_file_object(k);

	if (s->freed || kernel_sym_pos(s) == KERNEL_POS_GONE)
		return diag_error(c->m.diag, &where, "init-memory",
				  "it is in init memory of %s, which is freed when that is up",
				  object);
	if (kernel_sym_pos(s) == KERNEL_POS_DIFFERS)
		return diag_error(c->m.diag, &where, "position-changes",
				  "its position among the symbols of this name in %s changes when "
				  "the module's init sections are freed",
				  object);
	if (kernel_file_live_only(k) && kernel_sym_pos(s))
		return diag_error(c->m.diag, &where, "position-changes",
				  "%s tells its position only for when %s is live, not for while it "
				  "is loaded; pass the .ko",
				  kernel_file_path(k), object);
	return 0;
}

/* ---- annotated ones ---- */

static int no_object(struct convert *c, const struct conversion *to)
{
	struct diag_where where = klp_convert_at_sym(c, to->name);

	if (!symlist_count(c->list)) {
		c->unchecked = true;
		return 0;
	}
	return diag_error(c->m.diag, &where, "unknown-object",
			  "annotated as %s's, but no list has that object, only: %s; pass it with "
			  "--symbols",
			  to->object, known_objects(c));
}

static int wrong_position(const struct convert *c, const struct conversion *to, size_t nr)
{
	struct diag_where where = klp_convert_at_sym(c, to->name);

	if (nr == 1)
		return diag_error(c->m.diag, &where, "annotation-position",
				  "annotated with position %llu, but the name is unique in %s, and "
				  "then the position is 0",
				  (unsigned long long)to->pos, to->object);
	if (!to->pos)
		diag_error(c->m.diag, &where, "annotation-position",
			   "annotated with position 0, which is for unique names, but %s has %zu "
			   "of this one",
			   to->object, nr);
	else
		diag_error(c->m.diag, &where, "annotation-position",
			   "annotated with position %llu, but %s has only %zu of this name",
			   (unsigned long long)to->pos, to->object, nr);
	suggest_all(c, to->name);
	return -EINVAL;
}

/* In form A it would have stayed an ordinary reference; form B says how it is to be bound. */
static int check_needed(const struct convert *c, const struct conversion *to, size_t nr)
{
	const struct export *x = exports_find(c->exports, to->name);
	struct diag_where where = klp_convert_at_sym(c, to->name);

	if (!to->section || nr > 1 || strcmp(to->object, "vmlinux") != 0 || !x ||
	    strcmp(x->module, "vmlinux") != 0 || export_for_named_modules(x))
		return 0;
	where.section = to->section;
	return diag_error(c->m.diag, &where, "annotation-useless",
			  "a useless annotation: vmlinux exports this symbol (%s), so that it stays "
			  "an ordinary reference",
			  x->file);
}

static int check_annotated(struct convert *c, const struct conversion *to)
{
	const struct kernel_file *k = symlist_find(c->list, to->object);
	struct diag_where where = klp_convert_at_sym(c, to->name);
	const struct kernel_sym *s;
	size_t nr;

	if (!k)
		return no_object(c, to);
	s = kernel_file_find(k, to->name, &nr);
	if (!nr) {
		diag_error(c->m.diag, &where, "unknown-symbol",
			   "annotated as %s's, which has no such symbol (%s)", to->object,
			   kernel_file_path(k));
		suggest_all(c, to->name);
		return -EINVAL;
	}
	if (nr == 1 ? to->pos : !to->pos || to->pos > nr)
		return wrong_position(c, to, nr);
	if (to->pos)
		s += to->pos - 1;
	return check_lasting(c, to->name, k, s) ?: check_needed(c, to, nr);
}

/* ---- others ---- */

/* Symbols that the toolchain and ftrace put into every module, or that the loader knows itself. */
static bool is_builtin(const struct convert *c, const char *name)
{
	return arch_is_trace_symbol(c->m.arch, name) || arch_is_own_symbol(c->m.arch, name);
}

static bool is_exported(const struct convert *c, const char *name)
{
	const struct export *x = exports_find(c->exports, name);

	if (x)
		return !export_for_named_modules(x);
	return symlist_exporter(c->list, name) != NULL;
}

static int not_found(const struct convert *c, const struct elf_sym *sym)
{
	struct diag_where where = klp_convert_at_sym(c, sym->name);

	/* The loader makes it 0, which the module asks for. */
	if (sym->bind == STB_WEAK)
		return 0;
	if (!c->knows_exports)
		return diag_error(c->m.diag, &where, "unknown-symbol",
				  "undefined, and no list of symbols has it (objects: %s); if the "
				  "kernel exports it, pass --symvers Module.symvers",
				  known_objects(c));
	return diag_error(c->m.diag, &where, "unknown-symbol",
			  "undefined, not exported, and no list of symbols has it (objects: %s): a "
			  "misspelt name, one that the compiler changed (foo.isra.0) or inlined, or "
			  "an object whose list is missing",
			  known_objects(c));
}

static int ambiguous(const struct convert *c, const char *name, size_t total)
{
	struct diag_where where = klp_convert_at_sym(c, name);

	diag_error(c->m.diag, &where, "ambiguous-symbol",
		   "undefined, not exported, and there are %zu symbols of this name; say which one "
		   "is meant with an annotation (klp-annotations.h)",
		   total);
	suggest_all(c, name);
	return -EINVAL;
}

/* All symbols of that name: their number, and the one if there is only one. */
static size_t find_everywhere(const struct convert *c, const char *name,
			      const struct kernel_file **file, const struct kernel_sym **sym)
{
	size_t total = 0;

	arena_work(c->m.arena, symlist_count(c->list));
	for (size_t i = 0; i < symlist_count(c->list); i++) {
		const struct kernel_file *k = symlist_at(c->list, i);
		const struct kernel_sym *s;
		size_t nr;

		s = kernel_file_find(k, name, &nr);
		if (nr) {
			*file = k;
			*sym = s;
		}
		total += nr;
	}
	return total;
}

static int find_symbol(struct convert *c, uint32_t i)
{
	const struct elf_sym *sym = &c->m.elf->syms[i];
	const struct kernel_file *k = NULL;
	const struct kernel_sym *s = NULL;
	struct conversion *to;
	size_t total;
	int err;

	if (is_builtin(c, sym->name) || is_exported(c, sym->name))
		return 0;
	total = find_everywhere(c, sym->name, &k, &s);
	if (!total)
		return not_found(c, sym);
	if (total > 1)
		return ambiguous(c, sym->name, total);
	err = check_lasting(c, sym->name, k, s);
	if (err)
		return err;
	to = klp_convert_add(c, i);
	to->patched = to->object = kernel_file_object(k);
	to->name = sym->name;
	return 0;
}

/* Without any list, the annotations are all there is to go by. */
static void warn_unknown(const struct convert *c, uint32_t i)
{
	struct diag_where where = { .object = c->m.elf->path };

	diag_warn(c->m.diag, &where, "unknown-symbol",
		  "undefined symbols without annotations were left as they are (%s): pass --symbols "
		  "and --symvers",
		  c->m.elf->syms[i].name);
}

int klp_convert_find_symbols(struct convert *c)
{
	size_t nr_annotated = c->nr;
	bool knows = c->knows_exports || symlist_count(c->list), warned = false;
	int err = 0;

	for (size_t i = 0; i < nr_annotated; i++) {
		struct conversion *to = &c->conversions[i];

		if (to->refused || !check_annotated(c, to))
			continue;
		to->refused = true;
		err = -EINVAL;
	}
	for (uint32_t i = 1; i < c->m.elf->nr_syms; i++) {
		const struct elf_sym *sym = &c->m.elf->syms[i];

		if (sym->sec != ELF_SEC_UNDEF || klp_convert_of(c, i) || c->unread)
			continue;
		if (knows && find_symbol(c, i))
			err = -EINVAL;
		if (knows || warned || is_builtin(c, sym->name))
			continue;
		warn_unknown(c, i);
		warned = true;
	}
	return err;
}
