// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: names that the compiler makes up.  The same ones may be another
 * thing's in the other object: what they name is told by who uses it, or by what
 * it is.
 */
#include <string.h>

#include "internal.h"

bool is_per_copy(const struct image *img, uint32_t sym)
{
	static const char *const stems[] = {
		"__key", "__warned", "__already_done", "__func__", "__FUNCTION__",
		"__PRETTY_FUNCTION__", "_rs", "CSWTCH", "_entry", "_entry_ptr", "__verbose",
		"descriptor", "__UNIQUE_ID_ddebug", NULL,
	};
	static const char *const sections[] = {
		".data..once", ".data.once", ".data.unlikely", "__dyndbg", "__verbose", ".data..Lubsan",
		".data..L__unnamed_", ".data.__unnamed_", NULL,
	};
	const char *name = img->elf->syms[sym].name, *dot;
	const char *sec = img->elf->secs[img->elf->syms[sym].sec]->name;

	for (int i = 0; sections[i]; i++)
		if (!strncmp(sec, sections[i], strlen(sections[i])))
			return true;
	for (int i = 0; stems[i]; i++) {
		if (same_stem(name, stems[i]))
			return true;
		for (dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.'))
			if (same_stem(dot + 1, stems[i]))
				return true;
	}
	return false;
}

/* ---- who uses it ---- */

enum use {
	USES_NONE,	/* nothing of that stem */
	USES_OTHER,	/* something of that stem, not this */
	USES_THIS,
};

/* How the function uses what has the stem of sym's name. */
static enum use use_of(const struct image *img, uint32_t function, uint32_t sym)
{
	const struct elf_sym *f = &img->elf->syms[function], *s = &img->elf->syms[sym];
	struct operands ops = { .nr = 0 };
	enum use use = USES_NONE;

	image_operands(img, f->sec, f->value, f->value + f->size, &ops);
	for (size_t i = 0; i < ops.nr && use != USES_THIS; i++) {
		struct place to = image_follow(img, &ops.list[i]);
		uint32_t at = to.sec ? image_sym_at(img, to.sec, to.off) : 0;
		const struct elf_sym *t = &img->elf->syms[at];

		if (at && t->sec == s->sec && t->value == s->value)
			use = USES_THIS;
		else if (at && same_stem(t->name, s->name))
			use = USES_OTHER;
	}
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return use;
}

bool used_by_another(struct oracle *o, uint32_t osec, uint64_t at, uint32_t orig, uint32_t psym)
{
	const struct range *r;

	if (!is_numbered(o->orig.elf->syms[orig].name))
		return false;
	for (size_t i = 0; (r = next_user(o, osec, at, &i));) {
		const char *name = o->patched.elf->syms[r->psym].name;
		uint32_t f = is_numbered(name) ? 0 : orig_called(o, name, r->psym);

		if (f && is_function(&o->orig.elf->syms[f]) &&
		    use_of(&o->orig, f, orig) == USES_OTHER)
			return !share_other_users(o, orig, psym, r->psym);
	}
	return false;
}

static bool same_file(const char *a, const char *b)
{
	return !*a || !*b || !strcmp(a, b);
}

/* Does the output use the object of orig for another one than psym? */
static bool is_anothers(const struct oracle *o, uint32_t orig, uint32_t psym)
{
	for (const uint32_t *i = o->orig.syms + o->orig.first[o->orig.elf->syms[orig].sec];
	     i < o->orig.syms + o->orig.first[o->orig.elf->syms[orig].sec + 1]; i++)
		if (o->taken_by[*i] && same_symbol_place(&o->orig, *i, orig) &&
		    !same_symbol_place(&o->patched, o->taken_by[*i], psym))
			return true;
	return false;
}

/*
 * A function that has a static object of that name may get another one.  What nobody writes to
 * is what it contains, and an object keeps its size.
 */
static bool could_have_been(struct oracle *o, uint32_t orig, uint32_t psym)
{
	const struct elf_sym *os = &o->orig.elf->syms[orig], *ps = &o->patched.elf->syms[psym];
	bool writable = o->patched.elf->secs[ps->sec]->flags & SHF_WRITE;

	return os->size == ps->size && !is_anothers(o, orig, psym) &&
	       (writable || !symbols_differ(o, orig, psym));
}

static bool has_sibling(const struct image *img, const char *name, const char *file)
{
	for (uint32_t i = 1; i < img->elf->nr_syms; i++) {
		const struct elf_sym *sym = &img->elf->syms[i];

		if (elf_sym_in_sec(sym) && sym->bind == STB_LOCAL && sym->name[0] &&
		    is_numbered(sym->name) && same_stem(sym->name, name) &&
		    same_file(img->files[i], file))
			return true;
	}
	return false;
}

/* clang numbers from the second one on: its .compoundliteral and f.n are the first ones. */
static bool is_one_of_several(const struct oracle *o, uint32_t psym)
{
	const char *name = o->patched.elf->syms[psym].name, *file = o->patched.files[psym];

	if (is_numbered(name))
		return true;
	return o->patched.elf->syms[psym].bind == STB_LOCAL &&
	       (has_sibling(&o->orig, name, file) || has_sibling(&o->patched, name, file));
}

bool kernel_has_object(struct oracle *o, uint32_t psym)
{
	const char *name = o->patched.elf->syms[psym].name, *file = o->patched.files[psym];
	bool local = o->patched.elf->syms[psym].bind == STB_LOCAL;
	const struct elf *elf = o->orig.elf;
	uint32_t orig;

	if (o->said[psym] || !is_one_of_several(o, psym)) {
		orig = orig_called(o, name, psym);
		/* A function of that name is another thing, and is gone. */
		return orig && !is_function(&elf->syms[orig]) &&
		       (o->said[psym] || !local || !is_anothers(o, orig, psym));
	}
	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[i];

		if (elf_sym_in_sec(sym) && sym->type == STT_OBJECT && same_stem(sym->name, name) &&
		    same_file(o->orig.files[i], file) && share_users(o, i, psym) &&
		    could_have_been(o, i, psym))
			return true;
	}
	return false;
}

