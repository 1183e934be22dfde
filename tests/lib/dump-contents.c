// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dump: the bytes of sections, and the relocations in them.
 */
#include "dump.h"

/* The sizes of the tables' entries as tests/lib/kernel.h writes them. */
struct table {
	const char *name;
	uint16_t machine; /* 0: any */
	uint64_t size;
};

static const struct table tables[] = {
	{ "__ex_table", EM_PPC64, 8 },
	{ "__ex_table", 0, 12 },
	{ "__bug_table", 0, 12 },
	{ "__jump_table", 0, 16 },
	{ "__ftr_fixup", 0, 48 },
	{ "__lwsync_fixup", 0, 8 },
	{ "__mcount_loc", 0, 8 },
	{ "__patchable_function_entries", 0, 8 },
	{ ".altinstructions", EM_X86_64, 14 },
	{ ".altinstructions", 0, 12 },
	{ ".static_call_sites", 0, 8 },
	{ ".parainstructions", 0, 16 },
	{ ".smp_locks", 0, 4 },
	{ ".retpoline_sites", 0, 4 },
	{ ".return_sites", 0, 4 },
	{ ".call_sites", 0, 4 },
	{ ".cfi_sites", 0, 4 },
	{ ".ibt_endbr_seal", 0, 4 },
	{ ".kcfi_traps", 0, 4 },
	{ ".orc_unwind_ip", 0, 4 },
	{ ".discard.annotate_insn", 0, 8 },
	{ ".discard.func_stack_frame_non_standard", 0, 8 },
	{ ".discard.instr_begin", 0, 4 },
	{ ".discard.intra_function_calls", 0, 8 },
	{ ".discard.reachable", 0, 4 },
	{ ".discard.retpoline_safe", 0, 4 },
	{ ".discard.unwind_hints", 0, 12 },
	{ NULL, 0, 0 },
};

