// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: what the output expects of the kernel is what the original
 * object has, and what differs between the two inputs is in the output.
 */
#include <string.h>

#include "klp-oracle.h"

#define MAX_DEPTH 4	/* of nameless data that leads to nameless data */

static bool ranges_differ(struct oracle *o, uint32_t osec, uint64_t ostart, uint64_t osize,
			  uint32_t psec, uint64_t pstart, uint64_t psize, int depth);

static bool nameless_differ(struct oracle *o, const struct place *a, const struct place *b,
			    int depth)
{
	const struct elf_sec *as = o->orig.elf->secs[a->sec], *bs = o->patched.elf->secs[b->sec];
	uint64_t asize, bsize, size;

	if (a->off < 0 || b->off < 0 || (uint64_t)a->off >= as->size ||
	    (uint64_t)b->off >= bs->size)
		return a->off - (int64_t)as->size != b->off - (int64_t)bs->size;
	if (as->flags & bs->flags & SHF_STRINGS && as->data && bs->data) {
		asize = strnlen((const char *)as->data + a->off, as->size - (uint64_t)a->off);
		bsize = strnlen((const char *)bs->data + b->off, bs->size - (uint64_t)b->off);
		return asize != bsize || memcmp(as->data + a->off, bs->data + b->off, asize);
	}
	if (depth > MAX_DEPTH)
		return false;
	asize = image_next_target(&o->orig, a->sec, (uint64_t)a->off) - (uint64_t)a->off;
	bsize = image_next_target(&o->patched, b->sec, (uint64_t)b->off) - (uint64_t)b->off;
	size = asize < bsize ? asize : bsize;
	return ranges_differ(o, a->sec, (uint64_t)a->off, size, b->sec, (uint64_t)b->off, size,
			     depth + 1);
}

/* Name and distance from it; NULL: nameless. */
static const char *symbolic(const struct image *img, const struct place *p, int64_t *off)
{
	uint32_t sym;

	*off = p->off;
	if (!p->sec)
		return p->name ? p->name : "";
	sym = image_sym_at(img, p->sec, p->off);
	if (!sym)
		return NULL;
	*off -= (int64_t)img->elf->syms[sym].value;
	return img->elf->syms[sym].name;
}

/* Has what stands there, or begins off bytes before, that name, if only by an alias? */
static bool is_called_so(const struct image *img, const struct place *p, const char *name,
			 int64_t off)
{
	if (!p->sec)
		return p->off == off && !strcmp(p->name ? p->name : "", name);
	for (uint32_t i = img->first[p->sec]; i < img->first[p->sec + 1]; i++) {
		const struct elf_sym *sym = &img->elf->syms[img->syms[i]];

		if ((int64_t)sym->value > p->off - off)
			return false;
		if ((int64_t)sym->value == p->off - off && same_stem(sym->name, name))
			return true;
	}
	return false;
}

static bool operands_differ(struct oracle *o, const struct operand *a, const struct operand *b,
			    int depth)
{
	const struct arch_reloc *at = arch_reloc(o->arch, a->type), *bt = arch_reloc(o->arch, b->type);
	int64_t aoff, boff;
	const char *aname = symbolic(&o->orig, &a->to, &aoff);
	const char *bname = symbolic(&o->patched, &b->to, &boff);

	if ((at ? at->like : 0) != (bt ? bt->like : 0))
		return true;
	if (!aname && !bname)
		return nameless_differ(o, &a->to, &b->to, depth);
	return !aname || !bname || !is_called_so(&o->orig, &a->to, bname, boff);
}

static bool masked_differ(struct oracle *o, const uint8_t *a, uint64_t astart,
			  const struct operands *aops, const uint8_t *b, uint64_t bstart,
			  const struct operands *bops, uint64_t size, bool code)
{
	uint8_t *copy = arena_calloc(o->arena, 2 * size + 1, 1);
	bool differ;

	memcpy(copy, a + astart, size);
	memcpy(copy + size, b + bstart, size);
	mask_operands(copy, astart, size, aops);
	mask_operands(copy + size, bstart, size, bops);
	differ = memcmp(copy, copy + size, size) &&
		 !(code && only_lines_differ(o, copy, copy + size, size, bstart, bops));
	arena_give_back(o->arena, copy, 2 * size + 1, 1);
	return differ;
}

static bool ranges_differ(struct oracle *o, uint32_t osec, uint64_t ostart, uint64_t osize,
			  uint32_t psec, uint64_t pstart, uint64_t psize, int depth)
{
	const struct elf_sec *as = o->orig.elf->secs[osec], *bs = o->patched.elf->secs[psec];
	struct operands a = { .nr = 0 }, b = { .nr = 0 };
	bool differ;

	if (osize != psize || !as->data != !bs->data)
		return true;
	image_operands(&o->orig, osec, ostart, ostart + osize, &a);
	image_operands(&o->patched, psec, pstart, pstart + psize, &b);
	differ = a.nr != b.nr;
	if (!differ && as->data)
		differ = masked_differ(o, as->data, ostart, &a, bs->data, pstart, &b, osize,
				       is_code(as));
	for (size_t i = 0; i < a.nr && !differ; i++)
		differ = a.list[i].at - ostart != b.list[i].at - pstart ||
			 operands_differ(o, &a.list[i], &b.list[i], depth);
	arena_give_back(o->arena, a.list, a.cap, sizeof(*a.list));
	arena_give_back(o->arena, b.list, b.cap, sizeof(*b.list));
	return differ;
}

