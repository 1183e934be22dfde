// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: every entry of a table that is about a copied function has one that says the
 * same, and there are no others; at each byte of the function the same unwind entry is in force
 * as in the patched object (x86: ORC).
 */
#include <stdlib.h>
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

/* ---- matching ---- */

/* The size that both have: the last entry of a section may end earlier. */
static struct range entry_range(const struct entry *oe, const struct entry *pe)
{
	return (struct range){
		.osec = oe->table->sec->index,
		.ostart = oe->at,
		.oentry = oe->at,
		.psec = pe->table->sec->index,
		.pstart = pe->at,
		.pentry = pe->at,
		.len = oe->size < pe->size ? oe->size : pe->size,
	};
}

/* An end is as far from its begin as in the patched object; what stands there is another's. */
static void compare_end(struct oracle *o, const struct entry *oe, const struct entry *pe,
			const struct operands *oops, const struct operands *pops, uint64_t field)
{
	int begin = oracle_entry_begin_of(oe, field);
	int64_t olen = oracle_entry_distance(oe, oops, begin, (int)field);
	int64_t plen = oracle_entry_distance(pe, pops, begin, (int)field);

	for (size_t i = 0; i < oops->nr; i++)
		if (oops->list[i].at == oe->at + field)
			o->sym_used[oops->list[i].to.sym] = 1;
	if (olen != plen)
		oracle_finding(o, oe->table->sec->index, oe->at + field, "entry-end",
			       "%lld bytes, in %s %lld", (long long)olen, o->patched.elf->path,
			       (long long)plen);
}

/* Compare without following operands: bytes, and names of targets outside of the object. */
static bool looks_equal(struct oracle *o, const struct entry *oe, const struct entry *pe)
{
	struct range r = entry_range(oe, pe);

	if (oe->size != pe->size || !oracle_bytes_equal(o, &r, NULL))
		return false;
	oracle_count_from_entry(oe->table->img, oe->table->rule, oe->at, &o->oops);
	oracle_count_from_entry(pe->table->img, pe->table->rule, pe->at, &o->pops);
	oracle_forget_empty(oe, &o->oops);
	oracle_forget_empty(pe, &o->pops);
	if (o->oops.nr != o->pops.nr)
		return false;
	for (size_t i = 0; i < o->oops.nr; i++) {
		const struct operand *oo = &o->oops.list[i], *po = &o->pops.list[i];
		uint32_t psec;
		int64_t poff;

		if (oo->at - oe->at != po->at - pe->at)
			return false;
		if (oo->to.sec && oracle_to_patched(o, oo->to.sec, oo->to.off, &psec, &poff) &&
		    oracle_named_at(o, oo->to.sec, oo->to.off) &&
		    (psec != po->to.sec || poff != po->to.off))
			return false;
		if (oo->to.name && po->to.name &&
		    (strcmp(oo->to.name, po->to.name) || oo->to.off != po->to.off))
			return false;
	}
	return true;
}

/* The entry of patched with that owner that the output's stands for; *any: there is one at all. */
static struct entry *find_entry(struct oracle *o, const struct entry *oe, uint32_t psec,
				int64_t poff, struct entry **any)
{
	struct entry_walk w =
		oracle_entries_of(o, &o->pentries, psec, (uint64_t)poff, (uint64_t)poff + 1);
	const struct entry *e;

	*any = NULL;
	while ((e = oracle_next_entry(&w))) {
		struct entry *pe = &o->pentries.list[e - o->pentries.list];

		if (pe->used || strcmp(pe->table->sec->name, oe->table->sec->name))
			continue;
		if (!*any)
			*any = pe;
		if (looks_equal(o, oe, pe))
			return pe;
	}
	return NULL;
}

/* Zeroes that only bring the next one to its place. */
static bool is_padding(const struct entry *e, uint16_t from)
{
	if (from > e->size || from + 8 <= e->size)
		return false;
	for (; from < e->size; from++)
		if (e->table->sec->data[e->at + from])
			return false;
	return true;
}

