// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dump: what stands where, and what relocations lead to.
 */
#include "dump.h"

/* ---- places ---- */

bool names_place(const struct elf_sym *sym, uint32_t sec)
{
	return sym->sec == sec && sym->type != STT_SECTION && sym->type != STT_FILE && *sym->name &&
	       *sym->name != '$';
}

static bool is_sized(const struct elf_sym *sym)
{
	return sym->size || sym->type == STT_FUNC || sym->type == STT_OBJECT;
}

const struct elf_sym *symbol_at(const struct dump *d, uint32_t sec, uint64_t off)
{
	const struct elf_sym *best = NULL;

	for (uint32_t i = 1; i < d->elf->nr_syms; i++) {
		const struct elf_sym *sym = &d->elf->syms[i];

		if (!names_place(sym, sec) || sym->value > off)
			continue;
		if (!best || is_sized(sym) > is_sized(best) ||
		    (is_sized(sym) == is_sized(best) &&
		     (sym->value > best->value ||
		      (sym->value == best->value && sym->bind > best->bind))))
			best = sym;
	}
	return best;
}

const char *quoted(struct dump *d, const struct elf_sec *sec, uint64_t off)
{
	char *out = arena_alloc(&d->arena, 4 * (sec->size - off) + 3), *o = out;

	*o++ = '"';
	for (; off < sec->size && sec->data[off]; off++) {
		uint8_t c = sec->data[off];

		if (c == '\n')
			o += sprintf(o, "\\n");
		else if (c == '"' || c == '\\')
			o += sprintf(o, "\\%c", c);
		else if (c < ' ' || c >= 0x7f)
			o += sprintf(o, "\\x%02x", c);
		else
			*o++ = (char)c;
	}
	*o = '"';
	return out;
}

static const char *with_offset(struct dump *d, const char *name, int64_t off)
{
	if (!off)
		return name;
	return arena_printf(&d->arena, "%s%c0x%" PRIx64, name, off < 0 ? '-' : '+',
			    off < 0 ? -(uint64_t)off : (uint64_t)off);
}

/* An element of a pool, by what it holds; one with a reference by that. */
static const char *constant(struct dump *d, const struct elf_sec *sec, uint64_t off, uint64_t size)
{
	char *out = arena_printf(&d->arena, "cst%" PRIu64 ":", size);

	for (uint64_t i = 0; i < size; i++)
		out = arena_printf(&d->arena, "%s%02x", out, sec->data[off + i]);
	for (size_t k = 0; sec->rela && k < sec->rela->nr_relocs; k++)
		if (sec->rela->relocs[k].offset == off)
			out = arena_printf(&d->arena, "cst%" PRIu64 ":{%s}", size,
					   target_name(d, sec, k));
	return out;
}

const char *place_name(struct dump *d, uint32_t secndx, int64_t off)
{
	const struct elf_sec *sec = d->elf->secs[secndx];
	const char *cst = strstr(sec->name, ".cst");
	uint64_t size = cst ? strtoull(cst + 4, NULL, 10) : 0;
	const struct elf_sym *sym;

	if (off < 0 || (uint64_t)off > sec->size)
		return with_offset(d, sec->name, off);
	if (sec->data && strstr(sec->name, ".str") && (uint64_t)off < sec->size)
		return quoted(d, sec, (uint64_t)off);
	if (sec->data && size && size <= sec->size - (uint64_t)off)
		return constant(d, sec, (uint64_t)off, size);
	sym = symbol_at(d, secndx, (uint64_t)off);
	if (!sym)
		return arena_printf(&d->arena, "%s+0x%" PRIx64, sec->name, off);
	return with_offset(d, sym->name, off - (int64_t)sym->value);
}

/* ---- relocations ---- */

