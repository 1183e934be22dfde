// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Look at a module: the symbol, relocation, pointer or string at a place; and record a finding.
 */
#include <stdlib.h>

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

static int cmp_placed(const void *a, const void *b)
{
	const struct elf_sym *x = ((const struct placed *)a)->sym;
	const struct elf_sym *y = ((const struct placed *)b)->sym;

	if (x->sec != y->sec)
		return x->sec < y->sec ? -1 : 1;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (x > y) - (x < y);
}

void check_index(struct check *c)
{
	c->placed = arena_calloc(c->arena, c->elf->nr_syms + 1, sizeof(*c->placed));
	for_each_sym (c->elf, sym)
		if (!sym->dropped && elf_sym_in_sec(sym) && sym->type != STT_SECTION &&
		    sym->type != STT_FILE && *sym->name && !arch_is_label(c->arch, sym) &&
		    arch_mapping(c->arch, sym) == MAPPING_NONE)
			c->placed[c->nr_placed++].sym = sym;
	if (c->nr_placed)
		qsort(c->placed, c->nr_placed, sizeof(*c->placed), cmp_placed);
	for (size_t i = 0; i < c->nr_placed; i++) {
		const struct elf_sym *sym = c->placed[i].sym;
		bool first = !i || c->placed[i - 1].sym->sec != sym->sec;

		c->placed[i].reach = sym->value + sym->size;
		if (!first && c->placed[i - 1].reach > c->placed[i].reach)
			c->placed[i].reach = c->placed[i - 1].reach;
	}
}

/* How many stand before what is behind the place. */
static size_t placed_until(const struct check *c, uint32_t sec, uint64_t off)
{
	size_t low = 0, high = c->nr_placed;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct elf_sym *sym = c->placed[mid].sym;

		if (sym->sec < sec || (sym->sec == sec && sym->value <= off))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct elf_sym *check_sym_at(const struct check *c, uint32_t sec, uint64_t off, bool at)
{
	const struct elf_sym *best = NULL;

	for (size_t i = placed_until(c, sec, off); i-- > 0 && c->placed[i].sym->sec == sec;) {
		const struct elf_sym *sym = c->placed[i].sym;

		if (sym->value != off && (!at || c->placed[i].reach <= off))
			break;
		/* Of several of one size, the first one in the table. */
		if ((sym->value == off || off - sym->value < sym->size) &&
		    (!best || sym->size > best->size || (sym->size == best->size && sym < best)))
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
