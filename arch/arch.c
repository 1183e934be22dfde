// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The list of architectures, and lookups in their tables: relocation types, mapping symbols,
 * labels, pads.
 */
#include <string.h>

#include <klp/arch.h>
#include <klp/text.h>

/* A new architecture is one line here. */
const struct arch *const arch_all[] = {
	&arch_x86,
	&arch_arm64,
	&arch_ppc64,
	&arch_loongarch,
	NULL,
};

const struct arch *arch_find(uint16_t machine)
{
	for (const struct arch *const *arch = arch_all; *arch; arch++)
		if ((*arch)->machine == machine)
			return *arch;
	return NULL;
}

/* Asked for every relocation of a kernel, several times: bsearch() would be a tenth of a run. */
const struct arch_reloc *arch_reloc(const struct arch *arch, uint32_t type)
{
	const struct arch_reloc *row = arch->relocs;

	/* x86 leaves out no number. */
	if (type < arch->nr_relocs && row[type].type == type)
		return &row[type];
	for (size_t nr = arch->nr_relocs; nr > 1; nr -= nr / 2)
		row += row[nr / 2].type <= type ? nr / 2 : 0;
	return row->type == type ? row : NULL;
}

enum mapping arch_mapping(const struct arch *arch, const struct elf_sym *sym)
{
	return arch->mapping ? arch->mapping(sym) : MAPPING_NONE;
}

bool arch_is_label(const struct arch *arch, const struct elf_sym *sym)
{
	/* A section symbol carries its section's name, which says nothing about the symbol. */
	if (sym->type == STT_SECTION)
		return false;
	if (!sym->name[0] || (sym->name[0] == '.' && sym->name[1] == 'L'))
		return true;
	return arch_mapping(arch, sym) != MAPPING_NONE || (arch->is_label && arch->is_label(sym));
}

static bool is_listed(const char *const *list, const char *name)
{
	for (; list && *list; list++)
		if (text_matches(name, *list))
			return true;
	return false;
}

const struct arch_pad *arch_pad(const struct arch *arch, const uint8_t *code, uint64_t avail)
{
	for (const struct arch_pad *pad = arch->pads; pad && pad->name && avail >= 4; pad++)
		if (get_le32(code) == pad->insn)
			return pad;
	return NULL;
}

uint64_t arch_hash_place(const struct arch *arch, const uint8_t *code, uint64_t off)
{
	uint64_t at = off;
	struct insn insn;

	if (arch->insn_size != 4)
		return UINT64_MAX;
	while (at >= 8 && off - at < PAD_HASH_REACH && !arch->decode(code + at - 4, 4, &insn) &&
	       insn.flags & INSN_NOP)
		at -= 4;
	return at >= 4 ? at - 4 : UINT64_MAX;
}

unsigned int arch_short_trap(const struct arch *arch, const uint8_t *code, uint64_t avail)
{
	return arch->short_trap && avail >= 2 && get_le16(code) == arch->short_trap ? 2 : 0;
}

const char *arch_pads_name(const struct arch *arch, unsigned int pads)
{
	return pads & PAD_INSN && arch->pads ? arch->pads->name : "type hash of kCFI";
}

bool arch_is_own_symbol(const struct arch *arch, const char *name)
{
	return is_listed(arch->own_symbols, name);
}

bool arch_is_trace_symbol(const struct arch *arch, const char *name)
{
	return is_listed(arch->trace_symbols, name);
}
