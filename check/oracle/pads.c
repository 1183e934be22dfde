// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: does each pointer lead to a function that an indirect call may enter?  Where the
 * kernel's function lacks the pad and the patched one has it (ENDBR64, "bti c", kCFI's hash),
 * the pointer must lead to the copy.
 */
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

static bool has_insn(const struct image *img, const struct elf_sym *sym, bool told)
{
	const struct elf_sec *sec = img->elf->secs[sym->sec];
	const struct arch_pad *pad;

	if (!sec->data || sym->value > sec->size)
		return false;
	pad = arch_pad(img->arch, sec->data + sym->value, sec->size - sym->value);
	return pad && (pad->tells || !told);
}

/* arm64: four bytes of data before the nops for ftrace. */
static bool has_hash_data(const struct image *img, const struct elf_sym *sym)
{
	const struct elf_sec *sec = img->elf->secs[sym->sec];
	const uint8_t *data_map = img->data_map[sym->sec];
	uint64_t place;

	if (!data_map || !sec->data || sym->value > sec->size)
		return false;
	place = arch_hash_place(img->arch, sec->data, sym->value);
	return place != UINT64_MAX && data_map[place] == NO_CODE_DATA &&
	       (!place || data_map[place - 1] != NO_CODE_DATA);
}

/* A symbol on the hash (x86), behind the function before, or data. */
static bool has_hash(const struct image *img, const struct elf_sym *sym)
{
	uint64_t low = sym->value > PAD_HASH_REACH ? sym->value - PAD_HASH_REACH : 0;

	for (uint64_t at = sym->value; at > low; at--) {
		uint32_t before = image_sym_at(img, sym->sec, (int64_t)at - 1);
		const struct elf_sym *b = &img->elf->syms[before];

		if (before && starts_with(b->name, "__cfi_"))
			return true;
		if (before && oracle_is_function(b) && !is_function_prefix(b->name))
			break;
	}
	return has_hash_data(img, sym);
}

static unsigned int pads_of(const struct image *img, uint32_t symndx)
{
	const struct elf_sym *sym = &img->elf->syms[symndx];

	return (has_insn(img, sym, false) ? PAD_INSN : 0) | (has_hash(img, sym) ? PAD_HASH : 0);
}

/* The kernel checks those kinds of pads that any function of the object has. */
static unsigned int find_pads_in_use(const struct image *img)
{
	unsigned int pads = 0;

	for_each_sym (img->elf, sym) {
		if (!elf_sym_in_sec(sym) || !oracle_is_function(sym) || is_function_prefix(sym->name))
			continue;
		pads |= has_insn(img, sym, true) ? PAD_INSN : 0;
		pads |= has_hash(img, sym) ? PAD_HASH : 0;
	}
	return pads;
}

static unsigned int pads_in_use(struct oracle *o)
{
	if (!o->knows_pads)
		o->pads = find_pads_in_use(&o->patched);
	o->knows_pads = true;
	return o->pads;
}

static void read_sealed(struct oracle *o)
{
	const struct elf *elf = o->orig.elf;
	const struct elf_sec *sec = elf_find_sec(elf, ".ibt_endbr_seal");

	map_init(&o->sealed, o->arena);
	for (size_t i = 0; sec && sec->rela && i < sec->rela->nr_relocs; i++) {
		const struct elf_reloc *r = &sec->rela->relocs[i];
		const struct elf_sym *to = &elf->syms[r->sym];

		if (elf_sym_in_sec(to))
			map_add_u64(&o->sealed, place_key(to->sec, to->value + (uint64_t)r->addend),
				    to->sec);
	}
}

/* Does objtool's table in the original name it? */
static bool is_listed(struct oracle *o, const struct elf_sym *sym)
{
	uint64_t key = place_key(sym->sec, sym->value);

	if (!o->sealed.arena)
		read_sealed(o);
	for_each_u64 (&o->sealed, key, e)
		if (e->value == sym->sec)
			return true;
	return false;
}