static void compare_entry(struct oracle *o, struct entry *oe, struct entry *pe)
{
	struct range r = entry_range(oe, pe);
	struct operands oops = { .nr = 0 }, pops = { .nr = 0 };
	uint64_t where;

	oe->used = pe->used = true;
	oe->like = pe;
	oracle_cover(o->ocovered, oe->table->sec, oe->at, oe->size, o->arena);
	/* Of the last one, what follows its fields may be missing. */
	if (oe->size != pe->size && !is_padding(pe, oe->size) && !is_padding(oe, pe->size))
		oracle_finding(o, r.osec, r.ostart, "entry-bytes", "%u bytes, but %u in %s",
			       oe->size, pe->size, o->patched.elf->path);
	if (!oracle_bytes_equal(o, &r, &where))
		oracle_finding(o, r.osec, r.ostart + where, "entry-bytes",
			       "the entry differs from the one at %s+%#llx of %s",
			       pe->table->sec->name, (unsigned long long)pe->at,
			       o->patched.elf->path);
	oracle_entry_operands(oe, &oops);
	oracle_entry_operands(pe, &pops);
	oracle_forget_empty(oe, &oops);
	oracle_forget_empty(pe, &pops);
	if (oops.nr != pops.nr)
		oracle_finding(o, r.osec, r.ostart, "entry-relocations",
			       "the entry has %zu relocations, the one in %s %zu", oops.nr,
			       o->patched.elf->path, pops.nr);
	for (size_t i = 0; i < oops.nr && i < pops.nr; i++) {
		struct context c = { .range = &r, .table = true };
		uint64_t field = oops.list[i].at - oe->at;

		if (field != pops.list[i].at - pe->at) {
			oracle_finding(o, r.osec, oops.list[i].at, "entry-relocations",
				       "the entry's relocation is not where %s has it",
				       o->patched.elf->path);
			continue;
		}
		if (oracle_entry_begin_of(pe, field) >= 0) {
			compare_end(o, oe, pe, &oops, &pops, field);
			continue;
		}
		c.len = oracle_replacement_length(pe, &pops, field);
		oracle_match_operand(o, &c, &oops.list[i], &pops.list[i]);
	}
}

static bool match_entry(struct oracle *o, struct entry *oe)
{
	struct entry *pe, *any;
	uint32_t psec;
	int64_t poff;

	if (oe->used || !oe->owner.sec ||
	    !oracle_to_patched(o, oe->owner.sec, oe->owner.off, &psec, &poff))
		return false;
	pe = find_entry(o, oe, psec, poff, &any);
	if (!pe)
		pe = any;
	if (!pe)
		return false;
	compare_entry(o, oe, pe);
	return true;
}

/* A symbol that klp diff --entry-symbols made belongs to one entry only. */
static void check_entry_symbols(struct oracle *o)
{
	for_each_sym (o->out.elf, sym) {
		const struct special_rule *rule;
		const struct entry *e;
		bool found;

		if (!starts_with(sym->name, KLP_ENTRY_PREFIX) || !elf_sym_in_sec(sym))
			continue;
		rule = special_rule(o->arch, o->out.elf->secs[sym->sec]);
		/* Unwind tables are no list of entries here */
		found = rule && !(rule->flags & SPECIAL_TABLE && !(rule->flags & SPECIAL_RANGES));
		e = oracle_any_entry_at(&o->oentries, sym->sec, sym->value);
		found |= e && (e->size == sym->size || e->doubtful);
		if (!found || sym->bind != STB_LOCAL || sym->type != STT_OBJECT)
			oracle_finding(o, sym->sec, sym->value, "entry-symbol",
				       "%s is not a local symbol of one entry", sym->name);
	}
}

static const char *owner_text(const struct entry *e)
{
	const struct place owner = entry_owner(e);

	return oracle_place_text(e->table->img, &owner);
}

