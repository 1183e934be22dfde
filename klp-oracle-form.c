// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: the livepatch's own tables, its relocations and symbols.
 */
#include <string.h>

#include "klp-oracle.h"

/* FORMATS 2: struct klp_func_ext, struct klp_object_ext */
#define FUNC_SIZE	24
#define FUNC_NEW	8
#define FUNC_POS	16
#define OBJECT_SIZE	64
#define OBJECT_FUNCS	8
#define OBJECT_CALLBACKS 16
#define OBJECT_NR	56

static const struct elf_reloc *reloc_at(const struct elf_sec *sec, uint64_t at)
{
	for (size_t k = 0; sec->rela && k < sec->rela->nr_relocs; k++)
		if (sec->rela->relocs[k].offset == at)
			return &sec->rela->relocs[k];
	return NULL;
}

/* Where the pointer at a place leads; false: nowhere in the output. */
static bool pointer_at(struct oracle *o, const struct elf_sec *sec, uint64_t at, uint32_t *to_sec,
		       uint64_t *to)
{
	const struct elf_reloc *r = reloc_at(sec, at);

	if (!r || r->type != o->arch->abs64 || !elf_sym_in_sec(&o->out.elf->syms[r->sym]))
		return false;
	*to_sec = o->out.elf->syms[r->sym].sec;
	*to = o->out.elf->syms[r->sym].value + (uint64_t)r->addend;
	return true;
}

static const char *string_at(struct oracle *o, const struct elf_sec *sec, uint64_t at)
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
	for (const struct map_entry *e = map_find_str(&o->orig.names, name); e;
	     e = map_next(&o->orig.names, e))
		if (elf_sym_in_sec(&o->orig.elf->syms[e->value]) &&
		    is_code(o->orig.elf->secs[o->orig.elf->syms[e->value].sec]))
			return true;
	return false;
}

/* The function or an alias of it. */
static bool is_called(const struct oracle *o, uint32_t sec, uint64_t at, const char *name)
{
	for (size_t i = 0; i < o->nr_named; i++)
		if (o->named[i].osec == sec && o->named[i].oentry == at &&
		    same_stem(name, o->out.elf->syms[o->named[i].osym].name))
			return true;
	return false;
}

static void check_klp_func(struct oracle *o, const struct elf_sec *sec, uint64_t at)
{
	const char *name = string_at(o, sec, at);
	const struct range *r = NULL;
	uint32_t to_sec, old;
	uint64_t to;

	if (pointer_at(o, sec, at + FUNC_NEW, &to_sec, &to))
		r = named_at(o, to_sec, (int64_t)to);
	if (!name || !r || to != r->oentry || !is_code(o->out.elf->secs[r->osec])) {
		finding(o, sec->index, at, "klp-func",
			"the entry has no name, or no function of the output");
		return;
	}
	if (!is_called(o, to_sec, to, name))
		finding(o, sec->index, at, "klp-func-pair", "%s is replaced by %s", name,
			o->out.elf->syms[r->osym].name);
	old = image_find(&o->orig, name, o->patched.files[r->psym]);
	if (old && lives_on(o, old))
		finding(o, sec->index, at, "klp-func-pair", "%s did not change", name);
	if (!orig_has_function(o, name))
		finding(o, sec->index, at, "klp-func-new", "%s has no function %s",
			o->orig.elf->path, name);
	if (o->redirected[r->osym])
		finding(o, sec->index, at, "klp-func-twice", "%s is listed twice", name);
	for (size_t i = 0; i < o->nr_named; i++) /* its aliases as well */
		if (o->named[i].osec == to_sec && o->named[i].oentry == to)
			o->redirected[o->named[i].osym] = true;
	old = find_in_orig(o, name, r->psym);
	if (old)
		check_position(o, sec->index, at, get_le64(sec->data + at + FUNC_POS), name, old);
}

void check_klp_funcs(struct oracle *o)
{
	const struct elf_sec *sec = elf_find_sec(o->out.elf, ".init.klp_funcs");

	if (!sec || !sec->data)
		return;
	for (uint64_t at = 0; at + FUNC_SIZE <= sec->size; at += FUNC_SIZE)
		check_klp_func(o, sec, at);
	if (sec->size % FUNC_SIZE || !sec->rela ||
	    sec->rela->nr_relocs != sec->size / FUNC_SIZE * 2)
		finding(o, sec->index, 0, "klp-func", "it is no list of entries of %d bytes",
			FUNC_SIZE);
}

