// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: once the livepatch is there, does each name of the kernel lead to what it means in
 * the patched object?  This is more than asking each function of the output: a name may be at one
 * place in the one object and at two in the other.
 */
#include <klp/facts.h>

#include "internal.h"

static const struct elf_sym *sym_of(const struct image *img, uint32_t sym)
{
	return &img->elf->syms[sym];
}

static bool same_place(const struct elf_sym *a, const struct elf_sym *b)
{
	return a->sec == b->sec && a->value == b->value;
}

void oracle_note_redirect(struct oracle *o, uint32_t orig, uint32_t osym)
{
	if (!o->redirect_of)
		o->redirect_of = arena_calloc(o->arena, o->orig.elf->nr_syms,
					      sizeof(*o->redirect_of));
	for_each_name_of (&o->orig, orig, name)
		o->redirect_of[name] = osym;
}

uint32_t oracle_redirect_of(const struct oracle *o, uint32_t orig)
{
	return o->redirect_of ? o->redirect_of[orig] : 0;
}

/* The symbol of patched that the function of the output stands for. */
static const struct elf_sym *counterpart(const struct oracle *o, uint32_t osym)
{
	return o->stands_for[osym] ? sym_of(&o->patched, o->stands_for[osym]) : NULL;
}

/* The global function or object that orig has by the name of psym; 0: none. */
static uint32_t global_of_orig(struct oracle *o, uint32_t psym)
{
	uint32_t orig = o->said[psym] ? 0 : image_find(&o->orig, sym_of(&o->patched, psym)->name, "");

	return orig && sym_of(&o->orig, orig)->bind != STB_LOCAL ? orig : 0;
}

static bool is_global_function(const struct image *img, uint32_t sym)
{
	const struct elf_sym *s = sym_of(img, sym);

	return s->bind != STB_LOCAL && s->type == STT_FUNC && !is_function_prefix(s->name);
}

/* Hold the function that a call by the kernel's name runs against the one that it should run. */
static void check_function_name(struct oracle *o, uint32_t psym)
{
	const struct elf_sym *is = sym_of(&o->patched, psym), *to;
	uint32_t orig = global_of_orig(o, psym), copy = orig ? oracle_redirect_of(o, orig) : 0;

	if (!orig || !oracle_is_function(sym_of(&o->orig, orig)) || is->bind == STB_WEAK)
		return;
	to = copy ? counterpart(o, copy) : NULL;
	if (to && !same_place(to, is))
		oracle_finding(o, 0, 0, "alias",
			       "the kernel's %s is redirected to the copy of %s, which is another "
			       "function "
			       "in %s",
			       is->name, to->name, o->patched.elf->path);
	/* Of a copy to which nothing at all is redirected, and of none, others speak. */
	if (!copy && o->copy_of[psym] && o->redirected[o->copy_of[psym]] &&
	    oracle_symbols_differ(o, orig, psym))
		oracle_finding(o, 0, 0, "alias",
			       "the kernel's %s is not redirected: in %s it is %s", is->name,
			       o->patched.elf->path, sym_of(&o->out, o->copy_of[psym])->name);
}

static bool is_read_only(const struct oracle *o, const struct image *img, uint32_t sym)
{
	return special_storage_of(o->arch, img->elf->secs[sym_of(img, sym)->sec]) ==
	       STORAGE_READ_ONLY;
}

/*
 * The symbol of the other object that has the name of img's: it may be a static one here and a
 * global one there, where neither has two.  0: none, or it is not certain.
 */
static uint32_t named_in(struct image *other, struct image *img, uint32_t sym)
{
	const struct elf_sym *s = sym_of(img, sym);
	const char *file = s->bind == STB_LOCAL ? img->files[sym] : "";

	if (oracle_is_numbered(s->name) || image_find(img, s->name, file) != sym)
		return 0;
	return image_find(other, s->name, file);
}

/* Names of one place are so in the other object, too; i and first are of img. */
static void check_object_names(struct oracle *o, struct image *img, uint32_t first, uint32_t i)
{
	const char *name = sym_of(img, i)->name;
	struct image *other = img == &o->orig ? &o->patched : &o->orig;
	uint32_t a = named_in(other, img, first), b = named_in(other, img, i);

	if (!a || !b || same_place(sym_of(other, a), sym_of(other, b)))
		return;
	/* Compilers fold constants that hold the same. */
	if (is_read_only(o, img, i) && is_read_only(o, other, b) &&
	    !(img == &o->orig ? oracle_symbols_differ(o, i, b) : oracle_symbols_differ(o, b, i)))
		return;
	oracle_finding(o, 0, 0, "alias", "%s and %s are one object in %s only",
		       sym_of(img, first)->name, name, img->elf->path);
}

static void check_objects(struct oracle *o, struct image *img)
{
	uint32_t first = 0;

	for (uint32_t k = 0; k < img->first[img->elf->nr_secs]; k++) {
		uint32_t i = img->syms[k];

		/* Of what has no bytes, any number may be at one place. */
		if (sym_of(img, i)->type != STT_OBJECT || !sym_of(img, i)->size)
			continue;
		if (first && same_place(sym_of(img, first), sym_of(img, i)))
			check_object_names(o, img, first, i);
		else
			first = i;
	}
}

void check_names(struct oracle *o)
{
	if (o->same_inputs)
		return;
	for (uint32_t i = 1; i < o->patched.elf->nr_syms; i++)
		if (elf_sym_in_sec(sym_of(&o->patched, i)) && is_global_function(&o->patched, i))
			check_function_name(o, i);
	check_objects(o, &o->orig);
	check_objects(o, &o->patched);
}
