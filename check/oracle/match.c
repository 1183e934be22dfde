// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: does an operand of the output mean the same as the one in the patched object?  For
 * example, "call f" in both: the output's must lead to the copy of f, or to the kernel's f if f
 * did not change.
 */
#include <string.h>

#include "internal.h"

static void mismatch(struct oracle *o, const struct context *c, const struct operand *oo,
		     const struct operand *po, const char *id, const char *why)
{
	oracle_finding(o, c->range->osec, oo->at, id, "leads to %s%s, in %s to %s%s%s",
		       oo->to.klp ? "the kernel's " : "", oracle_place_text(&o->out, &oo->to),
		       o->patched.elf->path, oracle_place_text(&o->patched, &po->to),
		       *why ? ": " : "", why);
}

static uint32_t meaning_of_type(const struct oracle *o, uint32_t type)
{
	const struct arch_reloc *row = arch_reloc(o->arch, type);

	return row ? row->like : type;
}

static void match_types(struct oracle *o, const struct context *c, const struct operand *oo,
			const struct operand *po)
{
	const struct arch_reloc *a = arch_reloc(o->arch, oo->type), *b = arch_reloc(o->arch, po->type);

	if (meaning_of_type(o, oo->type) != meaning_of_type(o, po->type))
		oracle_finding(o, c->range->osec, oo->at, "type", "relocation type %s, in %s %s",
			       a->name, o->patched.elf->path, b->name);
}

/* ---- the output leaves it to the kernel ---- */

/* The symbol of patched that stands at the place and is called so, but for numbers. */
static uint32_t sym_called(const struct oracle *o, const char *name, uint32_t psec, int64_t value)
{
	const struct image *img = &o->patched;
	uint32_t renamed = 0;

	for_each_str (&img->names, name, e)
		if (img->elf->syms[e->value].sec == psec &&
		    (int64_t)img->elf->syms[e->value].value == value)
			return e->value;
	for_each_symbol_at (img, psec, value, sym)
		if (oracle_same_stem(img->elf->syms[sym].name, name) ||
		    oracle_is_said_called(o, sym, name))
			renamed = sym;
	return renamed;
}

static void match_kernel_place(struct oracle *o, const struct context *c, const struct operand *oo,
			       const struct operand *po)
{
	const struct elf_sym *ps;
	uint32_t psym, other, orig;
	int64_t off = oo->to.off;

	/* The bias of the addend is not part of the distance from the symbol. */
	psym = sym_called(o, oo->to.name, po->to.sec, po->to.off - off);
	if (!psym) {
		mismatch(o, c, oo, po, "target", "");
		return;
	}
	ps = &o->patched.elf->syms[psym];
	other = image_sym_at(&o->patched, po->to.sec, po->to.off);
	if (other && ps->size && (off < 0 || off >= (int64_t)ps->size) && other != psym)
		mismatch(o, c, oo, po, "target-outside", "the place is not in that symbol");
	/* The kernel's linker has chosen which definition a weak name means. */
	if (o->copy_of[psym] && oo->branch && !off && ps->bind != STB_WEAK)
		mismatch(o, c, oo, po, "branch-to-original", "the output has a copy of it");
	check_kernel_ref(o, c->range->osec, oo, psym);
	orig = c->table ? 0 : oracle_find_in_orig(o, oo->to.name, psym);
	if (orig)
		check_pointer_to_kernel(o, c->range->osec, oo, psym, orig);
}

static void match_kernel(struct oracle *o, const struct context *c, const struct operand *oo,
			 const struct operand *po)
{
	const struct elf_sym *os = &o->out.elf->syms[oo->to.sym];

	if (po->to.sec) {
		match_kernel_place(o, c, oo, po);
		return;
	}
	if (!po->to.name || strcmp(po->to.name, oo->to.name) || po->to.off != oo->to.off) {
		mismatch(o, c, oo, po, "target", "");
		return;
	}
	if (!oo->to.klp && os->bind == STB_WEAK &&
	    o->patched.elf->syms[po->to.sym].bind != STB_WEAK)
		mismatch(o, c, oo, po, "weak", "it is weak only here");
	check_kernel_ref(o, c->range->osec, oo, 0);
	if (!c->table)
		check_pointer_outside(o, c->range->osec, oo);
}

/* ---- the output has a copy ---- */

static bool both_inside(const struct oracle *o, uint32_t osec, int64_t ooff, uint32_t psec,
			int64_t poff)
{
	const struct elf_sec *os = o->out.elf->secs[osec], *ps = o->patched.elf->secs[psec];

	return os->data && ps->data && ooff >= 0 && poff >= 0 && (uint64_t)ooff < os->size &&
	       (uint64_t)poff < ps->size;
}

static bool is_content(const struct oracle *o, const struct operand *po)
{
	const struct elf_sec *ps = o->patched.elf->secs[po->to.sec];

	return ps->flags & SHF_MERGE && ps->data;
}

static void match_nameless(struct oracle *o, const struct context *c, const struct operand *oo,
			   const struct operand *po)
{
	uint32_t psym = image_sym_at(&o->patched, po->to.sec, po->to.off);
	const struct elf_sec *os = o->out.elf->secs[oo->to.sec];
	const struct elf_sec *ps = o->patched.elf->secs[po->to.sec];
	int64_t delta = image_from_label(&o->patched, po);
	int64_t ooff = oo->to.off - delta, poff = po->to.off - delta;

	if (psym && !is_content(o, po)) {
		mismatch(o, c, oo, po, "copy-without-name", "the copy has no name");
		return;
	}
	if (ooff < 0 || (uint64_t)ooff > os->size || poff < 0 || (uint64_t)poff > ps->size ||
	    c->len > ps->size - (uint64_t)poff ||
	    (is_content(o, po) && !both_inside(o, oo->to.sec, ooff, po->to.sec, poff))) {
		mismatch(o, c, oo, po, "target", "");
		return;
	}
	oracle_pair_nameless(o, oo->to.sec, (uint64_t)ooff, po->to.sec, (uint64_t)poff, c->len);
}

