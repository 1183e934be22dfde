// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: the output's symbols are those that the inputs and the kernel call for.
 */
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

/* A place of ftrace is that far from a function's begin at most: nops may stand before it. */
#define NEAR 16

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
static bool was_traced(struct oracle *o, uint32_t old)
{
	const struct elf_sym *sym = &o->orig.elf->syms[old];
	uint64_t begin = sym->value, from = begin < NEAR ? 0 : begin - NEAR;
	struct entry_walk w = oracle_entries_of(o, &o->rentries, sym->sec, from, begin + sym->size);
	const struct entry *e;

	while ((e = oracle_next_entry(&w)))
		if (e->table->rule->flags & SPECIAL_TRACE &&
		    e->owner.off <= (int64_t)begin + NEAR &&
		    (e->owner.off >= (int64_t)begin ||
		     !image_sym_at(&o->orig, sym->sec, e->owner.off)))
			return true;
	return calls_tracer(o, sym);
}

/* An object that has no trace entries at all is not built by the kernel's build. */
static bool traces(struct oracle *o)
{
	for (size_t i = 0; i < o->rentries.nr && !o->knows_traces; i++)
		o->traces |= o->rentries.list[i].table->rule->flags & SPECIAL_TRACE;
	o->knows_traces = true;
	return o->traces;
}

/* One body of the kernel can be redirected to one copy: the callers of the other one are copied. */
static bool is_redirected_as_other(const struct oracle *o, uint32_t old)
{
	const struct image *img = &o->orig;

	for_each_name_of (img, old, mate)
		for_each_str (&o->out.names, img->elf->syms[mate].name, e)
			if (mate != old && o->redirected[e->value])
				return true;
	return false;
}

/*
 * A local name of what has another one, too, and is a function of its own now: who used it is in
 * this object, and refers to another function since.
 */
static bool was_local_alias(const struct oracle *o, uint32_t old)
{
	const struct elf_sym *syms = o->orig.elf->syms;

	for_each_name_of (&o->orig, old, mate)
		if (syms[old].bind == STB_LOCAL && mate != old && oracle_is_function(&syms[mate]))
			return true;
	return false;
}

/* Other files call a global function by its name, wherever its body went in this one. */
static bool is_lost(const struct oracle *o, uint32_t old)
{
	const struct elf_sym *sym = &o->orig.elf->syms[old];

	return sym->bind != STB_LOCAL && !oracle_is_numbered(sym->name);
}

static bool is_freed(const struct oracle *o, const struct image *img, uint32_t sym)
{
	enum storage storage = special_storage_of(o->arch, img->elf->secs[img->elf->syms[sym].sec]);

	return storage == STORAGE_INIT || storage == STORAGE_EXIT;
}

/* The kernel's function of that name is gone by the time that the copy is there. */
static bool is_gone(struct oracle *o, const struct range *r)
{
	uint32_t old = oracle_orig_called(o, o->out.elf->syms[r->osym].name, r->psym);

	return old && oracle_is_function(&o->orig.elf->syms[old]) && is_freed(o, &o->orig, old) &&
	       !is_freed(o, &o->patched, r->psym);
}

/* The assembler resolves a branch to a function beside its own. */
static bool is_branched_to(const struct oracle *o, const struct range *r)
{
	const struct image *img = &o->out;
	struct operands ops = { .nr = 0 };
	bool found = false;

	image_all_operands(img, r->osec, 0, img->elf->secs[r->osec]->size, &ops);
	for (size_t i = 0; i < ops.nr && !found; i++)
		found = ops.list[i].branch && ops.list[i].to.sec == r->osec &&
			ops.list[i].to.off == (int64_t)r->oentry &&
			(ops.list[i].at < r->ostart || ops.list[i].at >= r->ostart + r->len);
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return found;
}

static void check_function(struct oracle *o, const struct range *r)
{
	const struct elf_sym *os = &o->out.elf->syms[r->osym];
	uint32_t old = is_gone(o, r) ? 0 : oracle_orig_called(o, os->name, r->psym);

	if (o->redirected[r->osym] && old && traces(o) && !was_traced(o, old))
		oracle_finding(o, r->osec, r->oentry, "not-traceable",
			       "ftrace cannot redirect the kernel's function");
	if (!o->redirected[r->osym] && old && was_traced(o, old) &&
	    (is_lost(o, old) || (!oracle_lives_on(o, old) && !is_redirected_as_other(o, old) &&
				 !was_local_alias(o, old) && !oracle_was_renumbered(o, old))))
		oracle_finding(o, r->osec, r->oentry, "not-redirected",
			       "the kernel's function is not replaced by its copy");
	/* A jump may name the section in place of the function. */
	if (!o->redirected[r->osym] && os->bind == STB_LOCAL && !o->sym_used[r->osym] &&
	    !image_is_target(&o->out, r->osec, (uint64_t)r->oentry) && !is_branched_to(o, r))
		oracle_finding(o, r->osec, r->oentry, "unused", "nothing leads to the copy");
}

/* What is defined elsewhere says no more of itself; only those of livepatches are weak. */
static void check_undefined(struct oracle *o, const struct elf_sym *sym)
{
	bool klp = starts_with(sym->name, KLP_SYM_PREFIX) ||
		   starts_with(sym->name, KLP_TOMBSTONE_PREFIX);

	if (sym->value || sym->size || sym->other ||
	    (sym->bind != STB_GLOBAL && sym->bind != STB_WEAK) || sym->type > STT_FUNC ||
	    (klp && sym->bind != STB_WEAK))
		oracle_finding(
			o, 0, 0, "symbol-form",
			"the undefined symbol %s has a value, a size, or another binding than it "
			"needs",
			sym->name);
}

