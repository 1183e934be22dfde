// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dump [TABLE=SIZE...] OUT.o: what an output of klp diff says, one fact in a
 * line, in a form that does not depend on how things are laid out.  The test
 * cases' expectations are about these lines (tests/lib/expect.c).
 *
 *	object vmlinux			the klp_object_ext
 *	callback pre_patch -> f
 *	patch f,0 -> f			a klp_func_ext: old name, position, replacement
 *	modinfo import_ns=X
 *	section .text.f ax 16		a section: flags and alignment
 *	symbol local func f .text.f	a symbol; for an undefined one: undef weak f
 *	place f .text.f+0x0		where a symbol stands
 *	traced f			ftrace can reach it
 *	ref f+0x5 PC32 -> "string\n"	a relocation, by what it leads to
 *	data x: 0x00000001 {f}		an object's contents, {} for a relocated field
 *	bytes .altinstr_replacement: …	likewise a section without symbols
 *	string .rodata.str1.1 "x"	a string of a section of strings; and where it
 *	offset .rodata.str1.1+0x0 "x"	stands
 *	entry __bug_table of f: …	an entry of a table, and whose it is
 *
 * A destination is: symbol+0x…, "string", cst16:bytes, section+0x…, or
 * .klp.sym.<object>.<name>,<pos> of a livepatch relocation, with the section's
 * name behind it if that is for another object than the symbol's.  A PC-relative
 * field's addend is corrected by the instruction that holds it.
 *
 * A line with ! is something that no output may have; then the status is 1.
 */
#include "dump.h"

/* ---- symbols and sections ---- */

static const char *type_of(const struct elf_sym *sym)
{
	return sym->type == STT_FUNC	 ? "func"
	       : sym->type == STT_OBJECT ? "object"
	       : sym->type == STT_TLS	 ? "tls"
					 : "notype";
}

static void print_symbol(struct dump *d, const struct elf_sym *sym)
{
	const char *bind = sym->bind == STB_LOCAL ? "local"
			   : sym->bind == STB_WEAK ? "weak"
						   : "global";
	const struct elf_sec *sec;

	if (sym->type == STT_SECTION)
		return;
	if (sym->type == STT_FILE) {
		printf("file %s\n", sym->name);
		return;
	}
	if (starts(sym->name, ".L"))
		wrong(d, "assembler's label %s", sym->name);
	if (!elf_sym_in_sec(sym)) {
		if (!starts(sym->name, SYM_PREFIX) && !starts(sym->name, TOMBSTONE_PREFIX))
			printf("%s %s %s\n", sym->sec == ELF_SEC_UNDEF ? "undef" : "absolute", bind,
			       sym->name);
		return;
	}
	sec = d->elf->secs[sym->sec];
	printf("symbol %s %s %s %s\n", bind, type_of(sym), sym->name, sec->name);
	printf("place %s %s+0x%" PRIx64 "\n", sym->name, sec->name, sym->value);
	if (sym->type == STT_OBJECT && sym->size && sec->data) {
		printf("data %s:", sym->name);
		print_words(d, sec, sym->value, sym->value + sym->size, sym->size % 4 ? 1 : 4);
	}
}

static void print_section(const struct elf_sec *sec)
{
	if (!(sec->flags & SHF_ALLOC))
		return;
	printf("section %s %s%s%s%s%s%s %" PRIu64 "\n", sec->name, sec->flags & SHF_WRITE ? "w" : "",
	       "a", sec->flags & SHF_EXECINSTR ? "x" : "", sec->flags & SHF_MERGE ? "M" : "",
	       sec->flags & SHF_STRINGS ? "S" : "", sec->type == SHT_NOBITS ? " nobits" : "",
	       sec->align);
}

static void dump(struct dump *d)
{
	const struct elf *elf = d->elf;

	d->bias = arena_calloc(&d->arena, elf->nr_secs, sizeof(*d->bias));
	for (uint32_t i = 1; i < elf->nr_secs; i++) {
		find_bias(d, elf->secs[i]);
		if (starts(elf->secs[i]->name, RELOCS_PREFIX))
			read_klp_relocs(d, elf->secs[i]);
	}
	check_klp_relocs(d);
	print_klp_object(d);
	print_modinfo(d);
	for (uint32_t i = 1; i < elf->nr_secs; i++)
		print_section(elf->secs[i]);
	for (uint32_t i = 1; i < elf->nr_secs; i++)
		print_contents(d, elf->secs[i]);
	for (uint32_t i = 1; i < elf->nr_syms; i++)
		print_symbol(d, &elf->syms[i]);
}

static void dump_file(struct dump *d, const char *path)
{
	diag_init(&d->diag, &d->arena);
	if (elf_open(&d->elf, path, ELF_WANT_REL, &d->arena, &d->diag)) {
		wrong(d, "%s: %s", path, d->diag.items[0].text);
		return;
	}
	d->arch = arch_find(d->elf->machine);
	if (d->arch)
		dump(d);
	else
		wrong(d, "%s: unknown machine", path);
}

int main(int argc, char **argv)
{
	struct dump *d = calloc(1, sizeof(*d));
	int nr_wrong;

	if (argc < 2 || !d) {
		fprintf(stderr, "usage: dump [TABLE=SIZE...] OUT.o\n");
		free(d);
		return 2;
	}
	d->sizes = argv + 1;
	d->nr_sizes = argc - 2;
	arena_init(&d->arena);
	if (setjmp(d->arena.oom))
		wrong(d, "out of memory");
	else
		dump_file(d, argv[argc - 1]);
	nr_wrong = d->wrong;
	arena_free(&d->arena);
	free(d);
	return nr_wrong ? 1 : 0;
}
