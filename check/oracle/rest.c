// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: bytes of the output that are not accounted for.
 */
#include <string.h>

#include "internal.h"

/* Nameless bytes go on where a copied piece was larger than what leads to its begin. */
static bool extend(struct oracle *o, uint32_t osec, uint64_t from, uint64_t to)
{
	for (size_t i = 0; i < o->nr_pairs; i++) {
		struct range r = o->pairs[i];
		const struct elf_sec *ps = o->patched.elf->secs[r.psec];
		uint64_t at = r.pstart + r.len, len = to - from;

		if (r.osec != osec)
			continue;
		if (r.ostart + r.len == from && at < ps->size) {
			uint64_t next = image_next_target(&o->patched, r.psec, at) - at;

			if (image_sym_at(&o->patched, r.psec, (int64_t)at))
				continue;
			pair_nameless(o, osec, from, r.psec, at, next < len ? next : len);
			return true;
		}
		if (r.ostart == to && r.pstart >= len) {
			pair_nameless(o, osec, from, r.psec, r.pstart - len, len);
			return true;
		}
	}
	return false;
}

static bool is_fill(const struct oracle *o, const struct elf_sec *sec, uint64_t from, uint64_t to)
{
	if (!sec->data)
		return true;
	for (; from < to; from++)
		if (sec->data[from] && !(is_code(sec) && sec->data[from] == o->arch->text_fill))
			return false;
	return true;
}

/* The next gap in a section's bytes that is not filling; false: none. */
static bool find_gap(const struct oracle *o, const struct elf_sec *sec, uint64_t *from,
		     uint64_t *to)
{
	const uint8_t *map = o->ocovered[sec->index];

	for (*from = *to; *from < sec->size; *from = *to) {
		if (map && map[*from]) {
			(*to)++;
			continue;
		}
		for (*to = *from; *to < sec->size && !(map && map[*to]); (*to)++)
			;
		if (*to - *from >= 64 || !is_fill(o, sec, *from, *to))
			return true;
	}
	return false;
}

/* Of those that others read as a whole, they read the first of a name. */
static bool is_rest_checked(const struct oracle *o, const struct elf_sec *sec)
{
	static const char *const whole[] = { ".modinfo", ".orc_unwind", ".orc_unwind_ip", NULL };

	for (int i = 0; whole[i]; i++)
		if (elf_find_sec(o->out.elf, whole[i]) == sec)
			return false;
	return sec->flags & SHF_ALLOC && sec->size && !is_own_table(o, sec);
}

void check_rest(struct oracle *o)
{
	const struct elf *elf = o->out.elf;

	for (uint32_t s = 1; s < elf->nr_secs; s++) {
		uint64_t from, to = 0;

		if (!is_rest_checked(o, elf->secs[s]))
			continue;
		while (find_gap(o, elf->secs[s], &from, &to)) {
			size_t before = o->nr_pairs;

			if (extend(o, s, from, to) && o->nr_pairs > before) {
				compare_pairs(o);
				to = from;
				if (o->ocovered[s] && o->ocovered[s][from])
					continue;
				to = elf->secs[s]->size;
			}
			finding(o, s, from, "unexplained",
				"%llu bytes stand here to which nothing leads",
				(unsigned long long)(to - from));
		}
	}
}
