// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: what the output expects of the kernel is what the original
 * object has, and what differs between the two inputs is in the output.
 */
#include <string.h>

#include "internal.h"

/* ---- references to the kernel ---- */

/* Source files may have one name: of several, the one that the same functions use, or of that size. */
uint32_t find_in_orig(struct oracle *o, const char *name, uint32_t psym)
{
	uint32_t found = 0, nr = 0;

	if (o->said[psym])
		return is_said_called(o, psym, name) ? o->said[psym] : 0;
	found = orig_called(o, name, psym);
	for (const struct map_entry *e = found ? NULL : map_find_str(&o->orig.names, name); e;
	     e = map_next(&o->orig.names, e)) {
		if (!could_be_in_orig(o, e->value, psym))
			continue;
		if (!nr++ || o->orig.elf->syms[e->value].size == o->patched.elf->syms[psym].size)
			found = e->value;
	}
	return found;
}

static void check_ordinary(struct oracle *o, uint32_t osec, const struct operand *oo,
			   uint32_t psym)
{
	const struct export *x;
	size_t nr;

	if (!o->exports || arch_is_trace_symbol(o->arch, oo->to.name) ||
	    arch_is_own_symbol(o->arch, oo->to.name))
		return;
	x = exports_find(o->exports, oo->to.name);
	/* What the kernel does not have at all another object of the livepatch may. */
	if (!x && !psym && o->kernel && !kernel_file_find(o->kernel, oo->to.name, &nr))
		return;
	if (!x)
		finding(o, osec, oo->at, "not-exported", "the kernel does not export %s",
			oo->to.name);
}

void check_kernel_ref(struct oracle *o, uint32_t osec, const struct operand *oo, uint32_t psym)
{
	uint32_t orig;

	if (!oo->to.klp)
		check_ordinary(o, osec, oo, psym);
	if (!psym && oo->to.klp)
		check_outside(o, osec, oo);
	if (!psym)
		return;
	orig = find_in_orig(o, oo->to.name, psym);
	if (!orig) {
		finding(o, osec, oo->at, "not-in-kernel", "%s has no %s: it is not in the kernel",
			o->orig.elf->path, oo->to.name);
		return;
	}
	o->taken_by[orig] = psym;
	if (!oo->to.klp && o->orig.elf->syms[orig].bind == STB_LOCAL)
		finding(o, osec, oo->at, "local-as-export",
			"%s is local in %s: an export of that name is another one", oo->to.name,
			o->orig.elf->path);
	if (used_by_another(o, osec, oo->at, orig, psym))
		finding(o, osec, oo->at, "target-other", "in %s it is another one of that name",
			o->orig.elf->path);
	else if (is_out_of_order(o, osec, oo->at, orig, psym))
		finding(o, osec, oo->at, "target-other",
			"by the order of those of that name, in %s it is another one",
			o->orig.elf->path);
	if (oo->to.klp)
		check_position(o, osec, oo->at, oo->to.pos, oo->to.name, orig);
	check_kept(o, osec, oo->at, orig, psym);
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
		orig = orig_called(o, sym->name, i);
		/* By another name of its place: check_names(). */
		if (!orig || redirect_of(o, orig) || !symbols_differ(o, orig, i) || has_equal(o, i) ||
		    is_folded(o, orig, i) ||
		    !can_run(o, i, 0))
			continue;
		finding(o, 0, 0, "change-missing", "%s differs between the inputs and is not here",
			sym->name);
	}
}
