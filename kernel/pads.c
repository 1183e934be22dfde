// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which functions of the kernel's file an indirect call may enter, by the bytes and symbols at
 * the function and by the table of those whose ENDBR64 the kernel takes away at boot.
 */
#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/elf.h>
#include <klp/facts.h>

#include "internal.h"

/* The function's symbol in the file; NULL: it is no function, or there are only names. */
static const struct elf_sym *function_of(const struct kernel_file *k, const struct kernel_sym *s)
{
	const struct elf *elf = kernel_file_elf(k);
	const struct elf_sym *sym = elf && s->index < elf->nr_syms ? &elf->syms[s->index] : NULL;

	return sym && sym->type == STT_FUNC && elf_sym_in_sec(sym) ? sym : NULL;
}

/* Offset of a symbol in its section; of a linked file, values are addresses. */
static uint64_t offset_of(const struct elf *elf, const struct elf_sym *sym)
{
	return elf->type == ET_REL ? sym->value : sym->value - elf->secs[sym->sec]->addr;
}

static bool has_insn(const struct elf *elf, const struct arch *arch, const struct elf_sym *sym)
{
	const struct elf_sec *sec = elf->secs[sym->sec];
	uint64_t off = offset_of(elf, sym);

	/* Without the bytes it is not known to lack one. */
	return !sec->data || off > sec->size || arch_pad(arch, sec->data + off, sec->size - off);
}

/* x86: Clang puts the symbol __cfi_f on the hash of f; a strip may have dropped such symbols. */
static bool has_hash_symbol(const struct kernel_file *k, const struct elf_sym *sym)
{
	const char *name = arena_printf(k->arena, CFI_PREFIX "%s", sym->name);
	size_t nr, nr_all;
	const struct kernel_sym *cfi = kernel_file_find(k, name, &nr);
	const struct kernel_sym *const *all = kernel_file_syms(k, &nr_all);
	bool any = false;

	for (size_t i = 0; i < nr; i++)
		if (k->elf->syms[cfi[i].index].sec == sym->sec && cfi[i].addr < sym->value &&
		    sym->value - cfi[i].addr <= PAD_HASH_REACH)
			return true;
	for (size_t i = 0; i < nr_all && !any; i++)
		any = starts_with(all[i]->name, CFI_PREFIX);
	return !any;
}

/* arm64: the hash has no name, but mapping symbols say that it is no code. */
static bool has_hash_data(const struct elf *elf, const struct arch *arch, const struct elf_sym *sym)
{
	const struct elf_sec *sec = elf->secs[sym->sec];
	uint64_t off = offset_of(elf, sym), place = UINT64_MAX;
	bool any = false;

	if (sec->data && off <= sec->size)
		place = arch_hash_place(arch, sec->data, off);
	for_each_sym (elf, map) {
		enum mapping what = arch_mapping(arch, map);

		any |= what != MAPPING_NONE;
		if (what == MAPPING_DATA && map->sec == sym->sec && place != UINT64_MAX &&
		    offset_of(elf, map) == place)
			return true;
	}
	return !any;
}

unsigned int kernel_lacks_pads(const struct kernel_file *k, const struct kernel_sym *s,
			       const struct arch *arch, unsigned int pads)
{
	const struct elf_sym *sym = function_of(k, s);
	unsigned int lacks = 0;

	if (!sym)
		return 0;
	if (pads & PAD_INSN && !has_insn(k->elf, arch, sym))
		lacks |= PAD_INSN;
	if (pads & PAD_HASH && !(!arch->mapping ?
					 has_hash_symbol(k, sym) :
					 has_hash_data(k->elf, arch, sym)))
		lacks |= PAD_HASH;
	return lacks;
}

/* ---- does the kernel itself hold the address? ---- */

/* x86: an absolute address of 32 bits at the instruction's end. */
static bool holds_absolute(const uint8_t *end, const struct insn *insn, uint64_t addr)
{
	return insn->imm_size == 4 && get_le32(end - 4) == (uint32_t)addr;
}

#define PAGE_MASK 0xfffull