/* The name of a static call's key or trampoline behind that prefix, or NULL. */
static const char *static_call(const struct elf_sym *sym, const char *prefix)
{
	return sym->sec == ELF_SEC_UNDEF && starts_with(sym->name, prefix)
		       ? sym->name + strlen(prefix)
		       : NULL;
}

static bool has_static_call(const struct oracle *o, const char *prefix, const char *name)
{
	const char *full = arena_printf(o->arena, "%s%s", prefix, name);

	for_each_str (&o->out.names, full, e)
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
	const char *name = static_call(sym, STATIC_CALL_KEY);

	return name && has_static_call(o, STATIC_CALL_TRAMP, name) &&
	       !elf_find_sec(o->patched.elf, ".static_call_sites");
}

static void check_static_call(struct oracle *o, const struct elf_sym *sym)
{
	const char *name = static_call(sym, STATIC_CALL_TRAMP);
	const struct export *key;

	if (!name || !o->exports || elf_find_sec(o->patched.elf, ".static_call_sites"))
		return;
	key = exports_find(o->exports, arena_printf(o->arena, STATIC_CALL_KEY "%s", name));
	if (key && !strcmp(key->module, "vmlinux") && !export_for_named_modules(key) &&
	    !has_static_call(o, STATIC_CALL_KEY, name))
		oracle_finding(o, 0, 0, "static-call-key",
			       "%s is called, and " STATIC_CALL_KEY
			       "%s is exported, but not among the symbols",
			       sym->name, name);
}

/* Symbols of sections and files stand for no place but a section's begin. */
static void check_nameless(struct oracle *o, const struct elf_sym *sym)
{
	bool file = sym->type == STT_FILE;

	if (sym->value || sym->size || sym->other || sym->bind != STB_LOCAL ||
	    (file ? sym->sec != ELF_SEC_ABS : sym->type != STT_SECTION))
		oracle_finding(o, 0, 0, "symbol-form", "malformed symbol of %s",
			       file ? "a source file" : "a section");
}

static bool is_in_kernel(struct oracle *o, const struct range *r)
{
	return !is_gone(o, r) &&
	       oracle_find_in_orig(o, o->out.elf->syms[r->osym].name, r->psym);
}

/* So is the symbol before such a function: nothing refers to it, and ThinLTO may have named both anew. */
static bool is_redirected(const struct oracle *o, uint32_t osym)
{
	const struct elf_sym *syms = o->out.elf->syms;
	const char *name = syms[osym].name;

	if (o->redirected[osym] || !is_function_prefix(name))
		return o->redirected[osym];
	for_each_str (&o->out.names, name + strlen(CFI_PREFIX), e)
		if (syms[e->value].sec == syms[osym].sec && o->redirected[e->value])
			return true;
	return false;
}

/* A copy of a function of the kernel is the patch's own; what is new is as in patched. */
static void check_binding(struct oracle *o, const struct range *r)
{
	const struct elf_sym *os = &o->out.elf->syms[r->osym];
	const struct elf_sym *ps = &o->patched.elf->syms[r->psym];

	if (os->other != ps->other && (os->other & ~3 || ps->other & ~3 || os->bind != STB_LOCAL))
		oracle_finding(o, r->osec, r->oentry, "symbol-form", "st_other is %#x, in %s %#x",
			       os->other, o->patched.elf->path, ps->other);
	if (os->type != ps->type)
		oracle_finding(o, r->osec, r->oentry, "symbol-form",
			       "the symbol's type is %u, in %s %u", os->type, o->patched.elf->path,
			       ps->type);
	/* Compilers write such, klp diff does not. */
	if (os->overlong)
		oracle_finding(o, r->osec, r->oentry, "size",
			       "the symbol's size reaches over the end of its section");
	/* Another object of the livepatch may refer to it. */
	if (os->bind == STB_LOCAL && ps->bind == STB_GLOBAL && oracle_is_function(ps) &&
	    !is_redirected(o, r->osym) && !is_in_kernel(o, r))
		oracle_finding(o, r->osec, r->oentry, "symbol-form",
			       "the new symbol is local, in %s global", o->patched.elf->path);
	if (os->bind != STB_LOCAL &&
	    (os->bind != ps->bind || is_in_kernel(o, r)))
		oracle_finding(o, r->osec, r->oentry, "symbol-form",
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
		oracle_finding(o, 0, 0, "symbol-form",
			       "sh_info of the symbol table is %u, but %u are local",
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
		else if (starts_with(sym->name, KLP_SYM_PREFIX) ||
			 starts_with(sym->name, KLP_TOMBSTONE_PREFIX))
			oracle_finding(o, 0, 0, "symbol-form",
				       "%s is the kernel's, but defined here", sym->name);
		else if (sym->type == STT_SECTION || sym->type == STT_FILE || !sym->name[0])
			check_nameless(o, sym);
		check_static_call(o, sym);
		if (sym->type == STT_FILE || o->sym_used[i] || elf_sym_in_sec(sym) ||
		    is_key(o, sym))
			continue;
		oracle_finding(o, 0, 0, "symbol-unused", "nothing leads to the symbol %s",
			       sym->name);
	}
	for (size_t i = 0; i < o->nr_named; i++) {
		check_binding(o, &o->named[i]);
		if (oracle_is_function(&elf->syms[o->named[i].osym]) &&
		    !is_function_prefix(elf->syms[o->named[i].osym].name))
			check_function(o, &o->named[i]);
	}
}