/* R_X86_64_PC32: PC32 */
static const char *type_name(const struct dump *d, uint32_t type)
{
	static const char *const prefixes[] = { "R_X86_64_", "R_AARCH64_", "R_PPC64_", "R_LARCH_" };
	const struct arch_reloc *row = arch_reloc(d->arch, type);

	for (size_t i = 0; row && i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (starts(row->name, prefixes[i]))
			return row->name + strlen(prefixes[i]);
	return "?";
}

static int reloc_size(const struct dump *d, const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(d->arch, r->type);

	return row && row->size ? row->size : 4;
}

/* The half of a pair that makes the other one relative to its place, as PC-relative types are. */
static bool is_minus_place(const struct dump *d, const struct elf_sec *sec,
			   const struct elf_reloc *r, const struct arch_reloc *row)
{
	const struct elf_sym *sym = &d->elf->syms[r->sym];

	return row && row->flags & RELOC_SUB && sym->sec == sec->index &&
	       sym->value + (uint64_t)r->addend == r->offset;
}

void print_words(struct dump *d, const struct elf_sec *sec, uint64_t start, uint64_t end,
		 unsigned int word)
{
	const struct elf_sec *rela = sec->rela;
	size_t k = 0, nr = rela ? rela->nr_relocs : 0;
	uint64_t at = start;

	while (k < nr && rela->relocs[k].offset < start)
		k++;
	while (at < end) {
		uint64_t next =
			k < nr && rela->relocs[k].offset < end ? rela->relocs[k].offset : end;

		if (next == at) {
			int size = reloc_size(d, &rela->relocs[k]);

			/* Several relocations at one place make one value. */
			for (; k < nr && rela->relocs[k].offset == at; k++) {
				const struct arch_reloc *row =
					arch_reloc(d->arch, rela->relocs[k].type);

				if (!is_minus_place(d, sec, &rela->relocs[k], row))
					printf(" {%s%s}", row && row->flags & RELOC_SUB ? "-" : "",
					       target_name(d, sec, k));
			}
			at += (uint64_t)size;
		} else if (word == 4 && next - at >= 4) {
			printf(" 0x%08x", sec->data ? get_le32(sec->data + at) : 0);
			at += 4;
		} else {
			printf(" %02x", sec->data ? sec->data[at] : 0);
			at++;
		}
	}
	printf("\n");
}

static uint64_t entry_size(const struct dump *d, const struct elf_sec *sec)
{
	size_t len = strlen(sec->name);

	for (int i = 0; i < d->nr_sizes; i++)
		if (starts(d->sizes[i], sec->name) && d->sizes[i][len] == '=')
			return strtoull(d->sizes[i] + len + 1, NULL, 0);
	for (const struct table *t = tables; t->name; t++)
		if (!strcmp(t->name, sec->name) && (!t->machine || t->machine == d->elf->machine))
			return t->size;
	return 0;
}

/* The function that an entry's first relocation leads into, without the offset. */
static const char *owner_of(struct dump *d, const struct elf_sec *sec, uint64_t start, uint64_t end)
{
	for (size_t k = 0; sec->rela && k < sec->rela->nr_relocs; k++) {
		const struct elf_reloc *r = &sec->rela->relocs[k];
		const struct elf_sym *sym = &d->elf->syms[r->sym];

		if (r->offset < start || r->offset >= end ||
		    is_minus_place(d, sec, r, arch_reloc(d->arch, r->type)))
			continue;
		/* What is said of a symbol is its own, before its place too. */
		if (sym->type == STT_SECTION)
			sym = symbol_at(d, sym->sec, sym->value + (uint64_t)r->addend) ?: sym;
		return sym->name;
	}
	return "nothing";
}

static void print_table(struct dump *d, const struct elf_sec *sec, uint64_t size)
{
	/* of .parainstructions the last one has no padding */
	uint64_t rest = sec->size % size, last = strcmp(sec->name, ".parainstructions") ? 0 : 10;

	if (rest && rest != last)
		wrong(d, "%s: %" PRIu64 " bytes in entries of %" PRIu64, sec->name, sec->size,
		      size);
	for (uint64_t at = 0; at < sec->size; at += size) {
		uint64_t end = at + size < sec->size ? at + size : sec->size;
		const char *owner = owner_of(d, sec, at, end);

		if (!strcmp(sec->name, "__mcount_loc") ||
		    !strcmp(sec->name, "__patchable_function_entries"))
			printf("traced %s\n", owner);
		printf("entry %s of %s:", sec->name, owner);
		print_words(d, sec, at, end, 4);
	}
}

static bool has_symbols(const struct dump *d, uint32_t sec)
{
	for (uint32_t i = 1; i < d->elf->nr_syms; i++)
		if (names_place(&d->elf->syms[i], sec))
			return true;
	return false;
}

static void print_refs(struct dump *d, const struct elf_sec *sec)
{
	const struct elf_sec *rela = sec->rela;

	for (size_t k = 0; rela && k < rela->nr_relocs; k++) {
		const struct elf_reloc *r = &rela->relocs[k];
		const char *from = place_name(d, sec->index, (int64_t)r->offset);
		const char *to = target_name(d, sec, k);

		/* What a prologue has to find the module's own TOC. */
		if (!r->sym || arch_is_own_symbol(d->arch, d->elf->syms[r->sym].name))
			continue;
		for (const char *const *t = d->arch->trace_symbols; *t; t++)
			if (!strcmp(to, *t)) {
				printf("traced %.*s\n", (int)strcspn(from, "+"), from);
				from = NULL;
				break;
			}
		if (from)
			printf("ref %s %s -> %s\n", from, type_name(d, r->type), to);
	}
}

static void print_strings(struct dump *d, const struct elf_sec *sec)
{
	if (!sec->data || !(sec->flags & SHF_ALLOC) || !strstr(sec->name, ".str"))
		return;
	for (uint64_t at = 0; at < sec->size; at++) {
		if (!sec->data[at])
			continue;
		printf("string %s %s\n", sec->name, quoted(d, sec, at));
		printf("offset %s+0x%" PRIx64 " %s\n", sec->name, at, quoted(d, sec, at));
		at += strnlen((const char *)sec->data + at, sec->size - at);
	}
}

void print_contents(struct dump *d, const struct elf_sec *sec)
{
	uint64_t size = entry_size(d, sec);

	if (starts(sec->name, RELOCS_PREFIX) || starts(sec->name, ".init.klp_"))
		return;
	if (d->arch->slots && !strcmp(sec->name, d->arch->slots))
		return;
	if (size) {
		print_table(d, sec, size);
		return;
	}
	print_refs(d, sec);
	print_strings(d, sec);
	if (!has_symbols(d, sec->index) && !strstr(sec->name, ".str") &&
	    !strstr(sec->name, ".cst") && sec->size && sec->flags & SHF_ALLOC) {
		printf("bytes %s:", sec->name);
		print_words(d, sec, 0, sec->size, sec->flags & SHF_EXECINSTR ? 1 : 4);
	}
}
