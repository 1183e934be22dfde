// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: who uses what, and which one of several of a name it therefore is.
 */
#include <string.h>

#include "internal.h"

#define MAX_DEPTH 3	/* of users that are themselves told by their users */

/* ---- the index ---- */

struct place image_follow(const struct image *img, const struct operand *op)
{
	struct operands ops = { .nr = 0 };
	struct place to = op->to;

	if (!in_slots(img, &to) || to.off < 0)
		return to;
	image_operands(img, to.sec, (uint64_t)to.off, (uint64_t)to.off + 8, &ops);
	if (ops.nr == 1)
		to = ops.list[0].to;
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return to;
}

static bool leads_to(const struct image *img, const struct range *r, uint32_t sec, uint64_t at)
{
	struct operands ops = { .nr = 0 };
	bool found = false;

	image_operands(img, r->osec, r->ostart, r->ostart + r->len, &ops);
	for (size_t i = 0; i < ops.nr && !found; i++)
		found = ops.list[i].to.sec == sec && ops.list[i].to.off == (int64_t)at;
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return found;
}

const struct range *next_user(const struct oracle *o, uint32_t osec, uint64_t at, size_t *next)
{
	if (!in_slots(&o->out, &(struct place){ .sec = osec }))
		return (*next)++ ? NULL : named_at(o, osec, (int64_t)at);
	while (*next < o->nr_named) {
		const struct range *r = &o->named[(*next)++];

		if (leads_to(&o->out, r, osec, at))
			return r;
	}
	return NULL;
}

struct use {
	uint32_t of, by;	/* symbols */
};

struct uses {
	struct use *list;
	size_t nr, cap;
};

static void add_uses(const struct image *img, uint32_t by, struct operands *ops, struct uses *uses)
{
	const struct elf_sym *sym = &img->elf->syms[by];

	if (!is_function(sym) && sym->type != STT_OBJECT)
		return;
	image_operands(img, sym->sec, sym->value, sym->value + sym->size, ops);
	for (size_t i = 0; i < ops->nr; i++) {
		struct place to = image_follow(img, &ops->list[i]);
		uint32_t of = to.sec ? image_sym_at(img, to.sec, to.off) : 0;

		if (!of)
			continue;
		uses->list = arena_grow(img->arena, uses->list, uses->nr, &uses->cap,
					sizeof(*uses->list));
		uses->list[uses->nr++] = (struct use){ of, by };
	}
}

/* A counting sort of all uses by what is used. */
static void make_index(struct image *img)
{
	uint32_t nr_syms = img->elf->nr_syms;
	uint32_t *end = arena_calloc(img->arena, nr_syms, sizeof(*end)), nr = 0;
	struct operands ops = { .nr = 0 };
	struct uses uses = { .nr = 0 };

	for (uint32_t i = 0; i < img->first[img->elf->nr_secs]; i++)
		add_uses(img, img->syms[i], &ops, &uses);
	for (size_t i = 0; i < uses.nr; i++)
		end[uses.list[i].of]++;
	for (uint32_t i = 0; i < nr_syms; i++) {
		nr += end[i];
		end[i] = nr - end[i];
	}
	img->users = arena_calloc(img->arena, uses.nr, sizeof(*img->users));
	for (size_t i = 0; i < uses.nr; i++)
		img->users[end[uses.list[i].of]++] = uses.list[i].by;
	img->users_end = end;
	arena_give_back(img->arena, uses.list, uses.cap, sizeof(*uses.list));
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
}

struct users {
	const uint32_t *list;
	uint32_t nr;
};

/* Functions and objects with references to what begins where the symbol stands. */
static struct users users_of(struct image *img, uint32_t sym)
{
	const struct elf_sym *s = &img->elf->syms[sym];
	/* Of several at that place the one that image_sym_at() finds for all of them. */
	uint32_t found = image_sym_at(img, s->sec, (int64_t)s->value), begin;

	if (!img->users_end)
		make_index(img);
	if (!found || img->elf->syms[found].value != s->value)
		return (struct users){ .nr = 0 };
	begin = img->users_end[found - 1];
	return (struct users){ img->users + begin, img->users_end[found] - begin };
}

