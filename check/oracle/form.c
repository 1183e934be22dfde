// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: the form of the output, as far as the inputs say what it must be: its .modinfo, the
 * tables that say what is replaced, its symbols, sections and relocations.  What the kernel
 * demands of every module is checked before.
 */
#include <string.h>

#include <klp/facts.h>

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
static bool was_traced(struct oracle *o, uint32_t old)
{
	const struct elf_sym *sym = &o->orig.elf->syms[old];
	uint64_t begin = sym->value, from = begin < MAX_BEFORE ? 0 : begin - MAX_BEFORE;
	struct entry_walk w = oracle_entries_of(o, &o->rentries, sym->sec, from, begin + sym->size);
	const struct entry *e;

	while ((e = oracle_next_entry(&w)))
		if (e->rule->flags & SPECIAL_TRACE &&
		    (e->owner.off >= (int64_t)begin ||
		     !image_sym_at(&o->orig, sym->sec, e->owner.off)))
			return true;
	return calls_tracer(o, sym);
}

/* An object that has no trace entries at all is not built by the kernel's build. */
static bool traces(struct oracle *o)
{
	for (size_t i = 0; i < o->rentries.nr && !o->knows_traces; i++)
		o->traces |= o->rentries.list[i].rule->flags & SPECIAL_TRACE;
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
	    !image_is_target(&o->out, r->osec, (uint64_t)r->oentry))
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
	    !o->redirected[r->osym] && !is_in_kernel(o, r))
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

const struct elf_reloc *oracle_reloc_at(const struct elf_sec *sec, uint64_t at)
{
	size_t i = elf_first_reloc(sec->rela, at);

	return sec->rela && i < sec->rela->nr_relocs && sec->rela->relocs[i].offset == at
		       ? &sec->rela->relocs[i]
		       : NULL;
}

/* Where the pointer at a place leads; false: nowhere in the output. */
static bool pointer_at(struct oracle *o, const struct elf_sec *sec, uint64_t at, uint32_t *to_sec,
		       uint64_t *to)
{
	const struct elf_reloc *r = oracle_reloc_at(sec, at);

	if (!r || r->type != o->arch->abs64 || !elf_sym_in_sec(&o->out.elf->syms[r->sym]))
		return false;
	*to_sec = o->out.elf->syms[r->sym].sec;
	*to = o->out.elf->syms[r->sym].value + (uint64_t)r->addend;
	return true;
}

const char *oracle_string_at(struct oracle *o, const struct elf_sec *sec, uint64_t at)
{
	uint32_t to_sec;
	uint64_t to;
	const struct elf_sec *s;

	if (!pointer_at(o, sec, at, &to_sec, &to))
		return NULL;
	s = o->out.elf->secs[to_sec];
	if (!s->data || to >= s->size || !memchr(s->data + to, 0, s->size - to))
		return NULL;
	return (const char *)s->data + to;
}

static bool orig_has_function(const struct oracle *o, const char *name)
{
	for_each_str (&o->orig.names, name, e)
		if (elf_sym_in_sec(&o->orig.elf->syms[e->value]) &&
		    oracle_is_code(o->orig.elf->secs[o->orig.elf->syms[e->value].sec]))
			return true;
	return false;
}

/* The function or an alias of it. */
static bool is_called(const struct oracle *o, uint32_t sec, uint64_t at, const char *name)
{
	for_each_named_entry (o, sec, at, r)
		if (oracle_same_stem(name, o->out.elf->syms[r->osym].name))
			return true;
	return false;
}

/* Is an entry before it about the same function, by name and position? */
static bool is_listed_before(struct oracle *o, const struct elf_sec *sec, uint64_t at,
			     const char *name)
{
	uint64_t pos = get_le64(sec->data + at + KLP_FUNC_POS);

	for (uint64_t i = 0; i < at; i += KLP_FUNC_SIZE) {
		const char *other = oracle_string_at(o, sec, i);

		if (other && !strcmp(other, name) && get_le64(sec->data + i + KLP_FUNC_POS) == pos)
			return true;
	}
	return false;
}

/*
 * The function of orig that an entry is about.  Source files may have one name, and the same
 * static that nobody in the object uses: which is which only the kernel's file tells
 * (check_position()), and two of different positions are two.
 */
