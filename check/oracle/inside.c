// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: what of the kernel goes on in a replaced function's old code, as it enters the
 * function elsewhere than at its begin, which alone is redirected?  By a label's name, by a jump,
 * by an address that a variable holds.
 */
#include <string.h>

#include <klp/special.h>
#include <klp/text.h>

#include "internal.h"

static const struct elf_sym *sym_of(const struct image *img, uint32_t sym)
{
	return &img->elf->syms[sym];
}

/* The redirected function of orig that has the place inside of it; 0: none. */
static uint32_t replaced_around(const struct oracle *o, uint32_t sec, int64_t off)
{
	uint32_t around = sec ? image_sym_around(&o->orig, sec, off) : 0;

	return around && oracle_is_function(sym_of(&o->orig, around)) &&
			       oracle_redirect_of(o, around)
		       ? around
		       : 0;
}

/* "f" and "f.cold" */
static bool same_function(const char *a, const char *b)
{
	size_t n = strcspn(a, ".");

	return n == strcspn(b, ".") && !memcmp(a, b, n);
}

/* ---- what holds or jumps to such places ---- */

/* It is the table of labels of what uses it, which uses a copy of the table then. */
static bool is_left_with_users(struct oracle *o, uint32_t table)
{
	const struct elf_sym *s = sym_of(&o->orig, table);

	return s->bind == STB_LOCAL &&
	       !(o->orig.elf->secs[s->sec]->flags & SHF_WRITE &&
		 !starts_with(o->orig.elf->secs[s->sec]->name, ".data.rel.ro")) &&
	       !oracle_kept_user(o, table);
}

static void check_holder(struct oracle *o, uint32_t sym, struct operands *ops)
{
	const struct elf_sym *s = sym_of(&o->orig, sym);

	image_operands(&o->orig, s->sec, s->value, s->value + s->size, ops);
	for (size_t i = 0; i < ops->nr; i++) {
		struct place to = image_follow(&o->orig, &ops->list[i]);
		uint32_t f = replaced_around(o, to.sec, to.off);

		if (!f || same_function(s->name, sym_of(&o->orig, f)->name))
			continue;
		if (!oracle_is_function(s) && is_left_with_users(o, sym))
			return;
		oracle_finding(o, 0, 0, "entered-inside",
			       "%s of %s leads to %s, inside of what is replaced", s->name,
			       o->orig.elf->path, oracle_place_text(&o->orig, &to));
		return;
	}
}

/* Which sections have replaced functions. */
static bool *find_replaced(const struct oracle *o)
{
	bool *replaced = arena_calloc(o->arena, o->orig.elf->nr_secs, sizeof(*replaced));

	for (uint32_t i = 1; i < o->orig.elf->nr_syms; i++)
		if (elf_sym_in_sec(sym_of(&o->orig, i)) && oracle_redirect_of(o, i))
			replaced[sym_of(&o->orig, i)->sec] = true;
	/* ppc64: who leads to a slot leads to what that names. */
	for_each_sec (o->orig.elf, sec) {
		if (!oracle_in_slots(&o->orig, &(struct place){ .sec = sec->index }))
			continue;
		for_each_reloc (sec->rela, r)
			replaced[sec->index] |= elf_sym_in_sec(sym_of(&o->orig, r->sym)) &&
						replaced[sym_of(&o->orig, r->sym)->sec];
	}
	return replaced;
}

/* Has the section anything that leads into one of these? */
static bool leads_to_replaced(const struct image *img, const struct elf_sec *sec,
			      const bool *replaced)
{
	if (replaced[sec->index])
		return true;
	for_each_reloc (sec->rela, r)
		if (elf_sym_in_sec(sym_of(img, r->sym)) && replaced[sym_of(img, r->sym)->sec])
			return true;
	return false;
}

static void check_holders(struct oracle *o)
{
	const struct image *img = &o->orig;
	bool *replaced = find_replaced(o);
	struct operands ops = { .nr = 0 };

	for_each_sec (img->elf, sec) {
		const struct special_rule *rule = special_rule(img->arch, sec);

		/* Entries of tables are about the code that has them; what ran at boot is gone. */
		if (!(sec->flags & SHF_ALLOC) || oracle_is_ignored(o, sec) ||
		    (rule && rule->flags & (SPECIAL_TABLE | SPECIAL_FREED)) ||
		    !leads_to_replaced(img, sec, replaced))
			continue;
		for (uint32_t k = img->first[sec->index]; k < img->first[sec->index + 1]; k++)
			if (sym_of(img, img->syms[k])->size && !oracle_redirect_of(o, img->syms[k]))
				check_holder(o, img->syms[k], &ops);
	}
	arena_give_back(o->arena, ops.list, ops.cap, sizeof(*ops.list));
}

/* ---- names ---- */

static void check_inner_name(struct oracle *o, uint32_t orig, uint32_t around)
{
	const struct elf_sym *a = sym_of(&o->orig, orig), *b;
	uint32_t psym = image_find(&o->patched, a->name, "");
	uint32_t paround;

	if (!psym || sym_of(&o->patched, psym)->bind == STB_LOCAL)
		return;
	b = sym_of(&o->patched, psym);
	paround = image_sym_around(&o->patched, b->sec, (int64_t)b->value);
	if (oracle_redirect_of(o, around) && oracle_is_function(sym_of(&o->orig, around)))
		oracle_finding(o, 0, 0, "entered-inside",
			       "the kernel's %s is inside of %s, which is replaced", a->name,
			       sym_of(&o->orig, around)->name);
	else if (!paround || a->value - sym_of(&o->orig, around)->value !=
				     b->value - sym_of(&o->patched, paround)->value)
		oracle_finding(o, 0, 0, "alias",
			       "the kernel's %s is at another place of %s than in %s", a->name,
			       sym_of(&o->orig, around)->name, o->patched.elf->path);
}

void check_inside(struct oracle *o)
{
	if (o->same_inputs)
		return;
	for (uint32_t i = 1; i < o->orig.elf->nr_syms; i++) {
		const struct elf_sym *sym = sym_of(&o->orig, i);
		const struct special_rule *rule;
		uint32_t around = 0;

		if (elf_sym_in_sec(sym) && sym->bind != STB_LOCAL && !o->orig.is_label[i] &&
		    sym->type != STT_SECTION)
			around = image_sym_around(&o->orig, sym->sec, (int64_t)sym->value);
		if (!around || oracle_redirect_of(o, i))
			continue;
		rule = special_rule(o->arch, o->orig.elf->secs[sym->sec]);
		if (!(rule && rule->flags & SPECIAL_FREED))
			check_inner_name(o, i, around);
	}
	check_holders(o);
}