static const char *klp_target(struct dump *d, const struct elf_sec *sec, const struct elf_reloc *r,
			      int bias)
{
	const struct klp_reloc *k = klp_at(d, sec->index, r->offset);
	const char *name = k ? d->elf->syms[k->sym].name : "nothing";
	const char *object = klp_object_of(d, name);

	if (object && strcmp(object, k->object))
		name = arena_printf(&d->arena, "%s (" RELOCS_PREFIX "%s)", name, k->object);
	return with_offset(d, name, r->addend + bias);
}

/* Code loads an address from a slot: what counts is the address. */
static bool is_slot(const struct dump *d, const struct elf_reloc *r, const struct elf_sym *sym)
{
	const struct arch_reloc *row = arch_reloc(d->arch, r->type);

	return row && row->flags & RELOC_TOC && elf_sym_in_sec(sym) && d->arch->slots &&
	       !strcmp(d->elf->secs[sym->sec]->name, d->arch->slots);
}

static const char *slot_target(struct dump *d, const struct elf_sec *slots,
			       const struct elf_reloc *r)
{
	for (size_t k = 0; slots->rela && k < slots->rela->nr_relocs; k++)
		if (slots->rela->relocs[k].offset == (uint64_t)r->addend)
			return target_name(d, slots, k);
	return with_offset(d, slots->name, r->addend);
}

const char *target_name(struct dump *d, const struct elf_sec *sec, size_t k)
{
	const struct elf_reloc *r = &sec->rela->relocs[k];
	const struct elf_sym *sym = &d->elf->syms[r->sym];
	int bias = d->bias[sec->index] ? d->bias[sec->index][k] : 0;

	if (starts(sym->name, TOMBSTONE_PREFIX))
		return klp_target(d, sec, r, bias);
	if (is_slot(d, r, sym))
		return slot_target(d, d->elf->secs[sym->sec], r);
	if (sym->type == STT_SECTION)
		return place_name(d, sym->sec, (int64_t)sym->value + r->addend + bias);
	return with_offset(d, r->sym ? sym->name : "0", r->addend + bias);
}

/* The length of a trap that the decoder takes for longer, of which __bug_table tells; 0: it is none. */
static unsigned int trap_at(struct dump *d, const struct elf_sec *sec, uint64_t pc)
{
	const struct elf_sec *table = elf_find_sec(d->elf, "__bug_table");

	if (!arch_short_trap(d->arch, sec->data + pc, sec->size - pc))
		return 0;
	for (size_t k = 0; table && table->rela && k < table->rela->nr_relocs; k++) {
		const struct elf_reloc *r = &table->rela->relocs[k];
		const struct elf_sym *sym = &d->elf->syms[r->sym];

		if (sym->sec == sec->index && sym->value + (uint64_t)r->addend == pc)
			return arch_short_trap(d->arch, sec->data + pc, sec->size - pc);
	}
	return 0;
}

void find_bias(struct dump *d, const struct elf_sec *sec)
{
	const struct elf_sec *rela = sec->rela;
	struct insn insn;
	size_t k = 0;

	if (!rela || !(sec->flags & SHF_EXECINSTR) || !d->arch->pcrel_from_insn_end)
		return;
	d->bias[sec->index] = arena_calloc(&d->arena, rela->nr_relocs + 1, sizeof(int));
	for (uint64_t pc = 0; pc < sec->size; pc += insn.len) {
		insn = (struct insn){ .len = (uint8_t)trap_at(d, sec, pc) };
		if (!insn.len && d->arch->decode(sec->data + pc, sec->size - pc, &insn)) {
			wrong(d, "%s+0x%" PRIx64 " is not an instruction", sec->name, pc);
			return;
		}
		for (; k < rela->nr_relocs && rela->relocs[k].offset < pc + insn.len; k++) {
			const struct arch_reloc *row = arch_reloc(d->arch, rela->relocs[k].type);

			if (row && row->flags & RELOC_PCREL)
				d->bias[sec->index][k] =
					(int)(pc + insn.len - rela->relocs[k].offset);
		}
	}
}