/* The kernel's names of modules have no dashes (scripts/Makefile.lib, name-fix). */
static bool same_object(const char *a, const char *b)
{
	while (*a && (*a == '-' ? '_' : *a) == (*b == '-' ? '_' : *b))
		a++, b++;
	return *a == *b;
}

/* include/linux/livepatch_helpers.h: a pointer in patched, whose name says for when. */
static bool wanted_callback(const struct oracle *o, unsigned int nth, struct place *to)
{
	static const char *const prefixes[] = {
		"__klp_pre_patch_callback_", "__klp_post_patch_callback_",
		"__klp_pre_unpatch_callback_", "__klp_post_unpatch_callback_",
	};
	const struct elf *elf = o->patched.elf;

	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[i];
		struct operands ops = { .nr = 0 };

		if (!elf_sym_in_sec(sym) ||
		    strncmp(sym->name, prefixes[nth], strlen(prefixes[nth])))
			continue;
		image_operands(&o->patched, sym->sec, sym->value, sym->value + 8, &ops);
		if (ops.nr == 1) {
			*to = ops.list[0].to;
			return true;
		}
	}
	return false;
}

static void check_callback(struct oracle *o, const struct elf_sec *sec, unsigned int nth)
{
	uint64_t at = OBJECT_CALLBACKS + 8 * nth, to = 0;
	const struct range *r = NULL;
	struct place want;
	uint32_t to_sec;

	if (pointer_at(o, sec, at, &to_sec, &to))
		r = named_at(o, to_sec, (int64_t)to);
	if (!wanted_callback(o, nth, &want)) {
		if (reloc_at(sec, at))
			finding(o, sec->index, at, "klp-object", "%s has no such callback",
				o->patched.elf->path);
		return;
	}
	if (!r || r->oentry != to || r->psec != want.sec || (int64_t)r->pentry != want.off)
		finding(o, sec->index, at, "klp-object", "the callback is not that of %s",
			o->patched.elf->path);
}

void check_klp_objects(struct oracle *o)
{
	const struct elf_sec *sec = elf_find_sec(o->out.elf, ".init.klp_objects");
	const struct elf_sec *funcs = elf_find_sec(o->out.elf, ".init.klp_funcs");
	uint64_t nr = funcs ? funcs->size / FUNC_SIZE : 0, to = 0;
	uint32_t to_sec = 0;

	if (!sec || sec->size != OBJECT_SIZE || !sec->data) {
		finding(o, 0, 0, "klp-object", ".init.klp_objects is not one entry of %d bytes",
			OBJECT_SIZE);
		return;
	}
	o->object = reloc_at(sec, 0) ? string_at(o, sec, 0) : "vmlinux";
	if (!o->object)
		finding(o, sec->index, 0, "klp-object", "the object has no name");
	else if (o->opts->object && !same_object(o->object, o->opts->object))
		finding(o, sec->index, 0, "klp-object", "it is for %s, not for %s", o->object,
			o->opts->object);
	for (uint64_t at = 0; at < sec->size; at++)
		if ((at < OBJECT_NR || at >= OBJECT_NR + 4) && sec->data[at])
			finding(o, sec->index, at, "klp-object", "the byte must be zero");
	if (get_le32(sec->data + OBJECT_NR) != nr ||
	    (nr && (!pointer_at(o, sec, OBJECT_FUNCS, &to_sec, &to) || to ||
		    to_sec != funcs->index)))
		finding(o, sec->index, OBJECT_FUNCS, "klp-object",
			"its functions are not the %llu of .init.klp_funcs",
			(unsigned long long)nr);
	for (unsigned int i = 0; i < 4; i++)
		check_callback(o, sec, i);
	for (size_t k = 0; sec->rela && k < sec->rela->nr_relocs; k++)
		if (sec->rela->relocs[k].offset % 8 || sec->rela->relocs[k].offset >= 48)
			finding(o, sec->index, sec->rela->relocs[k].offset, "klp-object",
				"nothing is to be relocated here");
}

/* ---- relocations ---- */

static bool has_prefix(const char *name, const char *prefix)
{
	return !strncmp(name, prefix, strlen(prefix));
}

static const struct klp_entry *entry_for(const struct image *img, uint32_t sec, uint64_t at)
{
	for (const struct map_entry *e = map_find_u64(&img->klp_places,
						      (uint64_t)sec << 40 ^ at);
	     e; e = map_next(&img->klp_places, e))
		if (img->klp[e->value].sec == sec && img->klp[e->value].at == at)
			return &img->klp[e->value];
	return NULL;
}