/* Of replacements that overlap the later one counts; nested ones are only in one function. */
static void check_entry_order(struct oracle *o)
{
	const struct entry **last = arena_calloc(o->arena, o->patched.elf->nr_syms, sizeof(*last));

	for (size_t i = 0; i < o->oentries.nr; i++) {
		const struct entry *e = &o->oentries.list[i], *pe = e->like;
		uint32_t sym;

		if (!pe || !pe->table->layout || pe->table->layout->repl == SPECIAL_NONE)
			continue;
		sym = image_sym_at(&o->patched, pe->owner.sec, pe->owner.off);
		if (sym && last[sym] && last[sym]->table->sec == pe->table->sec &&
		    last[sym]->at > pe->at)
			oracle_finding(o, e->table->sec->index, e->at, "entry-order",
				       "the entry for %s comes after one that it precedes in %s",
				       owner_text(e), o->patched.elf->path);
		last[sym] = pe;
	}
	arena_give_back(o->arena, last, o->patched.elf->nr_syms, sizeof(*last));
}

void oracle_match_tables(struct oracle *o)
{
	bool progress = true;

	oracle_collect_entries(o, &o->out, &o->oentries);
	/* Replacement code has entries of its own. */
	while (progress) {
		progress = false;
		for (size_t i = 0; i < o->oentries.nr; i++)
			progress |= match_entry(o, &o->oentries.list[i]);
		oracle_compare_pairs(o);
	}
	for (size_t i = 0; i < o->oentries.nr; i++) {
		const struct entry *e = &o->oentries.list[i];

		if (e->used)
			continue;
		oracle_cover(o->ocovered, e->table->sec, e->at, e->size, o->arena);
		if (e->doubtful)
			oracle_finding(o, e->table->sec->index, e->at, "entry-form",
				       "the entries cannot be told apart");
		else
			oracle_finding(o, e->table->sec->index, e->at, "entry-extra",
				       "the entry is for %s, for which %s has none", owner_text(e),
				       o->patched.elf->path);
	}
	check_entry_symbols(o);
	check_entry_order(o);
}

/* ---- what is missing ---- */

/* A module's tracepoint or debug message: the copy is without. */
static bool may_be_left_out(const struct oracle *o, const struct entry *pe)
{
	struct operands ops = { .nr = 0 };

	if (!(pe->table->rule->flags & SPECIAL_KEYED) || !pe->table->layout || !o->object ||
	    !strcmp(o->object, "vmlinux"))
		return false;
	image_operands(&o->patched, pe->table->sec->index,
		       pe->at + (uint64_t)pe->table->layout->key,
		       pe->at + (uint64_t)pe->table->layout->key + 1, &ops);
	for (size_t i = 0; i < ops.nr; i++) {
		const struct place *to = &ops.list[i].to;
		uint32_t sym = to->sec ? image_sym_at(&o->patched, to->sec, to->off) : to->sym;
		const char *name = o->patched.elf->syms[sym].name;

		if (is_trace_key(name) || strstr(name, "__UNIQUE_ID_ddebug"))
			return true;
	}
	return false;
}

static void check_missing(struct oracle *o, const struct entry *pe)
{
	const struct spot *p = &pe->owner;
	uint32_t flags = pe->table->rule->flags;
	bool copied =
		p->sec && p->off >= 0 &&
		oracle_is_covered(o->pcovered, o->patched.elf->secs[p->sec], (uint64_t)p->off);
	const char *id = "entry-missing";

	if (o->opts->no_objtool_tables && flags & SPECIAL_MADE)
		return;
	if (pe->used || !copied || !oracle_is_code(o->patched.elf->secs[p->sec]))
		return;
	if (flags & SPECIAL_BOOT_CONST || may_be_left_out(o, pe))
		return;
	if (flags & SPECIAL_BOOT_CODE)
		id = "boot-code";
	oracle_finding(o, 0, 0, id, "%s+%#llx of %s, which is for %s, has no counterpart",
		       pe->table->sec->name, (unsigned long long)pe->at, o->patched.elf->path,
		       owner_text(pe));
}

void check_missing_entries(struct oracle *o)
{
	for (size_t i = 0; i < o->pentries.nr; i++)
		check_missing(o, &o->pentries.list[i]);
}

/* From here on holds what stands in data. */
struct orc {
	uint32_t sec, nth;
	int64_t off;
	const uint8_t *data;
};