static const struct kernel_sym *in_kernel(const struct kernel_file *kernel, const char *name,
					  uint64_t pos)
{
	size_t nr;
	const struct kernel_sym *all = kernel_file_find(kernel, name, &nr);

	return pos <= nr && (pos || nr == 1) ? &all[pos ? pos - 1 : 0] : NULL;
}

/* pos: of its name in the kernel. */
static bool is_sealed(struct oracle *o, uint32_t orig, uint64_t pos)
{
	const struct elf_sym *sym = &o->orig.elf->syms[orig];
	const struct kernel_sym *s = o->kernel ? in_kernel(o->kernel, sym->name, pos) : NULL;

	return s && kernel_file_elf(o->kernel) ? kernel_sealed(o->kernel, s) : is_listed(o, sym);
}

/* Is a table's entry a use of an address, or is it only about the code there? */
static bool takes_addresses(const struct image *img, const struct elf_sec *sec)
{
	const struct special_rule *rule = special_rule(img->arch, sec);

	return sec->flags & SHF_ALLOC && sec->size &&
	       (!rule || !(rule->flags & (SPECIAL_TABLE | SPECIAL_LEAVE)));
}

static void note_uses(const struct image *img, const struct operands *ops, uint8_t *used_as)
{
	for (size_t i = 0; i < ops->nr; i++) {
		const struct operand *op = &ops->list[i];
		uint32_t sym = op->to.sec ? image_sym_at(img, op->to.sec, op->to.off) : op->to.sym;

		if (op->branch)
			used_as[sym] |= USED_CALL;
		else if (op->to.sec ? op->to.off == (int64_t)img->elf->syms[sym].value
				    : !op->to.off)
			used_as[sym] |= USED_POINTER;
	}
}

static void find_uses(struct oracle *o)
{
	struct image *img = &o->orig;
	struct operands ops = { .nr = 0 };

	o->used_as = arena_calloc(o->arena, img->elf->nr_syms, sizeof(*o->used_as));
	for_each_sec (img->elf, sec) {
		if (!takes_addresses(img, sec))
			continue;
		image_operands(img, sec->index, 0, sec->size, &ops);
		note_uses(img, &ops, o->used_as);
	}
}

/* How the original uses it (enum used_as), by any of its names. */
static unsigned int orig_uses(struct oracle *o, uint32_t orig)
{
	const struct elf_sym *sym = &o->orig.elf->syms[orig];
	uint32_t other = elf_sym_in_sec(sym) ? image_sym_at(&o->orig, sym->sec, (int64_t)sym->value)
					     : orig;

	if (!o->used_as)
		find_uses(o);
	return o->used_as[orig] | o->used_as[other];
}

static bool was_pointed(struct oracle *o, uint32_t orig)
{
	return orig_uses(o, orig) & USED_POINTER;
}

/* ---- where nothing tells what is sealed ---- */

/* objtool makes the table when it passes over the linked kernel; of objects that it has seen, it
 * has made the unwinder's table, too. */
static bool is_seal_told(const struct oracle *o)
{
	bool seals = false;

	for (const struct special_rule *rule = o->arch->special; rule && rule->name; rule++)
		seals |= rule->flags & SPECIAL_SEAL;
	return !seals || elf_find_sec(o->orig.elf, ".ibt_endbr_seal") ||
	       elf_find_sec(o->orig.elf, ".orc_unwind_ip");
}

/* An export keeps its pad, and a symbol that is imported by its name is one. */
static void warn_maybe_sealed(struct oracle *o, uint32_t osec, const struct operand *oo)
{
	struct diag_where where = oracle_where(o, osec, oo->at);
	const char *name = oo->to.name;

	if (!oo->to.klp || (o->exports && exports_find(o->exports, name)) || is_seal_told(o) ||
	    map_find_str(&o->maybe_sealed, name))
		return;
	map_add_str(&o->maybe_sealed, name, 1);
	diag_warn(
		o->diag, &where, "sealed-unsure",
		"takes the address of %s, which nothing in %s does; only --kernel FILE (vmlinux or "
		"the module's .ko) tells whether its ENDBR64 is sealed at boot, and a call through "
		"the pointer would trap",
		name, o->orig.elf->path);
}

