// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: the tables that say what the livepatch replaces.
 */
#include <string.h>

#include "internal.h"

/* struct klp_func_ext and klp_object_ext (include/linux/livepatch_external.h) */
#define FUNC_SIZE	24
#define FUNC_NEW	8
#define FUNC_POS	16
#define OBJECT_SIZE	64
#define OBJECT_FUNCS	8
#define OBJECT_CALLBACKS 16
#define OBJECT_NR	56

const struct elf_reloc *oracle_reloc_at(const struct elf_sec *sec, uint64_t at)
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
	const struct elf_reloc *r = oracle_reloc_at(sec, at);

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

/* Does an entry before it speak of the same function: by name and position? */
static bool is_listed_before(struct oracle *o, const struct elf_sec *sec, uint64_t at,
			     const char *name)
{
	uint64_t pos = get_le64(sec->data + at + FUNC_POS);

	for (uint64_t i = 0; i < at; i += FUNC_SIZE) {
		const char *other = string_at(o, sec, i);

		if (other && !strcmp(other, name) && get_le64(sec->data + i + FUNC_POS) == pos)
			return true;
	}
	return false;
}

/*
 * The function of orig that an entry speaks of.  Source files may have one name, and the same
 * static that nobody in the object uses: which is which only the kernel's file tells
 * (check_position()), and two of different positions are two.
 */
static uint32_t old_function(struct oracle *o, const struct elf_sec *sec, uint64_t at,
			     const char *name, const struct range *r)
{
	uint32_t old = find_in_orig(o, name, r->psym);

	if (!old || !redirect_of(o, old) || o->redirected[r->osym] || o->said[r->psym] ||
	    orig_called(o, name, r->psym) || is_listed_before(o, sec, at, name))
		return old;
	for (const struct map_entry *e = map_find_str(&o->orig.names, name); e;
	     e = map_next(&o->orig.names, e))
		if (could_be_in_orig(o, e->value, r->psym) && !redirect_of(o, e->value))
			return e->value;
	return old;
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
	old = orig_called(o, name, r->psym);
	if (old && lives_on(o, old))
		finding(o, sec->index, at, "klp-func-pair", "%s did not change", name);
	if (!orig_has_function(o, name))
		finding(o, sec->index, at, "klp-func-new", "%s has no function %s",
			o->orig.elf->path, name);
	old = old_function(o, sec, at, name, r);
	/* Two functions of the kernel may have become one, but none may become two. */
	if (old ? redirect_of(o, old) : o->redirected[r->osym])
		finding(o, sec->index, at, "klp-func-twice", "%s is listed twice", name);
	for (size_t i = 0; i < o->nr_named; i++) /* its aliases as well */
		if (o->named[i].osec == to_sec && o->named[i].oentry == to)
			o->redirected[o->named[i].osym] = true;
	if (old)
		note_redirect(o, old, r->osym);
	if (old)
		check_weak(o, sec->index, at, old);
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

bool same_object(const char *a, const char *b)
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
		if (oracle_reloc_at(sec, at))
			finding(o, sec->index, at, "klp-object", "%s has no such callback",
				o->patched.elf->path);
		return;
	}
	if (!r || r->oentry != to || r->psec != want.sec || (int64_t)r->pentry != want.off)
		finding(o, sec->index, at, "klp-object", "the callback is not that of %s",
			o->patched.elf->path);
}

/* klp diff writes one of each: what a second one says would be read by the module's init code. */
static void check_single(struct oracle *o, const char *name)
{
	const struct elf_sec *first = NULL;

	for (uint32_t s = 1; s < o->out.elf->nr_secs; s++) {
		const struct elf_sec *sec = o->out.elf->secs[s];

		if (strcmp(sec->name, name) != 0)
			continue;
		if (first)
			finding(o, s, 0, "klp-object",
				"section %u has the name of section %u: a module has one %s", s,
				first->index, name);
		first = first ?: sec;
	}
}

void check_klp_objects(struct oracle *o)
{
	const struct elf_sec *sec = elf_find_sec(o->out.elf, ".init.klp_objects");
	const struct elf_sec *funcs = elf_find_sec(o->out.elf, ".init.klp_funcs");
	uint64_t nr = funcs ? funcs->size / FUNC_SIZE : 0, to = 0;
	uint32_t to_sec = 0;

	check_single(o, ".init.klp_objects");
	check_single(o, ".init.klp_funcs");
	if (!sec || sec->size != OBJECT_SIZE || !sec->data) {
		finding(o, 0, 0, "klp-object", ".init.klp_objects is not one entry of %d bytes",
			OBJECT_SIZE);
		return;
	}
	o->object = oracle_reloc_at(sec, 0) ? string_at(o, sec, 0) : "vmlinux";
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
