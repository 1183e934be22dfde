// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: the tables that tell the kernel what is replaced, and by which callbacks.
 */
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

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
static const char *own_callback(struct oracle *o, unsigned int nth)
{
	const struct elf_sec *sec = oracle_writes(o);
	bool leads = false;

	for (uint64_t at = 0; sec && at + KLP_WRITE_SIZE <= sec->size; at += KLP_WRITE_SIZE)
		leads |= get_le32(sec->data + at + KLP_WRITE_LEADS) != 0;
	return sec ? klp_write_callback(nth, leads) : NULL;
}

static bool is_call_of(const struct oracle *o, const struct elf_reloc *r, const char *name)
{
	const struct elf_sym *sym = &o->out.elf->syms[r->sym];

	return sym->sec == ELF_SEC_UNDEF && !r->addend && !strcmp(sym->name, name);
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
		const char *wanted = own_callback(o, nth);

		if (wanted && !own)
			oracle_finding(o, sec->index, at, "klp-object",
				       "what writes to the kernel's data is not called");
		else if (own && (!wanted || !is_call_of(o, own, wanted)))
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