static bool is_used_by(struct image *img, uint32_t sym, uint32_t user)
{
	struct users users = users_of(img, sym);

	for (uint32_t i = 0; i < users.nr; i++)
		if (users.list[i] == user)
			return true;
	return false;
}

/* ---- which one it is ---- */

bool could_be_in_orig(const struct oracle *o, uint32_t orig, uint32_t psym)
{
	const struct elf_sym *os = &o->orig.elf->syms[orig], *ps = &o->patched.elf->syms[psym];
	const char *of = o->orig.files[orig], *pf = o->patched.files[psym];

	return elf_sym_in_sec(os) && is_code(o->orig.elf->secs[os->sec]) ==
					     is_code(o->patched.elf->secs[ps->sec]) &&
	       (!*of || !*pf || !strcmp(of, pf));
}

static uint32_t counterpart(struct oracle *o, uint32_t psym, int depth);

static bool share(struct oracle *o, uint32_t orig, uint32_t psym, uint32_t but, int depth)
{
	struct users users = users_of(&o->patched, psym);

	for (uint32_t i = 0; i < users.nr; i++) {
		uint32_t user = users.list[i] == but ? 0 : counterpart(o, users.list[i], depth);

		if (user && is_used_by(&o->orig, orig, user))
			return true;
	}
	return false;
}

bool share_users(struct oracle *o, uint32_t orig, uint32_t psym)
{
	return share(o, orig, psym, 0, 0);
}

bool share_other_users(struct oracle *o, uint32_t orig, uint32_t psym, uint32_t user)
{
	return share(o, orig, psym, user, 0);
}

/* What nobody else has in a file of that name, or of any file if the original has none so called. */
static bool may_have_been(const struct oracle *o, uint32_t orig, uint32_t psym)
{
	const char *file = o->patched.files[psym];

	if (could_be_in_orig(o, orig, psym))
		return true;
	return *file && !map_find_str(&o->orig.file_names, file) &&
	       elf_sym_in_sec(&o->orig.elf->syms[orig]) &&
	       is_code(o->orig.elf->secs[o->orig.elf->syms[orig].sec]) ==
		       is_code(o->patched.elf->secs[o->patched.elf->syms[psym].sec]);
}

/* Is another one of patched used by what uses orig, too? */
static bool is_taken(struct oracle *o, uint32_t orig, uint32_t psym)
{
	const struct elf_sym *syms = o->patched.elf->syms;

	for (const struct map_entry *e = map_find_str(&o->patched.names, syms[psym].name); e;
	     e = map_next(&o->patched.names, e))
		if (elf_sym_in_sec(&syms[e->value]) &&
		    (syms[e->value].sec != syms[psym].sec ||
		     syms[e->value].value != syms[psym].value) &&
		    share(o, orig, e->value, 0, MAX_DEPTH))
			return true;
	return false;
}

/* The only one of that name that users of psym used in the original; 0: none, or several. */
static uint32_t find_by_users(struct oracle *o, const char *name, uint32_t psym, int depth)
{
	const struct map_entry *first = map_find_str(&o->orig.names, name);
	struct users users = users_of(&o->patched, psym);
	uint32_t found = 0;

	for (uint32_t i = 0; first && i < users.nr; i++) {
		uint32_t user = counterpart(o, users.list[i], depth);

		for (const struct map_entry *e = user ? first : NULL; e;
		     e = map_next(&o->orig.names, e)) {
			if (!may_have_been(o, e->value, psym) ||
			    !is_used_by(&o->orig, e->value, user))
				continue;
			if (found && found != e->value)
				return 0;
			found = e->value;
		}
	}
	return found && !is_taken(o, found, psym) ? found : 0;
}

static uint32_t counterpart(struct oracle *o, uint32_t psym, int depth)
{
	const char *name = o->patched.elf->syms[psym].name;
	uint32_t orig = orig_named(o, name, psym);

	if (orig || o->said[psym] || depth == MAX_DEPTH)
		return orig;
	return find_by_users(o, name, psym, depth + 1);
}

uint32_t orig_called(struct oracle *o, const char *name, uint32_t psym)
{
	uint32_t orig = orig_named(o, name, psym);

	return orig || o->said[psym] ? orig : find_by_users(o, name, psym, 0);
}