static bool is_called_by_copies(const struct oracle *o, uint32_t osym)
{
	for (size_t i = 0; i < o->out.nr_klp; i++) {
		const struct klp_entry *e = &o->out.klp[i];
		const struct arch_reloc *row = arch_reloc(o->arch, e->type);

		if (e->sym == osym && row && row->flags & RELOC_BRANCH)
			return true;
	}
	return false;
}

bool oracle_must_point_to_copy(struct oracle *o, uint32_t psym)
{
	const char *name = o->patched.elf->syms[psym].name;
	uint32_t orig = oracle_orig_called(o, name, psym);
	unsigned int pads = pads_of(&o->patched, psym) & pads_in_use(o);

	return orig && elf_sym_in_sec(&o->orig.elf->syms[orig]) &&
	       (pads & ~pads_of(&o->orig, orig) || (pads & PAD_INSN && is_sealed(o, orig, 0)));
}

void check_pointer_to_kernel(struct oracle *o, uint32_t osec, const struct operand *oo, uint32_t psym,
			     uint32_t orig)
{
	unsigned int use = pads_in_use(o), pads = use & pads_of(&o->patched, psym);
	unsigned int lacks = use & ~pads_of(&o->orig, orig);

	if (oo->branch || oo->to.off || !oracle_is_function(&o->orig.elf->syms[orig]))
		return;
	if (lacks && (lacks & pads || !was_pointed(o, orig)))
		oracle_finding(o, osec, oo->at, "no-landing-pad",
			       "a pointer to %s, which has no %s in %s", oo->to.name,
			       arch_pads_name(o->arch, lacks), o->orig.elf->path);
	else if (use & PAD_INSN && is_sealed(o, orig, oo->to.klp ? oo->to.pos : 0))
		oracle_finding(o, osec, oo->at, "sealed",
			       "a pointer to %s, whose ENDBR64 is sealed at boot", oo->to.name);
	else if (use & PAD_INSN && !(o->kernel && kernel_file_elf(o->kernel)) &&
		 !was_pointed(o, orig))
		warn_maybe_sealed(o, osec, oo);
}

static void check_pointer_in(struct oracle *o, const struct kernel_file *k,
			     const struct kernel_sym *s, uint32_t osec, const struct operand *oo,
			     bool pointed)
{
	unsigned int lacks = kernel_lacks_pads(k, s, o->arch, pads_in_use(o));

	if (pointed)
		return;
	if (lacks)
		oracle_finding(o, osec, oo->at, "no-landing-pad",
			       "a pointer to %s, which has no %s in %s", oo->to.name,
			       arch_pads_name(o->arch, lacks), kernel_file_path(k));
	else if (kernel_sealed(k, s))
		oracle_finding(o, osec, oo->at, "sealed",
			       "a pointer to %s, whose ENDBR64 is sealed at boot", oo->to.name);
}

void check_pointer_outside(struct oracle *o, uint32_t osec, const struct operand *oo)
{
	unsigned int use = pads_in_use(o), uses = 0;

	/* How the original uses it is told by reading all of it. */
	if (oo->branch || oo->to.off || !use || (!o->nr_kernels && is_seal_told(o)))
		return;
	for_each_str (&o->orig.names, oo->to.name, e)
		uses |= orig_uses(o, e->value);
	for (size_t i = 0; i < o->nr_kernels; i++) {
		const struct kernel_sym *s = in_kernel(o->kernels[i], oo->to.name, oo->to.pos);

		if (!s || !s->global || !kernel_file_elf(o->kernels[i]))
			continue;
		check_pointer_in(o, o->kernels[i], s, osec, oo, uses & USED_POINTER);
		return;
	}
	/* What nobody calls may be data. */
	if (use & PAD_INSN && !(uses & USED_POINTER) &&
	    (uses & USED_CALL || is_called_by_copies(o, oo->to.sym)))
		warn_maybe_sealed(o, osec, oo);
}
