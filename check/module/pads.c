// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check on a module: its pointers to functions of the kernel.  Where the module's own
 * functions begin with ENDBR64, "bti c" or kCFI's hash, the kernel checks indirect calls, and
 * would trap if the function behind a pointer does not have it.
 */
#include <string.h>

#include <klp/special.h>
#include <klp/text.h>

#include "internal.h"

static uint64_t place_key(uint32_t sec, uint64_t off)
{
	return (uint64_t)sec << 40 ^ off;
}

/* Where mapping symbols say that data begin in code (arm64). */
static void find_data(const struct check *c, struct map *data)
{
	map_init(data, c->arena);
	for_each_sym (c->elf, sym) {
		if (arch_mapping(c->arch, sym) == MAPPING_DATA && elf_sym_in_sec(sym))
			map_add_u64(data, place_key(sym->sec, sym->value), 1);
	}
}

/* x86: Clang names the hash of f __cfi_f.  arm64: it stands before the nops for ftrace. */
static bool has_hash(const struct check *c, const struct map *data, const struct elf_sym *sym)
{
	const struct elf_sec *sec = elf_sym_in_sec(sym) ? c->elf->secs[sym->sec] : NULL;
	uint64_t place;

	if (!sec || !(sec->flags & SHF_EXECINSTR) || !sec->data || sym->value > sec->size)
		return false;
	if (starts_with(sym->name, "__cfi_"))
		return true;
	if (sym->type != STT_FUNC)
		return false;
	place = arch_hash_place(c->arch, sec->data, sym->value);
	return place != UINT64_MAX && map_find_u64(data, place_key(sym->sec, place));
}

static bool begins_with_pad(const struct check *c, const struct elf_sym *sym)
{
	const struct elf_sec *sec = elf_sym_in_sec(sym) ? c->elf->secs[sym->sec] : NULL;
	const struct arch_pad *pad;

	if (!sec || sym->type != STT_FUNC || !(sec->flags & SHF_EXECINSTR) || !sec->data ||
	    sym->value > sec->size)
		return false;
	pad = arch_pad(c->arch, sec->data + sym->value, sec->size - sym->value);
	return pad && pad->tells;
}

void check_find_pads(struct check *c)
{
	struct map data;

	find_data(c, &data);
	for_each_sym (c->elf, sym) {
		if (sym->dropped)
			continue;
		c->pads |= begins_with_pad(c, sym) ? PAD_INSN : 0;
		c->pads |= has_hash(c, &data, sym) ? PAD_HASH : 0;
	}
}

/* x86: what is relative to the end of an instruction has that distance in the addend. */
static bool leads_to_begin(const struct check *c, const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(c->arch, r->type);

	if (row && row->flags & RELOC_PCREL && c->arch->pcrel_from_insn_end)
		return r->addend <= -4 && r->addend >= -8;
	return !r->addend;
}

/*
 * A table's entry is about the function, but does not call it.  With the inputs at hand, the
 * oracle judges pointers: by them it knows those that the original has, too.
 */
static bool is_pointer(const struct check *c, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const struct special_rule *rule = special_rule(c->arch, sec);

	return !c->opts->with_inputs && sec->flags & SHF_ALLOC && (!rule || !(rule->flags & SPECIAL_TABLE)) &&
	       leads_to_begin(c, r) && !check_is_branch(c, sec, r);
}

/* The kernel's own function takes the address, too: not for a call, then (an address to return to). */
static bool is_taken_before(const struct check *c, const struct elf_sec *sec,
			    const struct elf_reloc *r, const struct kernel_file *k,
			    const struct kernel_sym *s)
{
	const struct elf_sym *user = check_sym_at(c, sec->index, r->offset, true);

	return user && kernel_function_holds(k, user->name, s, c->arch);
}

void check_pads(struct check *c, const struct elf_sec *sec, const struct elf_reloc *r,
		const struct kernel_file *k, const struct kernel_sym *s)
{
	unsigned int lacks;
	bool sealed;

	if (!s->func || !is_pointer(c, sec, r))
		return;
	lacks = kernel_lacks_pads(k, s, c->arch, c->pads);
	sealed = kernel_sealed(k, s);
	if ((!lacks && !sealed) || is_taken_before(c, sec, r, k, s))
		return;
	if (lacks)
		check_finding(c, sec, r->offset, NULL, "no-landing-pad",
			      "a pointer to %s, which has no %s in %s", s->name,
			      arch_pads_name(c->arch, lacks), kernel_file_path(k));
	else
		check_finding(c, sec, r->offset, NULL, "sealed",
			      "a pointer to %s, whose ENDBR is sealed at boot", s->name);
}

static void check_import(struct check *c, const struct kernel_file *k, const struct elf_sec *sec,
			 const struct elf_reloc *r)
{
	const struct elf_sym *sym = &c->elf->syms[r->sym];
	const struct kernel_sym *s;
	size_t nr;

	if (!r->sym || sym->sec != ELF_SEC_UNDEF || starts_with(sym->name, ".klp."))
		return;
	s = kernel_file_find(k, sym->name, &nr);
	for (size_t i = 0; i < nr; i++)
		if (s[i].global)
			check_pads(c, sec, r, k, &s[i]);
}

void check_imported_pads(struct check *c)
{
	const struct kernel_file *k = symlist_find(c->kernels, "vmlinux");

	for (uint32_t i = 1; k && i < c->elf->nr_secs; i++) {
		const struct elf_sec *sec = c->elf->secs[i];

		for (size_t n = 0; !sec->dropped && sec->rela && n < sec->rela->nr_relocs; n++)
			check_import(c, k, sec, &sec->rela->relocs[n]);
	}
}