static uint32_t old_function(struct oracle *o, const struct elf_sec *sec, uint64_t at,
			     const char *name, const struct range *r)
{
	uint32_t old = oracle_find_in_orig(o, name, r->psym);

	if (!old || !oracle_redirect_of(o, old) || o->redirected[r->osym] || o->said[r->psym] ||
	    oracle_orig_called(o, name, r->psym) || is_listed_before(o, sec, at, name))
		return old;
	for_each_str (&o->orig.names, name, e)
		if (oracle_could_be_in_orig(o, e->value, r->psym) &&
		    !oracle_redirect_of(o, e->value))
			return e->value;
	return old;
}

static void check_klp_func(struct oracle *o, const struct elf_sec *sec, uint64_t at)
{
	const char *name = oracle_string_at(o, sec, at);
	const struct range *r = NULL;
	uint32_t to_sec, old;
	uint64_t to;

	if (pointer_at(o, sec, at + KLP_FUNC_NEW, &to_sec, &to))
		r = oracle_named_at(o, to_sec, (int64_t)to);
	if (!name || !r || to != r->oentry || !oracle_is_code(o->out.elf->secs[r->osec])) {
		oracle_finding(o, sec->index, at, "klp-func",
			       "the entry has no name, or no function of the output");
		return;
	}
	if (!is_called(o, to_sec, to, name))
		oracle_finding(o, sec->index, at, "klp-func-pair", "%s is replaced by %s", name,
			       o->out.elf->syms[r->osym].name);
	old = oracle_orig_called(o, name, r->psym);
	if (old && oracle_lives_on(o, old))
		oracle_finding(o, sec->index, at, "klp-func-pair", "%s did not change", name);
	if (!orig_has_function(o, name))
		oracle_finding(o, sec->index, at, "klp-func-new", "%s has no function %s",
			       o->orig.elf->path, name);
	old = old_function(o, sec, at, name, r);
	/* Two functions of the kernel may have become one, but none may become two. */
	if (old ? oracle_redirect_of(o, old) : o->redirected[r->osym])
		oracle_finding(o, sec->index, at, "klp-func-twice", "%s is listed twice", name);
	/* Its aliases as well. */
	for_each_named_entry (o, to_sec, to, alias)
		o->redirected[alias->osym] = true;
	if (old)
		oracle_note_redirect(o, old, r->osym);
	if (old)
		check_weak(o, sec->index, at, old);
	if (old)
		check_position(o, sec->index, at, get_le64(sec->data + at + KLP_FUNC_POS), name,
			       old);
}

void check_klp_funcs(struct oracle *o)
{
	const struct elf_sec *sec = elf_find_sec(o->out.elf, ".init.klp_funcs");

	if (!sec || !sec->data)
		return;
	for (uint64_t at = 0; at + KLP_FUNC_SIZE <= sec->size; at += KLP_FUNC_SIZE)
		check_klp_func(o, sec, at);
	if (sec->size % KLP_FUNC_SIZE || !sec->rela ||
	    sec->rela->nr_relocs != sec->size / KLP_FUNC_SIZE * 2)
		oracle_finding(o, sec->index, 0, "klp-func",
			       "its size or relocations are not those of a list of entries of %d "
			       "bytes",
			       KLP_FUNC_SIZE);
}

bool oracle_same_object(const char *a, const char *b)
{
	while (*a && (*a == '-' ? '_' : *a) == (*b == '-' ? '_' : *b))
		a++, b++;
	return *a == *b;
}

/* include/linux/livepatch_helpers.h: a pointer in patched, whose name says for when. */
static bool wanted_callback(const struct oracle *o, unsigned int nth, struct place *to)
{
	const struct elf *elf = o->patched.elf;

	for_each_sym (elf, sym) {
		struct operands ops = { .nr = 0 };
		const char *object;

		if (sym->name[0] != '_' || !elf_sym_in_sec(sym) ||
		    klp_callback_kind(sym->name, &object) != (int)nth)
			continue;
		image_operands(&o->patched, sym->sec, sym->value, sym->value + 8, &ops);
		if (ops.nr == 1) {
			*to = ops.list[0].to;
			return true;
		}
	}
	return false;
}

