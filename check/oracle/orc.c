// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: at each byte of a copied function the same unwind entry is in
 * force as in the patched object (x86: ORC).
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* From here on holds what stands in data. */
struct orc {
	uint32_t sec, nth;
	int64_t off;
	const uint8_t *data;
};

struct orc_list {
	struct orc *list;
	size_t nr, cap;
	uint64_t size;		/* of an entry's data */
	uint32_t type;		/* of all relocations */
};

/* struct orc_entry: all zero but for the offsets is the end of something (ORC_TYPE_UNDEFINED). */
static bool is_end(const struct orc *orc, uint64_t size)
{
	for (uint64_t i = 0; i < size; i++)
		if (orc->data[i])
			return false;
	return true;
}

static int cmp_orc(const void *a, const void *b)
{
	const struct orc *x = a, *y = b;

	if (x->sec != y->sec)
		return x->sec < y->sec ? -1 : 1;
	if (x->off != y->off)
		return x->off < y->off ? -1 : 1;
	return (x->nth > y->nth) - (x->nth < y->nth);
}

static bool collect(const struct image *img, struct orc_list *out)
{
	const struct elf_sec *ip = elf_find_sec(img->elf, ".orc_unwind_ip");
	const struct elf_sec *orc = elf_find_sec(img->elf, ".orc_unwind");
	struct operands ops = { .nr = 0 };
	uint64_t nr = ip ? ip->size / 4 : 0;

	if (!nr)
		return !orc || !orc->size;
	if (!orc || !orc->data || orc->size % nr || ip->size % 4)
		return false;
	out->size = orc->size / nr;
	image_operands(img, ip->index, 0, ip->size, &ops);
	if (ops.nr != nr)
		return false;
	out->list = arena_calloc(img->arena, nr, sizeof(*out->list));
	out->nr = nr;
	for (size_t i = 0; i < nr; i++) {
		const struct operand *op = &ops.list[i];

		if (!i)
			out->type = arch_reloc(img->arch, op->type)->like;
		if (op->at != 4 * i || !op->to.sec ||
		    arch_reloc(img->arch, op->type)->like != out->type)
			return false;
		out->list[i] = (struct orc){ op->to.sec, (uint32_t)i, op->to.off,
					     orc->data + i * out->size };
	}
	qsort(out->list, nr, sizeof(*out->list), cmp_orc);
	return true;
}

/* The entry in force at a place, NULL: none; *next: where the next one begins. */
static const struct orc *in_force(const struct orc_list *l, uint32_t sec, int64_t off,
				  int64_t *next)
{
	size_t low = 0, high = l->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct orc *e = &l->list[mid];

		if (e->sec < sec || (e->sec == sec && e->off <= off))
			low = mid + 1;
		else
			high = mid;
	}
	*next = low < l->nr && l->list[low].sec == sec ? l->list[low].off : INT64_MAX;
	if (!low || l->list[low - 1].sec != sec)
		return NULL;
	/* The end of something does not count where something else begins. */
	if (low > 1 && is_end(&l->list[low - 1], l->size) && l->list[low - 2].sec == sec &&
	    l->list[low - 2].off == l->list[low - 1].off)
		low--;
	return &l->list[low - 1];
}

static void compare(struct oracle *o, const struct orc_list *ol, const struct orc_list *pl,
		    const struct range *r)
{
	int64_t oat = (int64_t)r->oentry, pat = (int64_t)r->pentry;
	int64_t end = (int64_t)(r->ostart + r->len);

	while (oat < end) {
		int64_t onext, pnext, step;
		const struct orc *oe = in_force(ol, r->osec, oat, &onext);
		const struct orc *pe = in_force(pl, r->psec, pat, &pnext);

		if (!oe != !pe || (oe && memcmp(oe->data, pe->data, ol->size))) {
			finding(o, r->osec, (uint64_t)oat, "orc",
				"another unwind entry is in force than at %s+%#llx of %s",
				o->patched.elf->secs[r->psec]->name, (unsigned long long)pat,
				o->patched.elf->path);
			return;
		}
		step = onext - oat < pnext - pat ? onext - oat : pnext - pat;
		if (step > end - oat)
			return;
		oat += step;
		pat += step;
	}
}

