// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data that no function shows: what has neither a name nor anybody who refers to it is
 * for the kernel to find, by its section.  Where it changed, or speaks of what is
 * copied, a livepatch would pass over it in silence.
 */
#include <string.h>

#include "internal.h"

/* ---- tables that nobody knows ---- */

/* Sections into which compilers put data by themselves. */
static bool is_plain_data(const char *section)
{
	return !strncmp(section, ".data", 5) || !strncmp(section, ".rodata", 7) ||
	       !strncmp(section, ".bss", 4);
}

/*
 * Tables that nobody knows: data that refers to copied code, and that nothing refers to,
 * would be dropped in silence.  It has no name, or stands in a section of the source's
 * choice, where the kernel may look for it.  An object that the kernel has may point to a
 * function, which is redirected, but not into it.
 */
static bool is_unknown_entry(const struct diff *d, const struct piece *p, const struct ref *r)
{
	const struct piece *to = r->piece == NO_PIECE ? NULL : &d->patched.pieces[r->piece];

	if (!to || to->kind > PIECE_CODE || !(to->flags & PIECE_INCLUDED))
		return false;
	return p->twin == NO_PIECE || r->off || to->kind == PIECE_CODE;
}

void diff_check_unknown_table(struct diff *d, const struct piece *p)
{
	if (diff_is_kpatch(p->sec) || d->patched.secs[p->sec->index].rule ||
	    p->flags & (PIECE_REFERRED | PIECE_CALLBACK) ||
	    (p->kind == PIECE_OBJECT && is_plain_data(p->sec->name)))
		return;
	for (uint32_t k = 0; k < p->nr_refs; k++) {
		const struct ref *r = &d->patched.refs[p->first_ref + k];

		if (!is_unknown_entry(d, p, r))
			continue;
		refuse(d, p, "unknown-table",
		       "an unknown section refers to %s, which is copied: pass --ignore-section %s "
		       "if the copy can do without",
		       piece_label(&d->patched, &d->patched.pieces[r->piece]), p->sec->name);
		return;
	}
}

/* ---- what changed ---- */

static void mark_referred(struct object *obj)
{
	for (uint32_t i = 0; i < obj->nr_refs; i++)
		if (obj->refs[i].piece != NO_PIECE)
			obj->pieces[obj->refs[i].piece].flags |= PIECE_REFERRED;
}

/* The next nameless piece of the section that nothing refers to. */
static uint32_t next_unreferred(const struct object *obj, const struct sec_info *info, uint32_t *i)
{
	while (*i < info->nr_pieces) {
		uint32_t at = info->first_piece + (*i)++;
		const struct piece *p = &obj->pieces[at];

		if ((p->kind == PIECE_ANON || p->kind == PIECE_CODE) && !(p->flags & PIECE_REFERRED))
			return at;
	}
	return NO_PIECE;
}

/*
 * Under a label that the assembler forgets (".data..Lubsan_data7"), as compilers have for their
 * own: GCC leaves a sanitizer's record, with its line, where it found the check needless.
 * Without a reference nobody can get there, as no table is called so.
 */
static bool is_unreachable(const struct elf_sec *sec)
{
	return strstr(sec->name, "..L");
}

/* sec_a: 0 if the original has no section of that name. */
static void check_unreferred(struct diff *d, uint32_t sec_a, uint32_t sec_b)
{
	const struct sec_info *a = &d->orig.secs[sec_a], *b = &d->patched.secs[sec_b];
	uint32_t i = 0, k = 0, x, y;

	do {
		x = next_unreferred(&d->orig, a, &i);
		y = next_unreferred(&d->patched, b, &k);
		if (x != NO_PIECE && y != NO_PIECE && diff_content_equal(d, x, y))
			continue;
		if (x == NO_PIECE && y == NO_PIECE)
			return;
		refuse(d, &d->patched.pieces[y != NO_PIECE ? y : b->first_piece], "changed-nameless",
		       "something without a symbol changed here, which no function refers to: a "
		       "livepatch cannot bring it; pass --ignore-section %s if it can do without",
		       d->patched.elf->secs[sec_b]->name);
		return;
	} while (x != NO_PIECE);
}

/* Sections of one name in both, in order. */
void diff_check_nameless(struct diff *d)
{
	struct map secs;

	map_init(&secs, d->arena);
	mark_referred(&d->orig);
	mark_referred(&d->patched);
	for (uint32_t i = 1; i < d->orig.elf->nr_secs; i++)
		if (d->orig.secs[i].nr_pieces)
			map_add_str(&secs, d->orig.elf->secs[i]->name, i);
	for (uint32_t i = 1; i < d->patched.elf->nr_secs; i++) {
		const struct map_entry *e;

		if (!d->patched.secs[i].nr_pieces || is_unreachable(d->patched.elf->secs[i]))
			continue;
		e = map_find_str(&secs, d->patched.elf->secs[i]->name);
		/* Several of one name (groups): which is which is for their symbols to tell. */
		if (e && !map_next(&secs, e))
			check_unreferred(d, e->value, i);
		else if (!e && d->patched.secs[i].role == ROLE_DATA)
			check_unreferred(d, 0, i);
	}
}