static void check_tombstone(struct oracle *o, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const char *name = o->out.elf->syms[r->sym].name + strlen(KLP_TOMBSTONE_PREFIX);
	const struct klp_entry *e = entry_for(&o->out, sec->index, r->offset);
	const char *klp;

	if (!e) {
		finding(o, sec->index, r->offset, "tombstone", "no livepatch relocation is for it");
		return;
	}
	klp = o->out.elf->syms[e->sym].name;
	if (!has_prefix(klp, KLP_SYM_PREFIX) || strcmp(klp + strlen(KLP_SYM_PREFIX), name) ||
	    e->addend != r->addend || e->type != r->type)
		finding(o, sec->index, r->offset, "tombstone",
			"the livepatch relocation to %s is not the one to %s", klp, name);
}

static bool is_zero(const uint8_t *bytes, uint64_t size)
{
	while (size && !bytes[size - 1])
		size--;
	return !size;
}

/* Instructions and small differences have more in their fields, or a part of the value. */
static bool is_written_whole(const struct arch_reloc *row)
{
	return !row->mask && !(row->flags & (RELOC_SUB | RELOC_MARKER)) &&
	       (!(row->flags & RELOC_ADD) || row->size >= 4);
}

static void check_reloc(struct oracle *o, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(o->arch, r->type);
	const char *name = o->out.elf->syms[r->sym].name;

	o->sym_used[r->sym] = 1;
	if (!(row->flags & RELOC_LOADER))
		finding(o, sec->index, r->offset, "loader",
			"the kernel's module loader does not apply %s", row->name);
	if (r->offset + row->size > sec->size)
		finding(o, sec->index, r->offset, "range", "the field ends behind its section");
	else if (is_written_whole(row) && !is_zero(sec->data + r->offset, row->size))
		finding(o, sec->index, r->offset, "field", "the field must be zero until then");
	check_reach(o, sec, r);
	if (has_prefix(name, KLP_TOMBSTONE_PREFIX))
		check_tombstone(o, sec, r);
	else if (has_prefix(name, KLP_SYM_PREFIX) &&
		 !has_prefix(sec->name, KLP_RELOCS_PREFIX "."))
		finding(o, sec->index, r->offset, "klp-ordinary",
			"an ordinary relocation leads to a livepatch symbol");
}

/* Without a list of exports it may be. */
static bool is_exported_by(const struct oracle *o, const struct klp_sym_name *name)
{
	const char *s = arena_strndup(o->arena, name->name, name->name_len);
	const struct export *x = o->exports ? exports_find(o->exports, s) : NULL;

	return !o->exports || (x && same_object(x->module, name->object));
}

static void check_klp_entry(struct oracle *o, const struct klp_entry *e)
{
	const struct elf_sec *sec = o->out.elf->secs[e->sec];
	struct klp_sym_name name;
	const char *wrong = klp_sym_parse(o->out.elf->syms[e->sym].name, &name);
	const struct elf_reloc *r = reloc_at(sec, e->at);

	if (wrong) {
		finding(o, e->sec, e->at, "klp-symbol", "%s: %s", o->out.elf->syms[e->sym].name,
			wrong);
		return;
	}
	if (!r || !has_prefix(o->out.elf->syms[r->sym].name, KLP_TOMBSTONE_PREFIX))
		finding(o, e->sec, e->at, "tombstone",
			"a livepatch relocation is for a place that no tombstone stands for");
	if (strcmp(name.object, "vmlinux") && special_consumed_at_load(o->arch, sec->name))
		finding(o, e->sec, e->at, "too-late",
			"the kernel reads it before the relocation to %.*s of module %s is applied",
			(int)name.name_len, name.name, name.object);
	if (o->object && strcmp(name.object, "vmlinux") && strcmp(name.object, o->object) &&
	    !is_exported_by(o, &name))
		finding(o, e->sec, e->at, "klp-symbol", "the symbol is of module %s, not of %s",
			name.object, o->object);
}

static bool is_own(const struct elf_sec *sec)
{
	return has_prefix(sec->name, KLP_RELOCS_PREFIX ".") || has_prefix(sec->name, ".init.klp_");
}