/* The function of the module's own code that carries out __klp_writes at that time, or NULL. */
static const char *own_callback(unsigned int nth)
{
	return nth == KLP_PRE_PATCH ? KLP_WRITE_CALLBACK
	       : nth == KLP_POST_UNPATCH ? KLP_UNWRITE_CALLBACK
					 : NULL;
}

static bool is_write_callback(const struct oracle *o, const struct elf_reloc *r, unsigned int nth)
{
	const struct elf_sym *sym = r ? &o->out.elf->syms[r->sym] : NULL;

	return sym && own_callback(nth) && sym->sec == ELF_SEC_UNDEF && !r->addend &&
	       !strcmp(sym->name, own_callback(nth));
}

static void check_callback(struct oracle *o, const struct elf_sec *sec, unsigned int nth)
{
	uint64_t at = KLP_OBJECT_CALLBACKS + 8 * nth, to = 0;
	const struct range *r = NULL;
	struct place want;
	uint32_t to_sec;

	if (pointer_at(o, sec, at, &to_sec, &to))
		r = oracle_named_at(o, to_sec, (int64_t)to);
	if (!wanted_callback(o, nth, &want)) {
		const struct elf_reloc *own = oracle_reloc_at(sec, at);

		bool wanted = oracle_writes(o) && own_callback(nth);

		if (wanted && !own)
			oracle_finding(o, sec->index, at, "klp-object",
				       "what writes to the kernel's data is not called");
		else if (own && (!wanted || !is_write_callback(o, own, nth)))
			oracle_finding(o, sec->index, at, "klp-object", "%s has no such callback",
				       o->patched.elf->path);
		return;
	}
	if (!r || r->oentry != to || r->psec != want.sec || (int64_t)r->pentry != want.off)
		oracle_finding(o, sec->index, at, "klp-object", "the callback is not that of %s",
			       o->patched.elf->path);
}

/* What the patch puts among its callbacks under a name that is none: nothing calls it. */
static void check_callback_names(struct oracle *o)
{
	const struct elf_sec *sec = elf_find_sec(o->patched.elf, ".discard.klp_callback_ptrs");
	const char *object;

	if (!sec)
		return;
	for_each_sym (o->patched.elf, sym)
		if (sym->sec == sec->index && sym->type == STT_OBJECT &&
		    klp_callback_kind(sym->name, &object) < 0 &&
		    !map_find_str(&o->orig.names, sym->name))
			oracle_finding(o, 0, 0, "klp-object",
				       "%s of %s is among the callbacks, and none by its name",
				       sym->name, o->patched.elf->path);
}

void check_klp_objects(struct oracle *o)
{
	const struct elf_sec *sec = elf_find_sec(o->out.elf, ".init.klp_objects");

	if (!sec || sec->size != KLP_OBJECT_SIZE || !sec->data) {
		oracle_finding(o, 0, 0, "klp-object",
			       ".init.klp_objects is not one entry of %d bytes", KLP_OBJECT_SIZE);
		return;
	}
	o->object = oracle_reloc_at(sec, 0) ? oracle_string_at(o, sec, 0) : "vmlinux";
	if (o->object && o->opts->object && !oracle_same_object(o->object, o->opts->object))
		oracle_finding(o, sec->index, 0, "klp-object", "it is for %s, not for %s",
			       o->object, o->opts->object);
	for (unsigned int i = 0; i < 4; i++)
		check_callback(o, sec, i);
	check_callback_names(o);
	for_each_reloc (sec->rela, r)
		if (r->offset % 8 || r->offset >= 48)
			oracle_finding(o, sec->index, r->offset, "klp-object",
				       "no relocation belongs here");
}

#define NAMESPACE "import_ns="
#define BUILD	  "klp_build_id="

static bool has_string(const struct elf_sec *sec, const char *want)
{
	const char *s;

	for (uint64_t at = 0; (s = elf_next_string(sec, &at));)
		if (!strcmp(s, want))
			return true;
	return false;
}

/* "import_ns=X" of a string, which built-in code writes with its module's name and a dot. */
static const char *namespace_of(const char *s)
{
	const char *key = strstr(s, NAMESPACE);

	return key && (key == s || (key[-1] == '.' && !memchr(s, '=', (size_t)(key - s)))) ? key
											   : NULL;
}