/* The instruction makes the begin of wanted's page; is the rest of wanted added to it up to end? */
static bool page_is_completed(const struct arch *arch, const uint8_t *code, const uint8_t *end,
			      uint64_t wanted)
{
	uint64_t low;

	for (const uint8_t *p = code + arch->insn_size; p + arch->insn_size <= end;
	     p += arch->insn_size)
		if (arch->adds_to_page(code, p, &low) && low == (wanted & PAGE_MASK))
			return true;
	return false;
}

/* Does the instruction at addr make the address wanted, with others up to end if need be? */
static bool makes_address(const struct arch *arch, const uint8_t *code, const uint8_t *end,
			  const struct insn *insn, uint64_t addr, uint64_t wanted)
{
	uint64_t page;

	if (holds_absolute(code + insn->len, insn, wanted))
		return true;
	if (arch->makes_page && arch->makes_page(code, addr, &page))
		return page == (wanted & ~PAGE_MASK) && page_is_completed(arch, code, end, wanted);
	return insn->flags & INSN_PCREL && !(insn->flags & INSN_BRANCH) &&
	       addr + (uint64_t)insn->rel == wanted;
}

static bool linked_code_holds(const struct elf *elf, const struct arch *arch,
			      const struct elf_sym *user, uint64_t addr)
{
	const struct elf_sec *sec = elf->secs[user->sec];
	uint64_t at = offset_of(elf, user), end = at + user->size;
	struct insn insn;

	for (; sec->data && end <= sec->size && at < end; at += insn.len) {
		if (arch->decode(sec->data + at, end - at, &insn))
			return false;
		if (makes_address(arch, sec->data + at, sec->data + end, &insn, sec->addr + at,
				  addr))
			return true;
	}
	return false;
}

/* Relocations of a module name what its code refers to; calls of it do not say more. */
static bool relocs_name(const struct elf *elf, const struct arch *arch, const struct elf_sym *user,
			const char *name)
{
	const struct elf_sec *rela = elf->secs[user->sec]->rela;

	for (size_t i = elf_first_reloc(rela, user->value); rela && i < rela->nr_relocs; i++) {
		const struct elf_reloc *r = &rela->relocs[i];
		const struct arch_reloc *row = arch_reloc(arch, r->type);

		if (r->offset >= user->value + user->size)
			return false;
		if (row && !(row->flags & RELOC_BRANCH) && !strcmp(elf->syms[r->sym].name, name))
			return true;
	}
	return false;
}

bool kernel_function_holds(const struct kernel_file *k, const char *user, const struct kernel_sym *s,
			   const struct arch *arch)
{
	size_t nr;
	const struct kernel_sym *users = kernel_file_find(k, user, &nr);

	for (size_t i = 0; i < nr; i++) {
		const struct elf_sym *sym = function_of(k, &users[i]);

		if (sym && (k->elf->type == ET_REL ? relocs_name(k->elf, arch, sym, s->name)
						   : linked_code_holds(k->elf, arch, sym, s->addr)))
			return true;
	}
	return false;
}

/*
 * apply_seal_endbr() of arch/x86/kernel/alternative.c: a list of distances from the entry, which
 * relocations state in a module.
 */
bool kernel_sealed(const struct kernel_file *k, const struct kernel_sym *s)
{
	const struct elf *elf = kernel_file_elf(k);
	const struct elf_sec *sec = elf ? elf_find_sec(elf, ".ibt_endbr_seal") : NULL;
	const struct elf_sym *sym = sec ? function_of(k, s) : NULL;

	for (size_t i = 0; sym && elf->type == ET_REL && sec->rela && i < sec->rela->nr_relocs; i++) {
		const struct elf_reloc *r = &sec->rela->relocs[i];

		if (elf->syms[r->sym].sec == sym->sec &&
		    elf->syms[r->sym].value + (uint64_t)r->addend == sym->value)
			return true;
	}
	if (!sym || !sec->data || elf->type == ET_REL)
		return false;
	for (uint64_t at = 0; at + 4 <= sec->size; at += 4) {
		int64_t distance = (int32_t)get_le32(sec->data + at);

		if (sec->addr + at + (uint64_t)distance == s->addr)
			return true;
	}
	return false;
}
