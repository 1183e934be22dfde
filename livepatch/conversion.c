// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The list of conversions: one for each undefined symbol that becomes a livepatch symbol.
 */
#include <klp/arena.h>
#include <klp/elf.h>

#include "internal.h"

struct diag_where klp_convert_at_sym(const struct convert *c, const char *name)
{
	return (struct diag_where){ .object = c->m.elf->path, .symbol = name };
}

struct conversion *klp_convert_of(const struct convert *c, uint32_t sym)
{
	const struct map_entry *e = map_find_u64(&c->of_sym, sym);

	return e ? &c->conversions[e->value] : NULL;
}

struct conversion *klp_convert_add(struct convert *c, uint32_t sym)
{
	struct conversion *to;

	c->conversions =
		arena_grow(c->m.arena, c->conversions, c->nr, &c->cap, sizeof(*c->conversions));
	map_add_u64(&c->of_sym, sym, (uint32_t)c->nr);
	to = &c->conversions[c->nr++];
	to->sym = sym;
	return to;
}