/* Does the patched object import that, or an ordinary reference of the output need it? */
static bool is_wanted_import(const struct oracle *o, const struct elf_sec *in, const char *want)
{
	const char *s, *said;

	for (uint64_t at = 0; (s = elf_next_string(in, &at));)
		if ((said = namespace_of(s)) && !strcmp(said, want))
			return true;
	for (uint32_t i = 1; o->exports && i < o->out.elf->nr_syms; i++) {
		const struct elf_sym *sym = &o->out.elf->syms[i];
		const struct export *x =
			sym->sec == ELF_SEC_UNDEF ? exports_find(o->exports, sym->name) : NULL;

		if (x && !strcmp(x->ns, want + strlen(NAMESPACE)))
			return true;
	}
	return false;
}

/* May positions in the object have been counted?  Without any kernel that is not known. */
static bool concerns(const struct oracle *o, const char *object)
{
	struct klp_sym_name name;

	if (!o->nr_kernels || !strcmp(object, "vmlinux") ||
	    (o->object && oracle_same_object(object, o->object)))
		return true;
	for_each_sym (o->out.elf, sym)
		if (!klp_name_parse(sym->name, &name) && !strcmp(name.object, object))
			return true;
	return false;
}

/* Of OBJECT:HEX, whatever HEX is. */
static bool is_build(const struct oracle *o, const char *s)
{
	static const char digits[] = "0123456789abcdef";
	const char *colon = strchr(s, ':'), *hex = colon ? colon + 1 : "";

	if (colon == s || !*hex || strlen(hex) % 2 || strspn(hex, digits) != strlen(hex))
		return false;
	return concerns(o, arena_strndup(o->arena, s, (size_t)(colon - s)));
}

/* Does .modinfo say in which build of the object positions were counted? */
static bool names_build(struct oracle *o, const struct elf_sec *out, const char *object)
{
	const char *want = arena_printf(o->arena, BUILD "%s:", object), *s;

	for (uint64_t at = 0; (s = elf_next_string(out, &at));)
		if (starts_with(s, want))
			return true;
	return false;
}

/*
 * A position that is not 0 was counted in a certain build: .modinfo has its ID, or the kernel's
 * file, which may have none (System.map), is here to tell.  Without it only vmlinux is asked,
 * which kbuild always links with an ID (Makefile, --build-id).
 */
static void check_counted(struct oracle *o, const struct elf_sec *out)
{
	struct klp_sym_name name;
	size_t len;

	if (o->kernel && !kernel_file_build_id(o->kernel, &len))
		return;
	for_each_sym (o->out.elf, sym) {
		if (klp_name_parse(sym->name, &name) || !name.pos ||
		    strcmp(name.object, o->kernel ? o->object : "vmlinux") != 0 ||
		    names_build(o, out, name.object))
			continue;
		oracle_finding(
			o, out ? out->index : 0, 0, "modinfo",
			BUILD "%s: is missing: in which build was the position of %s counted?%s",
			name.object, sym->name, o->kernel ? "" : " (--kernel FILE tells, too)");
		return;
	}
}

void check_modinfo(struct oracle *o)
{
	const struct elf_sec *out = elf_find_sec(o->out.elf, ".modinfo");
	const struct elf_sec *in = elf_find_sec(o->patched.elf, ".modinfo");
	const char *s, *ns;
	uint64_t at;

	for (at = 0; (s = elf_next_string(in, &at));)
		if ((ns = namespace_of(s)) && !has_string(out, ns))
			oracle_finding(o, out ? out->index : 0, 0, "modinfo", "%s is missing", ns);
	for (at = 0; (s = elf_next_string(out, &at));) {
		bool right = !starts_with(s, BUILD)
				     ? starts_with(s, NAMESPACE) &&
					       is_wanted_import(o, in, s)
				     : is_build(o, s + strlen(BUILD));

		if (!right)
			oracle_finding(o, out->index, (uint64_t)(s - (const char *)out->data),
				       "modinfo", "neither %s nor the kernel says %s",
				       o->patched.elf->path, s);
	}
	check_counted(o, out);
	if (out && (!out->size || at < out->size))
		oracle_finding(o, out->index, at, "modinfo", "it does not end with a string");
}