static bool is_detour(const struct oracle *o, uint32_t sec, int64_t off)
{
	for (size_t i = 0; i < o->nr_detours; i++)
		if (o->detours[i].osec == sec && (int64_t)o->detours[i].ostart == off)
			return true;
	return false;
}

/* The linker puts something else behind a function: what holds in it must not hold there. */
static void check_end(struct oracle *o, const struct orc_list *ol, const struct orc_list *pl,
		      const struct range *r)
{
	int64_t next, oend = (int64_t)(r->ostart + r->len), pend = (int64_t)(r->pstart + r->len);
	const struct orc *last = in_force(pl, r->psec, pend - 1, &next);
	const struct orc *pe = in_force(pl, r->psec, pend, &next);
	const struct orc *oe = in_force(ol, r->osec, oend, &next);

	if (!last || is_end(last, pl->size) || named_at(o, r->osec, oend) ||
	    is_detour(o, r->osec, oend) || !oe || is_end(oe, ol->size) ||
	    (oend < (int64_t)o->out.elf->secs[r->osec]->size && pe &&
	     !memcmp(oe->data, pe->data, ol->size)))
		return;
	finding(o, r->osec, (uint64_t)oend, "orc", "the unwind entries do not end with the function");
}

/* All that a detour has in common with the stack is what the one instruction had. */
static void compare_detour(struct oracle *o, const struct orc_list *ol, const struct orc_list *pl,
			   const struct range *r)
{
	int64_t pnext, next, at = (int64_t)r->ostart;
	const struct orc *pe = in_force(pl, r->psec, (int64_t)r->pstart, &pnext);

	for (; at < (int64_t)(r->ostart + r->len); at = next) {
		const struct orc *oe = in_force(ol, r->osec, at, &next);

		if (!oe == !pe && (!oe || !memcmp(oe->data, pe->data, ol->size)))
			continue;
		finding(o, r->osec, (uint64_t)at, "orc",
			"another unwind entry is in force than at %s+%#llx of %s, for which this is",
			o->patched.elf->secs[r->psec]->name, (unsigned long long)r->pstart,
			o->patched.elf->path);
		return;
	}
}

/* What holds behind a function holds for the next one, too, if that begins there. */
static void check_entry(struct oracle *o, const struct orc *e, uint64_t size)
{
	if (!is_code(o->out.elf->secs[e->sec]))
		finding(o, 0, 0, "orc-form", "an unwind entry does not speak of code");
	else if (e->off > (int64_t)o->out.elf->secs[e->sec]->size)
		finding(o, 0, 0, "orc-form", "an unwind entry is behind the end of %s",
			o->out.elf->secs[e->sec]->name);
	else if (!is_end(e, size) && !named_at(o, e->sec, e->off) && !is_detour(o, e->sec, e->off))
		finding(o, e->sec, (uint64_t)e->off, "orc", "an unwind entry speaks of no copy");
}

void check_orc(struct oracle *o)
{
	struct orc_list ol = { .nr = 0 }, pl = { .nr = 0 };

	if (!collect(&o->patched, &pl) || !pl.nr)
		return;
	if (o->opts->no_objtool_tables && !elf_find_sec(o->out.elf, ".orc_unwind"))
		return;
	if (!collect(&o->out, &ol) || ol.size != pl.size || ol.type != pl.type) {
		finding(o, 0, 0, "orc-form", ".orc_unwind and .orc_unwind_ip do not fit each other");
		return;
	}
	for (size_t i = 0; i < o->nr_named; i++) {
		if (!is_code(o->out.elf->secs[o->named[i].osec]))
			continue;
		compare(o, &ol, &pl, &o->named[i]);
		check_end(o, &ol, &pl, &o->named[i]);
	}
	for (size_t i = 0; i < o->nr_detours; i++)
		compare_detour(o, &ol, &pl, &o->detours[i]);
	for (size_t i = 0; i < ol.nr; i++)
		check_entry(o, &ol.list[i], ol.size);
}