bool symbols_differ(struct oracle *o, uint32_t osym, uint32_t psym)
{
	const struct elf_sym *a = &o->orig.elf->syms[osym], *b = &o->patched.elf->syms[psym];

	return !o->same_inputs &&
	       ranges_differ(o, a->sec, a->value, a->size, b->sec, b->value, b->size, 0);
}

/* ---- references to the kernel ---- */

uint32_t find_in_orig(const struct oracle *o, const char *name, uint32_t psym)
{
	const struct elf_sym *ps = &o->patched.elf->syms[psym];
	uint32_t found = 0;

	for (const struct map_entry *e = map_find_str(&o->orig.names, name); e;
	     e = map_next(&o->orig.names, e)) {
		const struct elf_sym *os = &o->orig.elf->syms[e->value];
		const char *of = o->orig.files[e->value], *pf = o->patched.files[psym];

		if (!elf_sym_in_sec(os) || is_code(o->orig.elf->secs[os->sec]) !=
					   is_code(o->patched.elf->secs[ps->sec]))
			continue;
		if (*of && *pf && strcmp(of, pf))
			continue;
		if (!found || os->size == ps->size)
			found = e->value;
	}
	return found;
}

static bool has_trace_name(const struct arch *arch, const char *name)
{
	for (const char *const *t = arch->trace_symbols; *t; t++)
		if (!strcmp(*t, name))
			return true;
	return false;
}

static void check_ordinary(struct oracle *o, uint32_t osec, const struct operand *oo,
			   uint32_t psym)
{
	const struct export *x;
	size_t nr;

	if (!o->exports || has_trace_name(o->arch, oo->to.name))
		return;
	x = exports_find(o->exports, oo->to.name);
	/* What the kernel does not have at all another object of the livepatch may. */
	if (!x && !psym && o->kernel && !kernel_file_find(o->kernel, oo->to.name, &nr))
		return;
	if (!x && *o->out.elf->syms[oo->to.sym].name != '.')
		finding(o, osec, oo->at, "not-exported", "the kernel does not export %s",
			oo->to.name);
}

void check_kernel_ref(struct oracle *o, uint32_t osec, const struct operand *oo, uint32_t psym)
{
	uint32_t orig;

	if (!oo->to.klp)
		check_ordinary(o, osec, oo, psym);
	if (!psym)
		return;
	orig = find_in_orig(o, oo->to.name, psym);
	if (!orig) {
		finding(o, osec, oo->at, "not-in-kernel", "%s has no %s: it is not in the kernel",
			o->orig.elf->path, oo->to.name);
		return;
	}
	if (!oo->to.klp && o->orig.elf->syms[orig].bind == STB_LOCAL)
		finding(o, osec, oo->at, "local-as-export",
			"%s is local in %s: an export of that name is another one", oo->to.name,
			o->orig.elf->path);
	if (used_by_another(o, osec, oo->at, orig))
		finding(o, osec, oo->at, "target-other", "in %s it is another one of that name",
			o->orig.elf->path);
	if (oo->to.klp)
		check_position(o, osec, oo->at, oo->to.pos, oo->to.name, orig);
	if ((!is_function(&o->orig.elf->syms[orig]) || (oo->to.off && !oo->branch)) &&
	    symbols_differ(o, orig, psym))
		finding(o, osec, oo->at, "changed-in-kernel",
			"%s differs in %s: the kernel has the old one", oo->to.name,
			o->patched.elf->path);
}

/* ---- completeness ---- */

static bool goes_away(const struct image *img, uint32_t sec)
{
	const struct special_rule *rule = special_rule(img->arch, img->elf->secs[sec]);

	return rule && rule->flags & (SPECIAL_FREED | SPECIAL_REGISTER);
}

void check_complete(struct oracle *o)
{
	const struct elf *elf = o->patched.elf;

	for (uint32_t i = 1; i < elf->nr_syms && !o->same_inputs; i++) {
		const struct elf_sym *sym = &elf->syms[i];
		uint32_t orig;

		if (!elf_sym_in_sec(sym) || !is_function(sym) || o->copy_of[i] ||
		    goes_away(&o->patched, sym->sec))
			continue;
		orig = image_find(&o->orig, sym->name, o->patched.files[i]);
		if (!orig || !symbols_differ(o, orig, i) || has_equal(o, i) ||
		    !can_run(o, i, 0))
			continue;
		finding(o, 0, 0, "change-missing", "%s differs between the inputs and is not here",
			sym->name);
	}
}