static const struct klp_entry *entry_for(const struct image *img, uint32_t sec, uint64_t at)
{
	for_each_u64 (&img->klp_places, (uint64_t)sec << 40 ^ at, e)
		if (img->klp[e->value].sec == sec && img->klp[e->value].at == at)
			return &img->klp[e->value];
	return NULL;
}

static void check_tombstone(struct oracle *o, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const char *name = o->out.elf->syms[r->sym].name + strlen(KLP_TOMBSTONE_PREFIX);
	const struct klp_entry *e = entry_for(&o->out, sec->index, r->offset);
	struct klp_sym_name parsed;
	const char *klp;

	if (!e)
		return;
	klp = o->out.elf->syms[e->sym].name;
	if (klp_name_parse(klp, &parsed) || parsed.name_len != strlen(name) ||
	    strncmp(parsed.name, name, parsed.name_len) || e->addend != r->addend ||
	    e->type != r->type)
		oracle_finding(o, sec->index, r->offset, "tombstone",
			       "the livepatch relocation to %s is not the one to %s", klp, name);
}

static void check_reloc(struct oracle *o, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const char *name = o->out.elf->syms[r->sym].name;

	o->sym_used[r->sym] = 1;
	check_reach(o, sec, r);
	if (starts_with(name, KLP_TOMBSTONE_PREFIX))
		check_tombstone(o, sec, r);
	else if (starts_with(name, KLP_SYM_PREFIX) &&
		 !starts_with(sec->name, KLP_RELOCS_PREFIX "."))
		oracle_finding(o, sec->index, r->offset, "klp-ordinary",
			       "an ordinary relocation leads to a livepatch symbol");
}

/* Without a list of exports it may be. */
static bool is_exported_by(const struct oracle *o, const struct klp_sym_name *name)
{
	const char *s = arena_strndup(o->arena, name->name, name->name_len);
	const struct export *x = o->exports ? exports_find(o->exports, s) : NULL;

	return !o->exports || (x && oracle_same_object(x->module, name->object));
}

/* Does the original refer to something of that module, or its own file say that it needs it? */
static bool needs_module(const struct oracle *o, const char *module)
{
	const struct elf *elf = o->orig.elf;

	if (kernel_file_depends(o->kernel, module))
		return true;
	for_each_sym (elf, sym) {
		const struct export *x =
			sym->sec == ELF_SEC_UNDEF ? exports_find(o->exports, sym->name) : NULL;

		if (x && oracle_same_object(x->module, module))
			return true;
	}
	return false;
}

/*
 * A module that is there whenever the patched one is: judged once for each, and only with the
 * patched module's file, since its other objects may need it.
 */
static void check_dependency(struct oracle *o, const struct klp_entry *e, const char *module)
{
	if (!o->exports || !o->object || !o->kernel || !kernel_file_elf(o->kernel) ||
	    !strcmp(module, "vmlinux") || oracle_same_object(module, o->object) ||
	    map_find_str(&o->depends, module))
		return;
	map_add_str(&o->depends, module, 1);
	if (!needs_module(o, module))
		oracle_finding(o, e->sec, e->at, "undeclared-dependency",
			       "a symbol of module %s, on which %s does not depend", module,
			       o->object);
}

static void check_klp_entry(struct oracle *o, const struct klp_entry *e)
{
	struct klp_sym_name name;

	if (klp_name_parse(o->out.elf->syms[e->sym].name, &name))
		return;
	check_dependency(o, e, arena_strdup(o->arena, name.object));
	if (o->object && strcmp(name.object, "vmlinux") && strcmp(name.object, o->object) &&
	    !is_exported_by(o, &name))
		oracle_finding(o, e->sec, e->at, "klp-symbol",
			       "the symbol is of module %s, not of %s", name.object, o->object);
}

