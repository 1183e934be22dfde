// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Look at a module: the symbol, relocation, pointer or string at a place; and record a finding.
 */
#include <klp/text.h>

#include "internal.h"

void check_finding(struct check *c, const struct elf_sec *sec, uint64_t off, const char *sym,
		   const char *id, const char *fmt, ...)
{
	struct diag_where where = { .object = c->elf->path, .symbol = sym };
	const struct elf_sym *here;
	va_list ap;
	char *text;

	if (sec) {
		here = sym ? NULL : check_sym_at(c, sec->index, off, true);
		where.section = sec->name;
		where.offset = off;
		where.has_offset = true;
		where.symbol = here ? here->name : sym;
	}
	va_start(ap, fmt);
	text = arena_vprintf(c->arena, fmt, ap);
	va_end(ap);
	klp_check_finding(c->diag, &where, id, "%s", text);
}

const struct elf_sym *check_sym_at(const struct check *c, uint32_t sec, uint64_t off, bool at)
{
	const struct elf_sym *best = NULL;

	for_each_sym (c->elf, sym) {
		if (sym->dropped || sym->sec != sec || sym->type == STT_SECTION ||
		    sym->type == STT_FILE || !*sym->name || arch_is_label(c->arch, sym) ||
		    arch_mapping(c->arch, sym) != MAPPING_NONE)
			continue;
		if (sym->value == off || (at && sym->value < off && off - sym->value < sym->size))
			if (!best || sym->size > best->size)
				best = sym;
	}
	return best;
}

const struct elf_reloc *check_reloc_at(const struct check *c, const struct elf_sec *sec,
				       uint64_t off)
{
	size_t low = 0, high = sec->rela ? sec->rela->nr_relocs : 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (sec->rela->relocs[mid].offset < off)
			low = mid + 1;
		else
			high = mid;
	}
	for (; sec->rela && low < sec->rela->nr_relocs; low++) {
		const struct elf_reloc *r = &sec->rela->relocs[low];
		const struct arch_reloc *row = arch_reloc(c->arch, r->type);

		if (r->offset != off)
			return NULL;
		if (!row || !(row->flags & RELOC_MARKER))
			return r;
	}
	return NULL;
}

bool check_pointer(const struct check *c, const struct elf_sec *sec, uint64_t off,
		   const struct elf_sec **to_sec, uint64_t *to)
{
	const struct elf_reloc *r = check_reloc_at(c, sec, off);

	if (!r || r->type != c->arch->abs64 || !elf_sym_in_sec(&c->elf->syms[r->sym]))
		return false;
	*to_sec = c->elf->secs[c->elf->syms[r->sym].sec];
	*to = c->elf->syms[r->sym].value + (uint64_t)r->addend;
	return *to <= (*to_sec)->size;
}

const char *check_string(const struct check *c, const struct elf_sec *sec, uint64_t off)
{
	const struct elf_sec *to_sec;
	uint64_t to;

	if (!check_pointer(c, sec, off, &to_sec, &to) || !to_sec->data || to >= to_sec->size ||
	    to_sec->flags & SHF_EXECINSTR || !memchr(to_sec->data + to, 0, to_sec->size - to))
		return NULL;
	return (const char *)to_sec->data + to;
}

bool check_is_marked(const struct check *c)
{
	uint64_t at = 0;

	return elf_modinfo(c->elf, "livepatch=", &at);
}

bool check_is_livepatch(const struct check *c)
{
	const struct elf *elf = c->elf;

	if (check_is_marked(c))
		return true;
	for_each_sec (elf, sec)
		if (sec->flags & SHF_RELA_LIVEPATCH || starts_with(sec->name, KLP_RELA_PREFIX) ||
		    starts_with(sec->name, KLP_RELOCS_PREFIX))
			return true;
	for_each_sym (elf, sym)
		if (sym->sec == ELF_SEC_LIVEPATCH || starts_with(sym->name, KLP_SYM_PREFIX) ||
		    starts_with(sym->name, KLP_TOMBSTONE_PREFIX) ||
		    !strcmp(sym->name, "klp_enable_patch"))
			return true;
	return false;
}

bool check_is_branch(const struct check *c, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(c->arch, r->type);
	const struct elf_sym *func;
	struct insn insn;

	if (!(sec->flags & SHF_EXECINSTR) || !sec->data)
		return false;
	if (row->flags & RELOC_BRANCH)
		return true;
	func = check_sym_at(c, sec->index, r->offset, true);
	for (uint64_t at = func ? func->value : sec->size; at <= r->offset; at += insn.len)
		if (c->arch->decode(sec->data + at, sec->size - at, &insn))
			return false;
		else if (at + insn.rel_off == r->offset && insn.flags & INSN_PCREL)
			return insn.flags & INSN_BRANCH;
	return false;
}