struct orc_list {
	struct orc *list;
	size_t nr, cap;
	uint64_t size; /* of an entry's data */
	uint32_t type; /* of all relocations */
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

/* Those of sections of which bytes are in `of`; NULL: of all. */
static bool collect(const struct image *img, const struct cover *of, struct orc_list *out)
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
	for (size_t i = 0; i < nr; i++) {
		const struct operand *op = &ops.list[i];

		if (!i)
			out->type = arch_reloc(img->arch, op->type)->like;
		if (op->at != 4 * i || !op->to.sec ||
		    arch_reloc(img->arch, op->type)->like != out->type)
			return false;
		if (!of || of[op->to.sec].map)
			out->list[out->nr++] = (struct orc){ op->to.sec, (uint32_t)i, op->to.off,
							     orc->data + i * out->size };
	}
	if (out->nr)
		qsort(out->list, out->nr, sizeof(*out->list), cmp_orc);
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
			oracle_finding(o, r->osec, (uint64_t)oat, "orc",
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
	for_each_u64 (&o->detours_at, place_key(sec, (uint64_t)off), e)
		if (o->detours[e->value].osec == sec && (int64_t)o->detours[e->value].ostart == off)
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

	if (!last || is_end(last, pl->size) || oracle_named_at(o, r->osec, oend) ||
	    is_detour(o, r->osec, oend) || !oe || is_end(oe, ol->size) ||
	    (oend < (int64_t)o->out.elf->secs[r->osec]->size && pe &&
	     !memcmp(oe->data, pe->data, ol->size)))
		return;
	oracle_finding(o, r->osec, (uint64_t)oend, "orc",
		       "the unwind entries do not end with the function");
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
		oracle_finding(
			o, r->osec, (uint64_t)at, "orc",
			"another unwind entry is in force than at %s+%#llx of %s, of which this is "
			"the copy",
			o->patched.elf->secs[r->psec]->name, (unsigned long long)r->pstart,
			o->patched.elf->path);
		return;
	}
}

/* The unwind entry behind a function is in force for the next one, too, if that begins there. */
static void check_entry(struct oracle *o, const struct orc *e, uint64_t size)
{
	if (!oracle_is_code(o->out.elf->secs[e->sec]))
		oracle_finding(o, 0, 0, "orc-form", "an unwind entry is not for code");
	else if (e->off > (int64_t)o->out.elf->secs[e->sec]->size)
		oracle_finding(o, 0, 0, "orc-form", "an unwind entry is behind the end of %s",
			       o->out.elf->secs[e->sec]->name);
	else if (!is_end(e, size) && !oracle_named_at(o, e->sec, e->off) &&
		 !is_detour(o, e->sec, e->off))
		oracle_finding(o, e->sec, (uint64_t)e->off, "orc",
			       "an unwind entry is for no copied code");
}

/* Where no function changed, and only words of the kernel's data are set, there is none. */
static bool has_code(const struct oracle *o)
{
	for_each_sec (o->out.elf, sec)
		if (oracle_is_code(sec) && sec->size)
			return true;
	return false;
}

void check_orc(struct oracle *o)
{
	struct orc_list ol = { .nr = 0 }, pl = { .nr = 0 };

	/* All that is a copy is covered in patched. */
	if (!collect(&o->patched, o->pcovered, &pl) || !pl.size)
		return;
	if ((o->opts->no_objtool_tables || !has_code(o)) && !elf_find_sec(o->out.elf, ".orc_unwind"))
		return;
	if (!collect(&o->out, NULL, &ol) || ol.size != pl.size || ol.type != pl.type) {
		oracle_finding(o, 0, 0, "orc-form",
			       ".orc_unwind and .orc_unwind_ip do not fit each other");
		return;
	}
	for (size_t i = 0; i < o->nr_named; i++) {
		if (!oracle_is_code(o->out.elf->secs[o->named[i].osec]))
			continue;
		compare(o, &ol, &pl, &o->named[i]);
		check_end(o, &ol, &pl, &o->named[i]);
	}
	for (size_t i = 0; i < o->nr_detours; i++)
		compare_detour(o, &ol, &pl, &o->detours[i]);
	for (size_t i = 0; i < ol.nr; i++)
		check_entry(o, &ol.list[i], ol.size);
}