/* Section flags by which a linker merges or leaves out sections, or that only it reads. */
static bool has_odd_flags(const struct elf_sec *sec, const struct elf_sec *ps)
{
	const uint64_t merge = SHF_MERGE | SHF_STRINGS, kind = SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR;

	if (!(sec->flags & SHF_ALLOC))
		return (ps && ps->flags & SHF_ALLOC) ||
		       sec->flags & ~(uint64_t)(SHF_INFO_LINK | merge);
	if (sec->type != ps->type || (sec->flags ^ ps->flags) & (kind | SHF_LINK_ORDER) ||
	    sec->flags & ~(kind | SHF_LINK_ORDER | SHF_INFO_LINK | merge))
		return true;
	/* A copy may be left unmerged. */
	return sec->flags & merge &&
	       ((sec->flags ^ ps->flags) & merge || sec->entsize != ps->entsize);
}

/* A section that patched lacks is one that klp diff adds: read-only, its strings to be merged. */
static const struct elf_sec *model_of(const struct oracle *o, const struct elf_sec *sec)
{
	static const struct elf_sec own = { .type = SHT_PROGBITS, .flags = SHF_ALLOC, .align = 8 };
	static const struct elf_sec info = { .type = SHT_PROGBITS, .flags = SHF_ALLOC, .align = 1 };
	static const struct elf_sec strings = { .type = SHT_PROGBITS, .align = 1, .entsize = 1,
						.flags = SHF_ALLOC | SHF_MERGE | SHF_STRINGS };

	static const struct elf_sec writes = { .type = SHT_PROGBITS, .align = 8,
					       .flags = SHF_ALLOC | SHF_WRITE };
	static const struct elf_sec slots = { .type = SHT_PROGBITS, .align = 8,
					      .flags = SHF_ALLOC | SHF_WRITE };
	const struct elf_sec *ps = elf_find_sec(o->patched.elf, sec->name);

	if (!ps && o->arch->slots && !strcmp(sec->name, o->arch->slots))
		return &slots;
	if (!strcmp(sec->name, KLP_WRITES))
		return &writes;
	if (!strcmp(sec->name, ".modinfo"))
		return &info;
	if (!strcmp(sec->name, ".rodata.klp.str1.1"))
		return &strings;
	return oracle_is_own_table(o, sec) ? &own : ps;
}

/* SHF_LINK_ORDER: the linker keeps and drops it with the section of which it speaks, or one of them. */
static bool is_linked_right(const struct oracle *o, const struct elf_sec *sec)
{
	for_each_reloc (sec->rela, r)
		if (o->out.elf->syms[r->sym].sec == sec->link)
			return sec->link;
	return false;
}

static void check_section(struct oracle *o, const struct elf_sec *sec)
{
	const struct special_rule *rule = special_rule(o->arch, sec);
	const struct elf_sec *model = model_of(o, sec);

	if (!model && sec->flags & SHF_ALLOC)
		oracle_finding(o, sec->index, 0, "section-kind", "%s has no section of that name",
			       o->patched.elf->path);
	else if (has_odd_flags(sec, model))
		oracle_finding(o, sec->index, 0, "section-kind", "its flags or type are wrong");
	else if (sec->flags & SHF_LINK_ORDER && !is_linked_right(o, sec))
		oracle_finding(o, sec->index, 0, "section-kind",
			       "sh_link does not name the section that its entries describe");
	if ((oracle_is_own_table(o, sec) || (rule && rule->flags & SPECIAL_TABLE)) && model &&
	    sec->align < model->align)
		oracle_finding(o, sec->index, 0, "section-kind", "it must be aligned to %llu",
			       (unsigned long long)model->align);
	if (o->arch->slots && !strcmp(sec->name, o->arch->slots) && sec->align < 8)
		oracle_finding(o, sec->index, 0, "section-kind", "its slots are doublewords");
}

void check_relocs(struct oracle *o)
{
	const struct elf *elf = o->out.elf;

	if (elf->flags != o->patched.elf->flags)
		oracle_finding(o, 0, 0, "machine-flags", "e_flags is %#x, in %s %#x", elf->flags,
			       o->patched.elf->path, o->patched.elf->flags);
	for_each_sec (elf, sec) {
		const struct elf_sec *rela = sec->rela;

		if (sec->type != SHT_RELA)
			check_section(o, sec);

		for_each_reloc (rela, r)
			check_reloc(o, sec, r);
	}
	for (size_t i = 0; i < o->out.nr_klp; i++)
		check_klp_entry(o, &o->out.klp[i]);
}
