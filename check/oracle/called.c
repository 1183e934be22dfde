// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: does anything that runs lead to a local function of the patched object?
 * If not, whether it changed does not matter.
 */
#include "internal.h"

#define DEPTH_MAX 8

/* Who holds the reference: another function of which nobody knows a caller, or what counts. */
static bool runs(struct oracle *o, uint32_t sec, uint64_t at, uint32_t sym, int depth)
{
	const struct elf_sym *from;
	uint32_t user = image_sym_at(&o->patched, sec, (int64_t)at);

	if (!user)
		return true;
	from = &o->patched.elf->syms[user];
	if (from->sec == o->patched.elf->syms[sym].sec &&
	    from->value == o->patched.elf->syms[sym].value)
		return false;
	return depth == DEPTH_MAX || o->copy_of[user] || can_run(o, user, depth + 1);
}

static bool is_referred(struct oracle *o, uint32_t sec, uint32_t sym, int depth)
{
	const struct elf_sym *s = &o->patched.elf->syms[sym];
	struct operands ops = { .nr = 0 };
	bool found = false;

	image_operands(&o->patched, sec, 0, o->patched.elf->secs[sec]->size, &ops);
	for (size_t i = 0; i < ops.nr && !found; i++) {
		const struct place *to = &ops.list[i].to;

		found = to->sec == s->sec && (uint64_t)to->off >= s->value &&
			(uint64_t)to->off - s->value < s->size &&
			runs(o, sec, ops.list[i].at, sym, depth);
	}
	arena_give_back(o->arena, ops.list, ops.cap, sizeof(*ops.list));
	return found;
}

/* Entries of tables belong to the function; they do not call it. */
bool can_run(struct oracle *o, uint32_t sym, int depth)
{
	const struct elf *elf = o->patched.elf;

	if (elf->syms[sym].bind != STB_LOCAL || !is_function(&elf->syms[sym]))
		return true;
	for (uint32_t s = 1; s < elf->nr_secs; s++)
		if (elf->secs[s]->flags & SHF_ALLOC &&
		    !special_rule(o->patched.arch, elf->secs[s]) && is_referred(o, s, sym, depth))
			return true;
	return false;
}