/* ---- what it is ---- */

bool has_equal(struct oracle *o, uint32_t psym)
{
	const struct elf_sym *ps = &o->patched.elf->syms[psym];

	for (uint32_t i = 1; i < o->orig.elf->nr_syms && is_numbered(ps->name) && !o->said[psym];
	     i++) {
		const struct elf_sym *sym = &o->orig.elf->syms[i];

		if (elf_sym_in_sec(sym) && is_function(sym) && same_stem(sym->name, ps->name) &&
		    same_file(o->orig.files[i], o->patched.files[psym]) &&
		    !symbols_differ(o, i, psym))
			return true;
	}
	return false;
}

/* Does a function of patched that has the name of one at orig's place do what that did? */
static bool lives_on_as(struct oracle *o, uint32_t orig, uint32_t mate)
{
	const char *name = o->orig.elf->syms[mate].name;

	if (!same_symbol_place(&o->orig, orig, mate) || !is_function(&o->orig.elf->syms[mate]))
		return false;
	for (const struct map_entry *e = map_find_str(&o->patched.names, name); e;
	     e = map_next(&o->patched.names, e))
		if (elf_sym_in_sec(&o->patched.elf->syms[e->value]) && !o->copy_of[e->value] &&
		    same_file(o->orig.files[mate], o->patched.files[e->value]) &&
		    !symbols_differ(o, mate, e->value))
			return true;
	return false;
}

/* gcc's -fipa-icf gives local functions that do the same one body, until one of them changes. */
static bool lives_on_beside(struct oracle *o, uint32_t orig)
{
	const struct image *img = &o->orig;
	uint32_t sec = img->elf->syms[orig].sec;

	for (uint32_t i = img->first[sec]; i < img->first[sec + 1]; i++)
		if (img->syms[i] != orig && lives_on_as(o, orig, img->syms[i]))
			return true;
	return false;
}

bool is_folded(struct oracle *o, uint32_t orig, uint32_t psym)
{
	const struct image *img = &o->patched;
	uint32_t sec = img->elf->syms[psym].sec;

	if (img->elf->syms[psym].bind != STB_LOCAL || o->orig.elf->syms[orig].bind != STB_LOCAL)
		return false;
	for (uint32_t i = img->first[sec]; i < img->first[sec + 1]; i++) {
		uint32_t mate = img->syms[i], old;

		if (mate == psym || !same_symbol_place(img, mate, psym))
			continue;
		old = orig_called(o, img->elf->syms[mate].name, mate);
		if (old && !same_symbol_place(&o->orig, old, orig) && !symbols_differ(o, old, mate))
			return true;
	}
	return false;
}

/* Is a function of that stem in patched, which is not copied, what orig's is? */
static bool has_same_stem(struct oracle *o, uint32_t orig)
{
	for (uint32_t i = 1; i < o->patched.elf->nr_syms; i++) {
		const struct elf_sym *sym = &o->patched.elf->syms[i];

		if (elf_sym_in_sec(sym) && is_function(sym) && !o->copy_of[i] &&
		    same_stem(sym->name, o->orig.elf->syms[orig].name) &&
		    same_file(o->orig.files[orig], o->patched.files[i]) &&
		    !symbols_differ(o, orig, i))
			return true;
	}
	return false;
}

bool lives_on(struct oracle *o, uint32_t orig)
{
	if (o->same_inputs)
		return false;
	return lives_on_beside(o, orig) ||
	       (is_numbered(o->orig.elf->syms[orig].name) && has_same_stem(o, orig));
}

bool was_renumbered(struct oracle *o, uint32_t orig)
{
	return !o->same_inputs && o->orig.elf->syms[orig].bind == STB_LOCAL &&
	       has_same_stem(o, orig);
}

bool holds_labels(const struct oracle *o, uint32_t psym)
{
	const struct image *img = &o->patched;
	const struct elf_sym *s = &img->elf->syms[psym];
	struct operands ops = { .nr = 0 };
	bool labels = false;

	image_operands(img, s->sec, s->value, s->value + s->size, &ops);
	for (size_t i = 0; i < ops.nr; i++) {
		const struct place *to = &ops.list[i].to;
		uint32_t f = to->sec && is_code(img->elf->secs[to->sec]) ?
				     image_sym_at(img, to->sec, to->off) : 0;

		labels |= f && o->copy_of[f] && to->off != (int64_t)img->elf->syms[f].value;
	}
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return labels;
}