/* What the linker would merge or leave out, and what is for it alone. */
static bool has_odd_flags(const struct oracle *o, const struct elf_sec *sec)
{
	const uint64_t merge = SHF_MERGE | SHF_STRINGS;
	const struct elf_sec *ps = elf_find_sec(o->patched.elf, sec->name);
	uint64_t may = SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR | SHF_INFO_LINK;

	if (!(sec->flags & SHF_ALLOC))
		return (ps && ps->flags & SHF_ALLOC) ||
		       sec->flags & ~(uint64_t)(SHF_INFO_LINK | merge);
	if (!strcmp(sec->name, ".rodata.klp.str1.1"))
		return sec->type != SHT_PROGBITS ||
		       (sec->flags & merge &&
			((sec->flags & merge) != merge || sec->entsize != 1 ||
			 sec->flags & ~(may | merge)));
	if (sec->type != (ps ? ps->type : SHT_PROGBITS))
		return true;
	may |= ps ? ps->flags & SHF_LINK_ORDER : 0;
	if (ps && (sec->flags ^ ps->flags) & (SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR))
		return true;
	if (ps && sec->flags & merge)
		return (sec->flags & merge) != (ps->flags & merge) || sec->entsize != ps->entsize;
	return sec->flags & ~may;
}

/* Tables are like those of their name in patched; the livepatch's own are aligned structures. */
static void check_section(struct oracle *o, const struct elf_sec *sec)
{
	const uint64_t kind = SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR;
	const struct special_rule *rule = special_rule(o->arch, sec);
	const struct elf_sec *ps;

	if ((is_own(sec) && ((sec->flags & kind) != SHF_ALLOC || sec->align < 8)) ||
	    has_odd_flags(o, sec))
		finding(o, sec->index, 0, "section-kind", "its flags or alignment are wrong");
	if (!strcmp(sec->name, ".rodata.klp.str1.1") && (sec->flags & kind) != SHF_ALLOC)
		finding(o, sec->index, 0, "section-kind", "its flags are wrong");
	if (o->arch->slots && !strcmp(sec->name, o->arch->slots) && sec->align < 8)
		finding(o, sec->index, 0, "section-kind", "its slots are doublewords");
	if (!rule || !(rule->flags & SPECIAL_TABLE))
		return;
	ps = elf_find_sec(o->patched.elf, sec->name);
	if (ps && ((sec->flags & kind) != (ps->flags & kind) || sec->align < ps->align))
		finding(o, sec->index, 0, "section-kind",
			"its flags or alignment differ from those in %s", o->patched.elf->path);
}

void check_relocs(struct oracle *o)
{
	const struct elf *elf = o->out.elf;

	if (elf->flags != o->patched.elf->flags)
		finding(o, 0, 0, "machine-flags", "e_flags is %#x, in %s %#x", elf->flags,
			o->patched.elf->path, o->patched.elf->flags);
	for (uint32_t s = 1; s < elf->nr_secs; s++) {
		const struct elf_sec *rela = elf->secs[s]->rela;

		if (elf->secs[s]->type != SHT_RELA)
			check_section(o, elf->secs[s]);

		for (size_t k = 0; rela && k < rela->nr_relocs; k++)
			check_reloc(o, elf->secs[s], &rela->relocs[k]);
	}
	for (size_t i = 0; i < o->out.nr_klp; i++)
		check_klp_entry(o, &o->out.klp[i]);
}

/* ---- symbols ---- */

/* The kernel can be told to call the copy only where it can trace the original. */
static bool is_traced(const struct oracle *o, const struct range *r)
{
	for (size_t i = 0; i < o->pentries.nr; i++) {
		const struct entry *e = &o->pentries.list[i];

		if (e->rule->flags & SPECIAL_TRACE && e->owner.sec == r->psec &&
		    e->owner.off >= (int64_t)r->pstart &&
		    e->owner.off < (int64_t)(r->pstart + r->len))
			return true;
	}
	return false;
}

/* An object that has no trace entries at all is not built by the kernel's build. */
static bool traces(const struct oracle *o)
{
	for (size_t i = 0; i < o->pentries.nr; i++)
		if (o->pentries.list[i].rule->flags & SPECIAL_TRACE)
			return true;
	return false;
}

static void check_function(struct oracle *o, const struct range *r)
{
	const struct elf_sym *os = &o->out.elf->syms[r->osym];
	uint32_t old = image_find(&o->orig, os->name, o->patched.files[r->psym]);

	if (o->redirected[r->osym] && traces(o) && !is_traced(o, r))
		finding(o, r->osec, r->oentry, "not-traceable",
			"ftrace cannot redirect the kernel's function");
	if (!o->redirected[r->osym] && old && is_traced(o, r) && !lives_on(o, old))
		finding(o, r->osec, r->oentry, "not-redirected",
			"the kernel's function is not replaced by its copy");
	if (!o->redirected[r->osym] && os->bind == STB_LOCAL && !o->sym_used[r->osym])
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

void check_symbols(struct oracle *o)
{
	const struct elf *elf = o->out.elf;

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
		if (sym->type == STT_FILE || o->sym_used[i] || elf_sym_in_sec(sym))
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
