// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: the output's symbols.
 */
#include <string.h>

#include "internal.h"

/* Nops for ftrace may stand before a function. */
#define MAX_BEFORE 16

/* A list that a tool makes at the end (objtool --mcount of the whole kernel) is in no object. */
static bool calls_tracer(const struct oracle *o, const struct elf_sym *sym)
{
	struct operands ops = { .nr = 0 };
	bool calls = false;

	image_operands(&o->orig, sym->sec, sym->value, sym->value + sym->size, &ops);
	for (size_t i = 0; i < ops.nr && !calls; i++)
		calls = !ops.list[i].to.sec && ops.list[i].to.name &&
			arch_is_trace_symbol(o->arch, ops.list[i].to.name);
	arena_give_back(o->arena, ops.list, ops.cap, sizeof(*ops.list));
	return calls;
}

/* The kernel can be told to call the copy only where it can trace the original. */
static bool was_traced(const struct oracle *o, uint32_t old)
{
	const struct elf_sym *sym = &o->orig.elf->syms[old];
	int64_t begin = (int64_t)sym->value, end = begin + (int64_t)sym->size;

	for (size_t i = 0; i < o->rentries.nr; i++) {
		const struct entry *e = &o->rentries.list[i];
		int64_t at = e->owner.off;

		if (e->rule->flags & SPECIAL_TRACE && e->owner.sec == sym->sec &&
		    at >= begin - MAX_BEFORE && at < end &&
		    (at >= begin || !image_sym_at(&o->orig, sym->sec, at)))
			return true;
	}
	return calls_tracer(o, sym);
}

/* An object that has no trace entries at all is not built by the kernel's build. */
static bool traces(const struct oracle *o)
{
	for (size_t i = 0; i < o->rentries.nr; i++)
		if (o->rentries.list[i].rule->flags & SPECIAL_TRACE)
			return true;
	return false;
}

/* One body of the kernel can be redirected to one copy: the callers of the other one are copied. */
static bool is_redirected_as_other(const struct oracle *o, uint32_t old)
{
	const struct image *img = &o->orig;
	uint32_t sec = img->elf->syms[old].sec;

	for (uint32_t i = img->first[sec]; i < img->first[sec + 1]; i++) {
		uint32_t mate = img->syms[i];

		if (mate == old || !same_symbol_place(img, mate, old))
			continue;
		for (size_t k = 0; k < o->nr_named; k++)
			if (o->redirected[o->named[k].osym] &&
			    !strcmp(o->out.elf->syms[o->named[k].osym].name,
				    img->elf->syms[mate].name))
				return true;
	}
	return false;
}

/*
 * A local name of what has another one, too, and is a function of its own now: who used it is in
 * this object, and refers to another function since.
 */
static bool was_local_alias(const struct oracle *o, uint32_t old)
{
	const struct elf_sym *s = &o->orig.elf->syms[old];

	for (uint32_t i = o->orig.first[s->sec]; i < o->orig.first[s->sec + 1]; i++) {
		const struct elf_sym *t = &o->orig.elf->syms[o->orig.syms[i]];

		if (s->bind == STB_LOCAL && t != s && t->value == s->value && is_function(t))
			return true;
	}
	return false;
}

/* Other files call a global function by its name, wherever its body went in this one. */
static bool is_lost(const struct oracle *o, uint32_t old)
{
	const struct elf_sym *sym = &o->orig.elf->syms[old];

	return sym->bind != STB_LOCAL && !is_numbered(sym->name);
}

static void check_function(struct oracle *o, const struct range *r)
{
	const struct elf_sym *os = &o->out.elf->syms[r->osym];
	uint32_t old = orig_called(o, os->name, r->psym);

	if (o->redirected[r->osym] && old && traces(o) && !was_traced(o, old))
		finding(o, r->osec, r->oentry, "not-traceable",
			"ftrace cannot redirect the kernel's function");
	if (!o->redirected[r->osym] && old && was_traced(o, old) &&
	    (is_lost(o, old) || (!lives_on(o, old) && !is_redirected_as_other(o, old) &&
				 !was_local_alias(o, old) && !was_renumbered(o, old))))
		finding(o, r->osec, r->oentry, "not-redirected",
			"the kernel's function is not replaced by its copy");
	/* A jump may name the section in place of the function. */
	if (!o->redirected[r->osym] && os->bind == STB_LOCAL && !o->sym_used[r->osym] &&
	    !image_is_target(&o->out, r->osec, (uint64_t)r->oentry))
		finding(o, r->osec, r->oentry, "unused", "nothing leads to the copy");
}

/* What is defined elsewhere says no more of itself; only those of livepatches are weak. */
static void check_undefined(struct oracle *o, const struct elf_sym *sym)
{
	bool klp = has_prefix(sym->name, KLP_SYM_PREFIX) ||
		   has_prefix(sym->name, KLP_TOMBSTONE_PREFIX);

	if (sym->value || sym->size || sym->other ||
	    (sym->bind != STB_GLOBAL && sym->bind != STB_WEAK) ||
	    sym->type > STT_FUNC || (klp && sym->bind != STB_WEAK))
		finding(o, 0, 0, "symbol-form",
			"the undefined symbol %s has a value, a size, or another binding than it needs",
			sym->name);
}