static bool leads_there(const struct range *r, const struct operand *oo, const struct operand *po)
{
	return po->to.sec == r->psec &&
	       po->to.off - (int64_t)r->pstart == oo->to.off - (int64_t)r->ostart;
}

/*
 * The range with a name to which the operand leads: one that includes the
 * place (several do: aliases), or that of the relocation's symbol, of which an
 * operand may be at a distance.
 */
static const struct range *copy_meant(const struct oracle *o, const struct operand *oo,
				      const struct operand *po)
{
	const struct range *r = oracle_named_at(o, oo->to.sec, oo->to.off);
	const struct elf_sym *os = &o->out.elf->syms[oo->to.sym];

	for (size_t i = oracle_last_named(o, oo->to.sec, oo->to.off), n = 0; i-- > 0 && n < 16;
	     n++) {
		if (o->named[i].osec != oo->to.sec)
			break;
		if (oracle_includes(&o->named[i], oo->to.off) && leads_there(&o->named[i], oo, po))
			return &o->named[i];
	}
	if (oo->resolved || !elf_sym_in_sec(os))
		return r;
	for (size_t i = oracle_last_named(o, os->sec, (int64_t)os->value), n = 0; i-- > 0 && n < 16;
	     n++)
		if (o->named[i].osec == os->sec && leads_there(&o->named[i], oo, po) &&
		    (os->type == STT_SECTION ? oracle_includes(&o->named[i], (int64_t)os->value)
					     : o->named[i].osym == oo->to.sym))
			return &o->named[i];
	return r;
}

static void match_copy(struct oracle *o, const struct context *c, const struct operand *oo,
		       const struct operand *po)
{
	const struct range *r = copy_meant(o, oo, po);
	const struct elf_sym *ps;

	if (!po->to.sec) {
		mismatch(o, c, oo, po, "target", "");
		return;
	}
	/* Replacement code behind a function (arm64): its symbol tells where, not what. */
	if (!r || (c->len && !oracle_includes(r, oo->to.off))) {
		match_nameless(o, c, oo, po);
		return;
	}
	if (!leads_there(r, oo, po)) {
		mismatch(o, c, oo, po, "target", "");
		return;
	}
	ps = &o->patched.elf->syms[r->psym];
	if (!c->table && !oo->branch && oracle_is_function(ps) && o->redirected[r->osym] &&
	    oo->to.off == (int64_t)r->oentry && !oracle_must_point_to_copy(o, r->psym))
		mismatch(o, c, oo, po, "pointer-to-copy",
			 "it must name the kernel's function, which is redirected");
}

/* The subtrahend of a distance from the entry's field. */
static bool is_own_place(const struct context *c, const struct operand *oo,
			 const struct operand *po)
{
	const struct range *r = c->range;
	int64_t off = oo->to.off - (int64_t)r->ostart;

	return c->table && oo->to.sec == r->osec && po->to.sec == r->psec && off >= 0 &&
	       off < (int64_t)r->len && po->to.off - (int64_t)r->pstart == off;
}

void oracle_match_operand(struct oracle *o, const struct context *c, const struct operand *oo,
			  const struct operand *po)
{
	const struct range *r = c->range;

	if (!oo->resolved)
		o->sym_used[oo->to.sym] = 1;
	/* A replacement's jump to its own end. */
	if (oo->resolved && po->resolved && !r->osym &&
	    oo->to.off == (int64_t)(r->ostart + r->len) &&
	    po->to.off == (int64_t)(r->pstart + r->len))
		return;
	if (!po->resolved)
		match_types(o, c, oo, po);
	if (is_own_place(c, oo, po))
		return;
	if (!c->table && oracle_is_code(o->out.elf->secs[r->osec]))
		check_anchor(o, r->osec, oo, po);
	if (oo->to.sec)
		match_copy(o, c, oo, po);
	else if (oo->to.name)
		match_kernel(o, c, oo, po);
	else if (po->to.sec || po->to.name || po->to.off != oo->to.off)
		mismatch(o, c, oo, po, "target", "");
}

void oracle_match_operands(struct oracle *o, const struct context *c)
{
	/* Comparing adds nothing to these two: what is nameless is only noted. */
	const struct operands *oops = &o->oops, *pops = &o->pops;
	const struct range *r = c->range;
	size_t i = 0, k = 0;

	while (i < oops->nr || k < pops->nr) {
		uint64_t oat = i < oops->nr ? oops->list[i].at - r->ostart : UINT64_MAX;
		uint64_t pat = k < pops->nr ? pops->list[k].at - r->pstart : UINT64_MAX;

		if (oat == pat) {
			oracle_match_operand(o, c, &oops->list[i++], &pops->list[k++]);
		} else if (oat < pat) {
			oracle_finding(o, r->osec, oops->list[i].at, "extra-relocation",
				       "leads to %s, but there is no operand in %s",
				       oracle_place_text(&o->out, &oops->list[i].to),
				       o->patched.elf->path);
			i++;
		} else {
			oracle_finding(o, r->osec, r->ostart + pat, "no-relocation",
				       "%s leads here to %s, the output nowhere",
				       o->patched.elf->path,
				       oracle_place_text(&o->patched, &pops->list[k].to));
			k++;
		}
	}
}