/* The name of a static call's key or trampoline behind that prefix, or NULL. */
static const char *static_call(const struct elf_sym *sym, const char *prefix)
{
	return sym->sec == ELF_SEC_UNDEF && has_prefix(sym->name, prefix) ?
		       sym->name + strlen(prefix) : NULL;
}

static bool has_static_call(const struct oracle *o, const char *prefix, const char *name)
{
	const char *full = arena_printf(o->arena, "%s%s", prefix, name);

	for (const struct map_entry *e = map_find_str(&o->out.names, full); e;
	     e = map_next(&o->out.names, e))
		if (o->out.elf->syms[e->value].sec == ELF_SEC_UNDEF)
			return true;
	return false;
}

/*
 * objtool, which has not seen the object yet, finds keys of static calls by their names: there
 * is one with each trampoline that is the kernel's, if both are exported, and no other use.
 */
static bool is_key(const struct oracle *o, const struct elf_sym *sym)
{
	const char *name = static_call(sym, "__SCK__");

	return name && has_static_call(o, "__SCT__", name) &&
	       !elf_find_sec(o->patched.elf, ".static_call_sites");
}

static void check_static_call(struct oracle *o, const struct elf_sym *sym)
{
	const char *name = static_call(sym, "__SCT__");
	const struct export *key;

	if (!name || !o->exports || elf_find_sec(o->patched.elf, ".static_call_sites"))
		return;
	key = exports_find(o->exports, arena_printf(o->arena, "__SCK__%s", name));
	if (key && !strcmp(key->module, "vmlinux") && !export_for_named_modules(key) &&
	    !has_static_call(o, "__SCK__", name))
		finding(o, 0, 0, "static-call-key",
			"%s is called, and __SCK__%s is exported, but not among the symbols",
			sym->name, name);
}

/* Symbols of sections and files stand for no place but a section's begin. */
static void check_nameless(struct oracle *o, const struct elf_sym *sym)
{
	bool file = sym->type == STT_FILE;

	if (sym->value || sym->size || sym->other || sym->bind != STB_LOCAL ||
	    (file ? sym->sec != ELF_SEC_ABS : sym->type != STT_SECTION))
		finding(o, 0, 0, "symbol-form", "the symbol of %s is not as one is",
			file ? "a source file" : "a section");
}

/* A copy of a function of the kernel is the patch's own; what is new is as in patched. */
static void check_binding(struct oracle *o, const struct range *r)
{
	const struct elf_sym *os = &o->out.elf->syms[r->osym];
	const struct elf_sym *ps = &o->patched.elf->syms[r->psym];

	if (os->other != ps->other && (os->other & ~3 || ps->other & ~3 || os->bind != STB_LOCAL))
		finding(o, r->osec, r->oentry, "symbol-form", "st_other is %#x, in %s %#x",
			os->other, o->patched.elf->path, ps->other);
	if (os->type != ps->type)
		finding(o, r->osec, r->oentry, "symbol-form", "the symbol's type is %u, in %s %u",
			os->type, o->patched.elf->path, ps->type);
	/* Another object of the livepatch may refer to it. */
	if (os->bind == STB_LOCAL && ps->bind == STB_GLOBAL && is_function(ps) &&
	    !o->redirected[r->osym] && !find_in_orig(o, os->name, r->psym))
		finding(o, r->osec, r->oentry, "symbol-form", "the new symbol is local, in %s global",
			o->patched.elf->path);
	if (os->bind != STB_LOCAL &&
	    (os->bind != ps->bind || find_in_orig(o, os->name, r->psym)))
		finding(o, r->osec, r->oentry, "symbol-form",
			"the symbol is not local, although the kernel has one of that name");
}

/* gABI, "Symbol Table": local ones come first, and sh_info says how many; linkers go by it. */
static void check_order(struct oracle *o)
{
	const struct elf *elf = o->out.elf;
	uint32_t nr = 0;

	while (nr < elf->nr_syms && elf->syms[nr].bind == STB_LOCAL)
		nr++;
	if (elf->symtab && elf->secs[elf->symtab]->info != nr)
		finding(o, 0, 0, "symbol-form", "sh_info of the symbol table is %u, but %u are local",
			elf->secs[elf->symtab]->info, nr);
}

void check_symbols(struct oracle *o)
{
	const struct elf *elf = o->out.elf;

	check_order(o);
	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[i];

		if (sym->sec == ELF_SEC_UNDEF)
			check_undefined(o, sym);
		else if (has_prefix(sym->name, KLP_SYM_PREFIX) ||
			 has_prefix(sym->name, KLP_TOMBSTONE_PREFIX))
			finding(o, 0, 0, "symbol-form", "%s is the kernel's, but defined here",
				sym->name);
		else if (sym->type == STT_SECTION || sym->type == STT_FILE || !sym->name[0])
			check_nameless(o, sym);
		check_static_call(o, sym);
		if (sym->type == STT_FILE || o->sym_used[i] || elf_sym_in_sec(sym) ||
		    is_key(o, sym))
			continue;
		finding(o, 0, 0, "symbol-unused", "nothing leads to the symbol %s", sym->name);
	}
	for (size_t i = 0; i < o->nr_named; i++) {
		check_binding(o, &o->named[i]);
		if (is_function(&elf->syms[o->named[i].osym]) &&
		    !is_prefix(elf->syms[o->named[i].osym].name))
			check_function(o, &o->named[i]);
	}
}
